"""The harness's pages of settings and of the back office."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from portal.places import CENTRE
from portal.rendering import render
from portal.states.pages import answer, page


def hub(request: Request) -> Response:
    """Serve the first page of an area."""
    shown = page(request)
    template = "centre.html" if request.url.path == CENTRE else "settings.html"
    return answer(request, render(template, shown, builds=shown.reader is not None))
