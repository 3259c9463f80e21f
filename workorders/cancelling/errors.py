"""What is refused about requests to cancel."""

from __future__ import annotations

from kit.errors import Conflict


class CancelDirectly(Conflict):
    """Nobody works on it yet: the requester takes the step ``transition`` itself, without a handshake."""

    code = "cancel_directly"
    title = "This work order can be cancelled directly"


class CancellationOpen(Conflict):
    """The resolver has not decided about ``existing`` yet; there is one request at a time."""

    code = "cancellation_open"
    title = "There is a request to cancel already"


class CancellationDecided(Conflict):
    """The request was decided before, or the work order ended meanwhile; ``state`` and ``error`` say which."""

    code = "cancellation_decided"
    title = "This request to cancel is decided already"
