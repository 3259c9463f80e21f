"""Boards of the past: the socket that plays them, and what happened when, for screens and for the client's systems."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any
from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Query, Request, WebSocket, WebSocketException

from kit import clock
from kit.db import Plane
from kit.errors import Detail, Forbidden, ValidationFailed
from live.core import view
from live.core.apply import QUARTER_MS
from live.core.board import Board, Changes
from live.core.marks import GROUPS
from live.core.orders import kinds_named
from live.errors import TooManyRewinds
from live.facts import BoardRewound
from live.holding import Hold, opened
from live.hub import narrowed
from live.keyframes import Watched
from live.marks import MOST, day_of, events_between
from live.player import Player
from live.rechecks import of_a_board
from live.rewind import board_at, names_now, rename
from live.service import open_board
from live.sockets import Watcher
from portal.rendering import Page
from tenants.core.masks import Shown
from tenants.core.permissions import Reach
from tenants.endpoints import Access, permitted, reader_of
from tenants.service import reading
from tenants.service.policies import shown_to

router = APIRouter(tags=["live"])

MOST_OPEN = 4
"""So many boards of the past one person, or one key, has open at once in this process."""
LONGEST_SPAN = timedelta(days=31)
_TRY_AGAIN_LATER = 1013
"""RFC 6455, 7.4 and its registry."""

_open: Counter[tuple[UUID, str]] = Counter()

Reader = Annotated[Access, Depends(permitted("live.read"))]


def watched_by(access: Access) -> Watched:
    """Return whose board the reader has chosen. Raises :class:`Forbidden`: an agent's own row is on its desk."""
    if access.grant.reach is Reach.OWN:
        raise Forbidden
    membership = access.principal.memberships[access.tenant_id]
    return Watched(access.tenant_id, membership.name, membership.zone)


def moment(text: str, pointer: str = "/at") -> datetime:
    """Read a moment: RFC 3339 with its offset, or ms since the epoch. Raises :class:`ValidationFailed`."""
    try:
        found = datetime.fromtimestamp(int(text) / 1000, UTC) if text.isdecimal() else datetime.fromisoformat(text)
        if found.tzinfo is not None:
            return found.astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        pass
    raise ValidationFailed(errors=(Detail(pointer, "not_a_moment", "RFC 3339 with an offset, or ms since 1970"),))


def moment_of_page(text: str, zone: ZoneInfo) -> datetime:
    """Read a moment of a page's address; one without an offset is the reader's, as its picker sends it.

    Raises :class:`ValidationFailed`.
    """
    try:
        local = datetime.fromisoformat(text)
        return moment(local.replace(tzinfo=zone).astimezone(UTC).isoformat() if local.tzinfo is None else text)
    except ValueError:
        return moment(text)
    except OverflowError as error:  # the first day of all, in a zone that is ahead
        raise ValidationFailed("no calendar has this moment") from error


def past_of_page(at: datetime, page: Page) -> dict[str, Any]:
    """Return what a live page's template needs for one of the past: ``day`` is the client's, ``local`` the reader's."""
    local = at.astimezone(page.zone).replace(tzinfo=None).isoformat(timespec="seconds")
    ms, on = clock.millis(at), at.astimezone(page.day_zone).date().isoformat()
    return {"past": {"at": ms, "local": local, "day": on, "groups": GROUPS}, "feed": f"/live/rewind?at={ms}"}


async def board_of_page(plane: Plane, access: Access, past: datetime | None, now: datetime) -> Board:
    """Return the board that a page shows: of now, or of a moment of the past, as :func:`rewound_board`.

    Raises :class:`Forbidden` for who sees only its own.
    """
    if past is not None:
        return await rewound_board(plane, access, past)
    board = await open_board(plane, watched_by(access))
    board.begin_day(now, Changes())
    return board


async def rewound_board(plane: Plane, access: Access, at: datetime) -> Board:
    """Return the board of a moment for a page, its agents called as today; that it was seen is written down."""
    watched = watched_by(access)
    board = await board_at(plane, watched, at, clock.now())
    rename(board, await names_now(plane, watched))
    await Rewound(plane, access)(at)
    return board


