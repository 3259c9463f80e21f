"""The harness's pages of settings and of the back office."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from portal.places import CENTRE
from portal.rendering import render
from portal.states import board
from portal.states.pages import answer, page

_FORCE = {
    "newest": {"version": 7, "applied_at": board.now(), "by": "王经理"},
    "draft": {"count": 3, "by": "王经理", "changed_at": board.now(), "outdated": False, "version": 7, "may": True},
}


def hub(request: Request) -> Response:
    """Serve the first page of an area."""
    shown = page(request)
    template = "centre.html" if request.url.path == CENTRE else "settings.html"
    return answer(request, render(template, shown, builds=shown.reader is not None, **_FORCE))
