"""Where one is signed in, and ending it there."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from kit import clock
from kit.errors import NotFound
from portal.account import Oneself
from portal.entering import SEE_OTHER, entrance
from portal.pages import html, page_of, visitor_of
from tenants.identity.facts import SessionsEnded
from tenants.service.entrance import tell
from tenants.service.sessions import end_ones_others, end_session, sessions_of

router = APIRouter(include_in_schema=False)


@router.get("/account/sessions")
async def show(request: Request, who: Oneself, told: str = "") -> Response:
    """List one's living sessions, this one marked."""
    listed = await sessions_of(request.app.state.control, who, clock.now())
    return html(request, "account_sessions.html", page_of(request, visitor_of(who)), sessions=listed, told=told)


@router.post("/account/sessions/end")
async def end(request: Request, who: Oneself, session_id: Annotated[UUID, Form()]) -> Response:
    """End one of one's own sessions; another's is not found, as none is."""
    if not await end_session(request.app.state.control, who, session_id):
        raise NotFound
    await tell(entrance(request), UUID(who.id), SessionsEnded(who.id, 1), clock.now())
    return RedirectResponse("/account/sessions?told=ended", SEE_OTHER)


@router.post("/account/sessions/end-others")
async def end_all_others(request: Request, who: Oneself) -> Response:
    """End all of one's sessions but this one."""
    ended = await end_ones_others(request.app.state.control, who)
    if ended:
        await tell(entrance(request), UUID(who.id), SessionsEnded(who.id, ended), clock.now())
    return RedirectResponse("/account/sessions?told=ended", SEE_OTHER)