class Rewound:
    """Writes down which quarter hours of the past somebody sees, each before it is shown."""

    def __init__(self, plane: Plane, access: Access) -> None:
        """Take the reader."""
        self._plane, self._access = plane, access
        self._quarter = -1

    async def __call__(self, at: datetime) -> None:
        """Note the quarter hour of a moment, once while it lasts and again when somebody comes back to it later."""
        quarter = clock.millis(at) // QUARTER_MS
        if quarter == self._quarter:
            return
        since, until = (datetime.fromtimestamp(each * QUARTER_MS / 1000, UTC) for each in (quarter, quarter + 1))
        fact = BoardRewound(since.isoformat(), until.isoformat())
        async with self._plane.transaction(self._access.tenant_id) as scope:
            await reading.note(scope, reader_of(self._access), fact, self._access.tenant_id)
        self._quarter = quarter


@router.websocket("/live/rewind")
async def live_rewind(socket: WebSocket, access: Reader) -> None:
    """Play the chosen client's board from ``at`` on (none: a second ago), with the frames of ``/live/feed``.

    ``speed`` 0, or none: it stands still.

    Messages: seek (``at``, ms), play, pause, speed, next and previous (``kinds``), resync. See docs/rewind.md.
    """
    try:
        watched = watched_by(access)
    except Forbidden as refused:
        raise WebSocketException(1008, "forbidden") from refused
    plane: Plane = socket.app.state.plane
    async with plane.transaction(access.tenant_id) as scope:
        seen = await shown_to(scope, access.role)
    watcher = await opened(socket)
    mine = access.tenant_id, str(access.who)
    if _open[mine] >= MOST_OPEN:
        await socket.close(_TRY_AGAIN_LATER, TooManyRewinds.code)
        return
    watcher.shown = seen
    _open[mine] += 1
    try:
        await _play(socket, access, Player(plane, watched, watcher, Rewound(plane, access)), watcher)
    finally:
        _open[mine] -= 1
        if not _open[mine]:
            del _open[mine]


async def _play(socket: WebSocket, access: Access, player: Player, watcher: Watcher) -> None:
    asked = socket.query_params
    try:
        at = moment(asked["at"]) if asked.get("at") else clock.now() - timedelta(seconds=1)
        player.begin(at, float(asked.get("speed", "0")))
    except (ValidationFailed, ValueError):
        raise WebSocketException(1008, "at or speed") from None

    def tell(shown: Shown) -> None:
        if shown is not watcher.shown:
            watcher.shown = shown
            player.show_again()

    hold = Hold(socket, watcher, player.order, tenant_id=str(access.tenant_id))
    await hold.until_end(of_a_board(socket, access, tell), player.play)


@router.get("/v1/live/past/board")
async def past_board(request: Request, access: Reader, at: str = "") -> dict[str, Any]:
    """Return the board of a moment (none: of a second ago) as the live feed's snapshot has it, and the moment in ms."""
    plane: Plane = request.app.state.plane
    asked = moment(at) if at else clock.now() - timedelta(seconds=1)
    board = await rewound_board(plane, access, asked)
    async with plane.transaction(access.tenant_id) as scope:
        seen = await shown_to(scope, access.role)
    return {"at": clock.millis(asked), "board": narrowed(view.snapshot(board), seen)}


@router.get("/v1/live/past/day")
async def past_day(request: Request, access: Reader, on: date | None = None) -> dict[str, Any]:
    """Return a day of the client's zone (none: today): its quarter hours, and what happened in it."""
    return await day_of(request.app.state.plane, watched_by(access), on, clock.now())


@router.get("/v1/live/past/events")
async def past_events(
    request: Request, access: Reader, since: Annotated[str, Query()], until: Annotated[str, Query()], kinds: str = "all"
) -> dict[str, Any]:
    """Return what happened from ``since`` on and before ``until``, in order; ``more``: there is more than one answer.

    ``kinds``: all, breach, abandonment, alarm, or one kind's name. At most 31 days at once.
    """
    wanted = kinds_named(kinds)
    begin, end = moment(since, "/since"), moment(until, "/until")
    if not wanted:
        raise ValidationFailed(errors=(Detail("/kinds", "unknown", "all, breach, abandonment, alarm, or a kind"),))
    if not timedelta(0) <= end - begin <= LONGEST_SPAN:
        raise ValidationFailed(errors=(Detail("/until", "span", "at most 31 days, and not before since"),))
    found = await events_between(request.app.state.plane, watched_by(access), begin, min(end, clock.now()), wanted)
    marks = [{"at": each.at, "kind": each.kind, "subject": each.subject, "name": each.name} for each in found]
    return {"events": marks, "more": len(marks) == MOST}
