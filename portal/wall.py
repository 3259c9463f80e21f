"""Screens and tiles for a client's manager: make one, copy its address once, see where it hangs, change and end it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request, WebSocket
from pydantic import ValidationError
from starlette.datastructures import FormData
from starlette.responses import HTMLResponse, RedirectResponse, Response

from kit import clock
from kit.errors import NotFound, Problem
from live.core.key_figures import FIGURES
from live.core.wall import PAGES
from live.service import Watched
from live.walls import service as walls
from live.walls.errors import TooManyWallViews, WallNotAllowed, WallNotClear, WallOver
from live.walls.schemas import LOOKS, ScreenLook, TileLook
from portal.pages import Visitor, form_status, html, page_of
from portal.wall_feed import Right, right_to, show
from portal.wall_screen import shown, words_on
from tenants.core.permissions import STAFF
from tenants.core.texts import normalised
from tenants.endpoints import Access, permitted, reader_of, renew
from tenants.oneself import fresh
from tenants.service import reading
from tenants.service.policies import policy_of

router = APIRouter(include_in_schema=False)

HOME = "/settings/wall"
_allowed = permitted("wall.manage")
Keeper = Annotated[Access, Depends(_allowed)]
KeepsNow = Annotated[Access, Depends(fresh(permitted("wall.manage")))]
"""Whoever is given an address that opens the board."""
DAYS = (1, 7, 30, 90, 365)
_SEE_OTHER = 303
_MOST_NAME = 60
_FIELDS = ("name", "seconds", "theme", "scale", "locale", "zone", "red_wait_s", "red_level_pct", "columns", "origins",
           "days", *(f"page{n}" for n in range(1, 5)))  # fmt: skip
_NUMBERS = ("seconds", "scale", "red_wait_s", "red_level_pct", "columns")


@router.get("/wall")
async def short(access: Keeper) -> Response:
    """Lead to the page of screens and tiles."""
    del access
    return RedirectResponse(HOME, _SEE_OTHER)


@router.get(HOME)
async def page(request: Request, access: Keeper) -> HTMLResponse:
    """Show every screen and tile."""
    return await _page(request, access)


@router.post(f"{HOME}/screen")
async def make_screen(request: Request, access: KeepsNow) -> Response:
    """Make a screen and show its address, once."""
    return await _make(request, access, walls.SCREEN)


@router.post(f"{HOME}/tile")
async def make_tile(request: Request, access: KeepsNow) -> Response:
    """Make a tile and show its address, once."""
    return await _make(request, access, walls.TILE)


@router.post(f"{HOME}/{{view_id}}")
async def change(request: Request, access: Keeper, view_id: UUID) -> Response:
    """Let a screen or a tile show something else."""
    form = await request.form()
    try:
        async with request.app.state.plane.transaction(access.tenant_id) as scope:
            row = await walls.one(scope, view_id)
            name, look = _read(form, row["kind"])
            await walls.change(scope, view_id, name, look, maker(access), clock.now())
    except (WallNotClear, WallNotAllowed, WallOver) as problem:
        return await _page(request, access, problem=problem, form=form, about=str(view_id))
    return RedirectResponse(HOME, _SEE_OTHER)


@router.post(f"{HOME}/{{view_id}}/renew")
async def renew_address(request: Request, access: KeepsNow, view_id: UUID) -> Response:
    """Give a screen or a tile a new address and show it, once."""
    form, now = await request.form(), clock.now()
    try:
        async with request.app.state.plane.transaction(access.tenant_id) as scope:
            row = await walls.one(scope, view_id)
            place = await walls.renew(scope, view_id, maker(access), now, _ends(form, now))
    except (WallNotClear, WallNotAllowed, WallOver) as problem:
        return await _page(request, access, problem=problem, about=str(view_id))
    return await _page(request, access, made=_made(request, row["kind"], row["name"], place))


@router.post(f"{HOME}/{{view_id}}/end")
async def end(request: Request, access: Keeper, view_id: UUID) -> Response:
    """End a screen or a tile now; what shows it goes dark within two seconds."""
    async with request.app.state.plane.transaction(access.tenant_id) as scope:
        await walls.revoke(scope, view_id, maker(access), clock.now())
    return RedirectResponse(HOME, _SEE_OTHER)


@router.get(f"{HOME}/{{view_id}}/preview")
async def preview(request: Request, access: Keeper, view_id: UUID) -> HTMLResponse:
    """Show a screen or a tile as it looks where it hangs."""
    right = await _preview(request, access, view_id)
    return shown(request, right, f"{HOME}/{view_id}/feed", preview=True)


@router.websocket(f"{HOME}/{{view_id}}/feed")
async def preview_feed(socket: WebSocket, view_id: UUID, access: Keeper) -> None:
    """Send a preview what the screen would get."""

    async def again() -> Right:
        return await _preview(socket, await renew(socket, access), view_id)

    await show(socket, again, again)


def maker(access: Access) -> walls.Maker:
    """Return who makes a view, as the client knows it: a person, never a key. Raises :class:`NotFound`."""
    if access.principal.kind != "user":
        raise NotFound
    return walls.Maker(access.principal.id, access.principal.name, str(access.role), access.role in STAFF)


async def _preview(connection: Any, access: Access, view_id: UUID) -> Right:  # noqa: ANN401 - a request or a socket
    member = access.principal.memberships[access.tenant_id]
    async with connection.app.state.plane.transaction(access.tenant_id) as scope:
        view = await walls.one(scope, view_id)
        if walls.state_of(view, clock.now()) != "lives":
            raise NotFound
        await reading.listed(scope, reader_of(access), "board", 0, {})
        view["seen_at"], view["seen_from"] = None, ""
        return await right_to(scope, Watched(access.tenant_id, member.name, member.zone), view)


async def _make(request: Request, access: Access, kind: str) -> Response:
    form, now = await request.form(), clock.now()
    try:
        name, look = _read(form, kind)
        async with request.app.state.plane.transaction(access.tenant_id) as scope:
            place = await walls.make(scope, (kind, name, look), maker(access), now, _ends(form, now))
    except (WallNotClear, WallNotAllowed, TooManyWallViews) as problem:
        return await _page(request, access, problem=problem, form=form, about=kind)
    return await _page(request, access, made=_made(request, kind, name, place))


def _made(request: Request, kind: str, name: str, place: walls.Pass) -> dict[str, str]:
    token = walls.address(request.app.state.signer, kind, place)
    home = request.app.state.settings.public_url.rstrip("/")
    way = f"/wall/s#{token}" if kind == walls.SCREEN else f"/wall/t/{token}"
    return {"kind": kind, "name": name, "address": home + way}


def _read(form: FormData, kind: str) -> tuple[str, ScreenLook | TileLook]:
    """Return name and look as a form says them. Raises :class:`WallNotClear` with the fields that are wrong."""
    given: dict[str, Any] = {"figures": [str(v)[:40] for v in form.getlist("figure")][: len(FIGURES) + 1]}
    wanted = LOOKS[kind].model_fields
    for field in ("theme", "locale", "zone", *_NUMBERS):
        if field in wanted:
            given[field] = _number(_text(form, field)) if field in _NUMBERS else _text(form, field)
    if kind == walls.SCREEN:
        given["pages"] = [page for n in range(1, 5) if (page := _text(form, f"page{n}"))]
    else:
        given["origins"] = _text(form, "origins").split()
    wrong, name = set(), _text(form, "name")
    try:
        name = normalised(name)
    except ValueError:
        name = ""
    if not 0 < len(name) <= _MOST_NAME or not name.isprintable():
        wrong.add("name")
    try:
        look = LOOKS[kind].model_validate(given)
    except ValidationError as error:
        wrong |= {str(each["loc"][0]) if each["loc"] else "figures" for each in error.errors()}
    if wrong:
        raise WallNotClear(fields=sorted(wrong))
    return name, look


def _ends(form: FormData, now: datetime) -> datetime | None:
    """Return when a view shall end, None: never. Raises :class:`WallNotClear`."""
    days = _text(form, "days")
    if not days:
        return None
    if days not in map(str, DAYS):
        raise WallNotClear(fields=["days"])
    return now + timedelta(days=int(days))


def _number(text: str) -> int | str:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else text  # noqa: PLR2004 - far too much


def _text(form: FormData, name: str) -> str:
    value = form.get(name)
    return value.strip().replace("\0", "")[:2000] if isinstance(value, str) else ""


def _again(look: dict[str, Any], typed: dict[str, Any]) -> dict[str, Any]:
    """Return a look with what was typed in a refused form, as it was typed."""
    pages = [typed[f"page{n}"] for n in range(1, 5)]
    return {**look, **typed, "pages": pages, "origins": typed["origins"].split()}


async def _page(
    request: Request, access: Access, *, made: dict[str, str] | None = None, problem: Problem | None = None,
    form: FormData | None = None, about: str = "",
) -> HTMLResponse:  # fmt: skip
    now, state = clock.now(), request.app.state
    async with state.plane.transaction(access.tenant_id) as scope:
        views = await walls.all_of(scope)
        policy = await policy_of(scope)
    may = access.role not in STAFF or policy.approval == walls.STANDING
    for view in views:
        view["state"] = walls.state_of(view, now)
    shown_page = page_of(request, Visitor(access.principal, access))
    form = form or FormData()
    typed: dict[str, Any] = {name: _text(form, name) for name in _FIELDS}
    typed["figures"] = [str(value) for value in form.getlist("figure")]
    answer = html(
        request, "wall_views.html", shown_page, status=form_status(problem), views=views, made=made, problem=problem,
        wrong=problem.data.get("fields", ()) if problem else (), typed=typed, about=about, may=may, days=DAYS,
        figures=FIGURES, pages=PAGES,
        limits=policy.supervision.alerts, again=lambda look: _again(look, typed),
        wall=words_on(shown_page),
    )  # fmt: skip
    answer.headers["Cache-Control"] = "no-store"
    return answer
