"""The floor: every agent of the clients that a supervisor serves, live; its phone, and where it sits."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import urlsplit

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from kit import clock
from live.service import open_board
from portal.floor_doors import people_of, watched_by
from portal.floor_view import document
from portal.pages import html, page_of, visitor_of
from tenants.endpoints import CentreAccess, permitted_centre
from tenants.errors import DeskTaken
from tenants.service.listening import Listener, phone_of, places, sit_at
from tenants.service.seats import SeatPhone

router = APIRouter(include_in_schema=False)

Watches = Annotated[CentreAccess, Depends(permitted_centre("floor.watch"))]
_SEE_OTHER = 303


@router.get("/floor")
async def floor(request: Request, access: Watches) -> HTMLResponse:
    """Show the floor as it is now; the feed goes on from there."""
    return await _page(request, access)


@router.get("/floor/document")
async def floor_document(request: Request, access: Watches) -> JSONResponse:
    """Return what the page shows, for a script."""
    return JSONResponse(await _floor(request, access))


@router.get("/floor/phone")
async def phone(request: Request, access: Watches) -> JSONResponse:
    """Give the browser its phone: it rings for what this supervisor asks to hear, and for nothing else."""
    state = request.app.state
    listener = Listener(access.principal, state.settings.floor)
    return phone_answer(request, await phone_of(state.control, state.plane, listener, clock.now()))


@router.post("/floor/place")
async def place(request: Request, access: Watches, desk: Annotated[str, Form(max_length=40)] = "") -> Response:
    """Sit down at a spare place: its desk phone rings as well. Without a place: none any more."""
    state = request.app.state
    listener = Listener(access.principal, state.settings.floor)
    try:
        if desk:
            await phone_of(state.control, state.plane, listener, clock.now())
        await sit_at(state.control, state.plane, listener, desk or None, clock.now())
    except DeskTaken:
        return await _page(request, access, refused=DeskTaken.code, status=409)
    return RedirectResponse("/floor", _SEE_OTHER)


def phone_answer(request: Request, account: SeatPhone) -> JSONResponse:
    """Return a browser phone's account, as the page's script needs it."""
    settings = request.app.state.settings
    host = urlsplit(settings.phone_ws_url).hostname or "127.0.0.1"
    told = {"uri": f"sip:{account.endpoint}@{host}", "ws_url": settings.phone_ws_url, "password": account.secret}
    ice = settings.ice.for_browser(account.endpoint, clock.now())
    return JSONResponse({**told, "extension": account.endpoint, "ice": ice}, headers={"Cache-Control": "no-store"})


async def _page(request: Request, access: CentreAccess, *, refused: str = "", status: int = 200) -> HTMLResponse:
    shown = await _floor(request, access)
    sits = await places(request.app.state.control, access.principal)
    page = page_of(request, visitor_of(access.principal))
    as_of = clock.millis(clock.now())
    return html(
        request, "floor.html", page, status=status, floor=shown, places=sits, refused=refused, as_of=as_of,
        me=access.principal.id,
    )  # fmt: skip


async def _floor(request: Request, access: CentreAccess) -> dict[str, Any]:
    doors = await watched_by(request, access.principal)
    people = await people_of(request.app.state.control, [door.id for door, watched in doors if watched])
    plane = request.app.state.plane
    boards = [(door, await open_board(plane, watched) if watched else None) for door, watched in doors]
    return document(boards, people, clock.millis(clock.now()))
