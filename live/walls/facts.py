"""The facts of screens and tiles: made, changed, ended, shown."""

from __future__ import annotations

from journal.core.facts import Payload, fact_kind


@fact_kind()
class WallViewMade(Payload):
    """A view of the board without sign-in was made (the subject); ``view``: screen or tile; ``until``: or empty."""

    view: str
    title: str
    user_id: str
    name: str
    role: str
    until: str


@fact_kind()
class WallViewChanged(Payload):
    """What a view of the board shows was changed, or its address was made anew (``renewed``): the old one is over."""

    view: str
    title: str
    user_id: str
    name: str
    role: str
    renewed: bool


@fact_kind()
class WallViewRevoked(Payload):
    """A view of the board was ended: its address opens nothing any more."""

    view: str
    title: str
    user_id: str
    name: str
    role: str


@fact_kind()
class WallViewShown(Payload):
    """A screen or a tile (the subject) began to show the board, from that network."""

    view: str
    title: str
    network: str
