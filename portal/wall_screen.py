"""What hangs on a wall or stands in another page: no sign-in, its address or the cookie made of it is the key.

A screen's address carries its secret behind ``#``, which no browser sends and no log sees; its first page gives it back
once and gets a cookie for this screen alone. A tile has no cookie: its address is the key, and it may be framed by its
own origins only.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated, Any
from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Form, Request, WebSocket
from starlette.requests import HTTPConnection
from starlette.responses import HTMLResponse, RedirectResponse, Response

from kit import clock
from kit.errors import Problem
from live.walls import service as walls
from live.walls.errors import WallOver, WallUnknown
from portal import i18n, static
from portal.pages import html, page_of
from portal.rendering import Page
from portal.wall_feed import Right, right_to, show
from portal.wall_words import screen_words
from tenants.callers import from_own_page, own_origin
from tenants.core.browsers import network
from tenants.endpoints import public
from tenants.errors import NotFromOurPage

router = APIRouter(include_in_schema=False)

_OPEN = Depends(public("a screen on a wall or a tile in a page has its signed address, and shows nothing else"))
_HEADERS = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex", "Referrer-Policy": "no-referrer"}
_SEE_OTHER = 303
_AGE_S = 400 * 24 * 3600
"""The most that browsers keep a cookie for; each look at the page begins it anew."""
_NOBODY = "frame-ancestors 'none'"


@dataclass(frozen=True, slots=True)
class Holder:
    """Whoever shows a signed address: which view, and from which network."""

    connection: HTTPConnection
    place: walls.Pass

    @property
    def network(self) -> str:
        """Where it hangs."""
        client = self.connection.client
        return network(client.host) if client else ""

    async def begins(self) -> Right:
        """Judge it, and note that it is shown from now on."""
        return await self._judge(begins=True)

    async def goes_on(self) -> Right:
        """Judge it again."""
        return await self._judge(begins=False)

    async def _judge(self, *, begins: bool) -> Right:
        state, now = self.connection.app.state, clock.now()
        watched = await walls.watched(state.control, self.place)
        async with state.plane.transaction(watched.tenant_id) as scope:
            view = await walls.standing(scope, self.place, now)
            await (walls.begins if begins else walls.goes_on)(scope, view, self.network, now)
            view["seen_at"], view["seen_from"] = None, ""  # they change, and what is shown does not
            return await right_to(scope, watched, view)


@router.get("/wall/s", dependencies=[_OPEN])
async def open_screen(request: Request) -> HTMLResponse:
    """Give back what stands behind ``#`` in the address."""
    return _with(html(request, "wall_open.html", page_of(request, None, csrf="-")))


@router.post("/wall/s", dependencies=[_OPEN])
async def enter_screen(request: Request, wall_token: Annotated[str, Form(max_length=300)] = "") -> Response:
    """Take a screen's secret once, and give this browser a cookie for this screen."""
    if not from_own_page(request):
        raise NotFromOurPage
    try:
        place = walls.read_address(request.app.state.signer, walls.SCREEN, wall_token)
        await Holder(request, place).goes_on()
    except (WallUnknown, WallOver) as problem:
        return _closed(request, problem)
    answer = RedirectResponse(f"/wall/s/{place.view_id}", _SEE_OTHER)
    _keep(request, answer, place.view_id, wall_token)
    return answer


@router.get("/wall/s/{view_id}", dependencies=[_OPEN])
async def screen(request: Request, view_id: UUID) -> Response:
    """Show a screen to the browser that has its cookie."""
    try:
        right = await _by_cookie(request, view_id).goes_on()
    except (WallUnknown, WallOver) as problem:
        return _closed(request, problem)
    answer = _with(shown(request, right, f"/wall/s/{view_id}/feed"))
    _keep(request, answer, view_id, request.cookies[_cookie(request)])
    return answer


@router.websocket("/wall/s/{view_id}/feed", dependencies=[_OPEN])
async def screen_feed(socket: WebSocket, view_id: UUID) -> None:
    """Send a screen what it shows."""
    await _feed(socket, lambda: _by_cookie(socket, view_id))


@router.get("/wall/t/{tile_token}", dependencies=[_OPEN])
async def tile(request: Request, tile_token: str) -> Response:
    """Show a tile, inside a page of its own origins only."""
    try:
        right = await _by_address(request, tile_token).goes_on()
    except (WallUnknown, WallOver) as problem:
        return _closed(request, problem)
    answer = _with(shown(request, right, f"/wall/t/{tile_token}/feed"))
    framed_by = f"frame-ancestors {' '.join(right.view['look']['origins'])}"
    answer.headers["Content-Security-Policy"] = static.content_security_policy().replace(_NOBODY, framed_by)
    answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return answer


@router.websocket("/wall/t/{tile_token}/feed", dependencies=[_OPEN])
async def tile_feed(socket: WebSocket, tile_token: str) -> None:
    """Send a tile what it shows."""
    await _feed(socket, lambda: _by_address(socket, tile_token))


def shown(request: Request, right: Right, feed: str, **context: Any) -> HTMLResponse:  # noqa: ANN401 - of the template
    """Return the page of a view, in its own language, zone and theme."""
    look = right.view["look"]
    page = replace(
        page_of(request, None, csrf="-"), locale=look["locale"], zone=ZoneInfo(look["zone"]), theme=look["theme"],
        kiosk=True,
    )  # fmt: skip
    return html(
        request, "wall_view.html", page, view=right.view, client=right.watched.name, version=right.version, feed=feed,
        wall=words_on(page),
        **context,
    )  # fmt: skip


def words_on(page: Page) -> dict[str, Any]:
    """Return the words of screens and tiles in a page's language."""
    return screen_words(i18n.translations(page.locale).gettext)


async def _feed(socket: WebSocket, holder: Any) -> None:  # noqa: ANN401 - a holder, made where a refusal is an answer
    async def begins() -> Right:
        if not own_origin(socket):
            raise NotFromOurPage
        return await holder().begins()  # type: ignore[no-any-return]

    async def goes_on() -> Right:
        return await holder().goes_on()  # type: ignore[no-any-return]

    await show(socket, begins, goes_on)


def _by_cookie(connection: HTTPConnection, view_id: UUID) -> Holder:
    token = connection.cookies.get(_cookie(connection), "")
    place = walls.read_address(connection.app.state.signer, walls.SCREEN, token)
    if place.view_id != view_id:
        raise WallUnknown
    return Holder(connection, place)


def _by_address(connection: HTTPConnection, token: str) -> Holder:
    return Holder(connection, walls.read_address(connection.app.state.signer, walls.TILE, token))


def _cookie(connection: HTTPConnection) -> str:
    return "__Secure-gf_wall" if connection.app.state.settings.secure_cookies else "gf_wall"


def _keep(request: Request, answer: Response, view_id: UUID, token: str) -> None:
    answer.set_cookie(
        _cookie(request), token, max_age=_AGE_S, path=f"/wall/s/{view_id}", httponly=True, samesite="lax",
        secure=request.app.state.settings.secure_cookies,
    )  # fmt: skip


def _with(answer: HTMLResponse) -> HTMLResponse:
    answer.headers.update(_HEADERS)
    return answer


def _closed(request: Request, problem: Problem) -> HTMLResponse:
    page = replace(page_of(request, None, csrf="-"), kiosk=True, theme="dark")
    return _with(html(request, "wall_closed.html", page, status=problem.status, over=isinstance(problem, WallOver)))
