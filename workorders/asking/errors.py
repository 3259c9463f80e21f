"""What is refused about questions."""

from __future__ import annotations

from kit.errors import Conflict


class InfoRequestClosed(Conflict):
    """The question was answered or withdrawn already; ``state`` says which."""

    code = "info_request_closed"
    title = "This question is not open any more"


class TooManyInfoRequests(Conflict):
    """A work order has at most a hundred questions."""

    code = "too_many_info_requests"
    title = "This work order has a hundred questions already"
