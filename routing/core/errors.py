"""What a floor refuses: things that its caller must know to be impossible."""

from __future__ import annotations


class FloorError(Exception):
    """The floor was asked for something impossible; nothing was changed."""


class AgentUnknown(FloorError):
    """No such agent has been added."""


class QueueUnknown(FloorError):
    """No such queue has been set."""


class AgentIsOffered(FloorError):
    """The agent has a live offer: end that first."""


class InteractionIsOffered(FloorError):
    """The interaction is being offered: end the offer instead."""


class InteractionDiffers(FloorError):
    """An interaction of this id is on the floor already, with other values."""


class NobodyFree(FloorError):
    """A choice was asked for although nobody is free."""
