"""Who is watching: one feed per watched tenant reads the journal, keeps the board, and sends each frame once to all.

The first change after silence goes at once, then at most one frame per tick. A heartbeat each second says that the feed
has just looked into the journal: when PostgreSQL is away there is none, and every screen turns grey by itself. The bell
only makes it faster; without Redis the feed still looks each second.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from typing import Any, Protocol
from uuid import UUID

import structlog

from kit.away import MAYBE_AWAY, is_away
from kit.bus import Bus
from kit.clock import millis, now
from kit.db import Plane
from live.core import view
from live.core.board import Board, Changes
from live.service import Watched, catch_up, open_board
from live.sockets import text_frame
from tenants.core.masks import Shown, narrow

TICK_S = 0.2
"""Changes within one tick share a frame (screens.md 4)."""
HEARTBEAT_S = 1.0
RETRY_S = 1.0

log = structlog.get_logger()


def channel(tenant_id: UUID) -> str:
    """Return the name of a tenant's bell: it rings after each commit that appended facts."""
    return f"t:{tenant_id}:journal"


class Watching(Protocol):
    """Whoever is told what a feed finds: a client's own socket, or a page that shows several boards at once."""

    @property
    def shown(self) -> Shown:
        """How much of contacts' numbers it may show."""

    @property
    def caught_up(self) -> bool:
        """Whether it missed something and can take a snapshot now."""

    def send(self, frame: bytes, *, whole: bool = False) -> None:
        """Take a frame."""


class _Frames:
    """One frame for each way that numbers are shown; written when the first watcher needs it, sent to all of them."""

    def __init__(self, write: Callable[[Shown], bytes]) -> None:
        self._write = write
        self._written: dict[Shown, bytes] = {}

    def of(self, watcher: Watching) -> bytes:
        if watcher.shown not in self._written:
            self._written[watcher.shown] = self._write(watcher.shown)
        return self._written[watcher.shown]


def narrowed(rows: dict[str, Any], shown: Shown) -> dict[str, Any]:
    """Return a board's rows with contacts as ``shown`` allows them; a board never holds a whole number."""
    if shown >= Shown.MASKED:
        return rows
    calls = [{**call, "contact": narrow(call["contact"], shown)} for call in rows.get("calls", ())]
    seats = [_seat(seat, shown) for seat in rows.get("seats", ())]
    return {**rows, **({"calls": calls} if "calls" in rows else {}), **({"seats": seats} if "seats" in rows else {})}


def _seat(seat: dict[str, Any], shown: Shown) -> dict[str, Any]:
    current = seat.get("interaction")
    if not current:
        return seat
    return {**seat, "interaction": {**current, "contact": narrow(current["contact"], shown)}}


class Feed:
    """The live board of one tenant and its watchers."""

    def __init__(self, plane: Plane, bus: Bus, watched: Watched) -> None:
        """Start nothing yet: :meth:`run` does."""
        self._plane, self._bus, self._watched = plane, bus, watched
        self._board: Board | None = None
        self._rung = asyncio.Event()
        self._seq = 0
        self.watchers: set[Watching] = set()

    @property
    def board(self) -> Board | None:
        """The board as it is now, for who shows several at once; None before the first look."""
        return self._board

    async def run(self) -> None:
        """Follow the journal until cancelled."""
        bell = asyncio.create_task(self._hear())
        try:
            while True:
                try:
                    await self._follow()
                except Exception as error:  # noqa: BLE001 - a feed that ended would leave its screens grey for ever
                    known = isinstance(error, MAYBE_AWAY) and is_away(error)
                    tell = log.warning if known else log.exception
                    tell("board_stale", tenant_id=str(self._watched.tenant_id), error=type(error).__name__)
                    await asyncio.sleep(RETRY_S)
        finally:
            bell.cancel()
            with suppress(asyncio.CancelledError):
                await bell

    async def _hear(self) -> None:
        async for _ in self._bus.listen(channel(self._watched.tenant_id)):
            self._rung.set()

    async def _follow(self) -> None:
        if self._board is None:
            self._board = await open_board(self._plane, self._watched)
            self._broadcast_snapshot()
        while True:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._rung.wait(), HEARTBEAT_S)
            rung = self._rung.is_set()
            self._rung.clear()
            changes = await catch_up(self._plane, self._watched.tenant_id, self._board)
            self._board.begin_day(now(), changes)
            self._publish(changes)
            if rung:
                await asyncio.sleep(TICK_S)

    def _publish(self, changes: Changes) -> None:
        board = self._board
        if board is None:
            return
        if changes.whole:
            self._broadcast_snapshot()
            return
        changed = view.delta(board, changes) if changes else {}
        if changed:
            self._seq += 1
            frames = _Frames(lambda shown: self._frame("d", d=narrowed(changed, shown)))
        else:
            beat = self._frame("hb")
            frames = _Frames(lambda _shown: beat)
        for watcher in self.watchers:
            if watcher.caught_up:
                self.send_snapshot(watcher)
            else:
                watcher.send(frames.of(watcher))

    def send_snapshot(self, watcher: Watching) -> None:
        """Send one watcher the whole board, if there is one yet."""
        if self._board is not None:
            watcher.send(self._snapshot_frames(self._board).of(watcher), whole=True)

    def _broadcast_snapshot(self) -> None:
        if self._board is None:
            return
        self._seq += 1
        frames = self._snapshot_frames(self._board)
        for watcher in self.watchers:
            watcher.send(frames.of(watcher), whole=True)

    def _snapshot_frames(self, board: Board) -> _Frames:
        whole = view.snapshot(board)
        return _Frames(lambda shown: self._frame("snap", board=narrowed(whole, shown)))

    def _frame(self, kind: str, **members: object) -> bytes:
        content: Mapping[str, Any] = {"t": kind, "seq": self._seq, "ts": millis(now()), **members}
        return text_frame(content)


class Hub:
    """Every feed of this process. A feed lives while somebody watches."""

    def __init__(self, plane: Plane, bus: Bus) -> None:
        """Take the tenant plane's login and the bell."""
        self._plane, self._bus = plane, bus
        self._feeds: dict[UUID, tuple[Feed, asyncio.Task[None]]] = {}

    @asynccontextmanager
    async def watch(self, watched: Watched, watcher: Watching) -> AsyncIterator[Feed]:
        """Let a socket watch a tenant while the block runs; it gets a snapshot at once, or as soon as there is one."""
        feed = self._feed(watched)
        feed.watchers.add(watcher)
        feed.send_snapshot(watcher)
        try:
            yield feed
        finally:
            feed.watchers.discard(watcher)
            if not feed.watchers:
                await self._end(watched.tenant_id)

    def _feed(self, watched: Watched) -> Feed:
        found = self._feeds.get(watched.tenant_id)
        if found is None:
            feed = Feed(self._plane, self._bus, watched)
            found = feed, asyncio.create_task(feed.run(), name=f"feed {watched.tenant_id}")
            self._feeds[watched.tenant_id] = found
        return found[0]

    async def _end(self, tenant_id: UUID) -> None:
        _, task = self._feeds.pop(tenant_id)
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task

    async def close(self) -> None:
        """End every feed."""
        for tenant_id in list(self._feeds):
            await self._end(tenant_id)
