"""Why one of the client's people is not shown a call."""

from __future__ import annotations

from kit.errors import NotFound, Problem


class ContextUnknown(NotFound):
    """There is no such telling in this client: forged, another client's, or never made."""

    code = "context_unknown"
    title = "There is nothing under this address"


class ContextOver(Problem):
    """The page was closed: its time is over, it was revoked, or its person has left the client's directory."""

    status = 410
    code = "context_over"
    title = "This page is closed"
