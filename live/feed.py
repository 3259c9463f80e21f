"""One client's live board and who watches it: reads the journal, keeps the board, sends each frame once to all.

The first change after silence goes at once, then at most one frame per tick. A heartbeat each second says that the feed
has just looked into the journal: when PostgreSQL is away there is none, and every screen turns grey by itself. The bell
only makes it faster; without Redis the feed still looks each second.

Frames are numbered, and the numbers belong to one feed of one process: its epoch. A screen that comes back and names
both gets what changed meanwhile; from another epoch, or too far back, it gets a snapshot.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import timedelta
from typing import Any
from uuid import UUID

import structlog

from kit.away import MAYBE_AWAY, is_away
from kit.bus import Bus
from kit.clock import millis, now
from kit.db import Plane
from live import metrics
from live.core import view
from live.core.backlog import Backlog, Seen
from live.core.board import Board, Changes
from live.service import Watched, catch_up, open_board
from live.sockets import text_frame
from live.truth import INTERVAL, closed_at, compare
from live.watching import Crowd, Watching, give
from tenants.core.masks import Shown, narrow

TICK_S = 0.2
"""Changes within one tick share a frame (screens.md 4)."""
HEARTBEAT_S = 1.0
RETRY_S = 1.0
OLD_S = 3.0
"""A board whose last look is so long ago is given to nobody: what it shows may not be so any more."""

log = structlog.get_logger()


LATE = timedelta(seconds=2)
"""So late a fact may be recorded and still count in the day of its moment."""
_SOON_S, _SPREAD_S = 5.0, 60.0


def _next_comparison() -> float:
    """Return when a feed looks at itself next, by the process's clock: after an interval's end, not all at once."""
    ends_in = (closed_at(now()) + INTERVAL - now()).total_seconds()
    return time.monotonic() + ends_in + _SOON_S + secrets.randbelow(int(_SPREAD_S))


def channel(tenant_id: UUID) -> str:
    """Return the name of a tenant's bell: it rings after each commit that appended facts."""
    return f"t:{tenant_id}:journal"


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


class _Frames:
    """The frames of one moment, each written when the first watcher needs it and given to all who see the same."""

    def __init__(self) -> None:
        self._written: dict[tuple[object, ...], bytes] = {}

    def get(self, kind: str, key: tuple[object, ...], write: Callable[[], bytes]) -> bytes:
        frame = self._written.get((kind, *key))
        if frame is None:
            metrics.written(kind).inc()
            frame = self._written[(kind, *key)] = write()
        return frame


class Feed:
    """The live board of one tenant and its watchers."""

    def __init__(self, plane: Plane, bus: Bus, watched: Watched) -> None:
        """Start nothing yet: :meth:`run` does."""
        self._plane, self._bus, self._watched = plane, bus, watched
        self._board: Board | None = None
        self._rung = asyncio.Event()
        self._epoch = secrets.token_urlsafe(9)
        self._seq = 0
        self._told = 0
        """The board's fact up to which watchers were told."""
        self._looked = time.monotonic()
        self._compare_at = _next_comparison()
        self._frames = _Frames()
        self._backlog = Backlog()
        self.watchers = Crowd()

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
            self._publish(Changes(whole=True))
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(HEARTBEAT_S):
                    await self._rung.wait()
            rung = self._rung.is_set()
            self._rung.clear()
            is_sure = self._board.seq == self._told  # else a look broke off when it had taken some facts
            changes = await catch_up(self._plane, self._watched.tenant_id, self._board)
            if changes.wrong:
                self._board = await open_board(self._plane, self._watched)
            self._board.begin_day(now() - LATE, changes)
            changes.whole |= changes.wrong or not is_sure
            self._publish(changes)
            await self._compare(self._board)
            if rung:
                await asyncio.sleep(TICK_S)

    async def _compare(self, board: Board) -> None:
        """Soon after the end of each interval see that the board is what the journal says; a fact tells if not."""
        if time.monotonic() >= self._compare_at:
            self._compare_at = _next_comparison()
            await compare(self._plane, self._watched, board, now() - LATE)

    def _publish(self, changes: Changes) -> None:
        """Tell everybody what changed since the last time; the board was looked up just now."""
        board = self._board
        if board is None:
            return
        self._told, self._looked, self._frames = board.seq, time.monotonic(), _Frames()
        if changes.whole:
            self._seq += 1
            self._backlog.clear()
            for watcher in self.watchers:
                self.send_snapshot(watcher, "changed")
            return
        changed = view.delta(board, changes) if changes else {}
        if changed:
            self._seq += 1
            self._backlog.add(self._seq, changes)
        self._send_all(changed)

    def _send_all(self, changed: dict[str, Any]) -> None:
        kind = "d" if changed else "hb"
        groups, waiting = self.watchers.grouped()
        for shown, writes in groups.items():
            give(self._delta(changed, shown) if changed else self._beat(), writes)
        for watcher in waiting:
            self.send_snapshot(watcher, "behind")
        metrics.written(kind).inc(len(groups))
        metrics.given(kind).inc(len(self.watchers) - len(waiting))

    def _beat(self) -> bytes:
        return self._frames.get("hb", (), lambda: self._frame("hb"))

    def _delta(self, changed: dict[str, Any], shown: Shown, **members: object) -> bytes:
        return self._frame("d", **members, d=narrowed(changed, shown))

    def welcome(self, watcher: Watching, seen: Seen | None) -> None:
        """Give a watcher that just came what it lacks: the changes since what it has seen, or all."""
        board, shown = self._board, watcher.shown
        missed = None
        if board is not None and seen is not None and seen.epoch == self._epoch_of(shown) and not self._is_old:
            missed = self._backlog.since(seen.seq, self._seq)
        if seen is not None:
            metrics.RETURNS.labels("snapshot" if missed is None else "changes").inc()
        if board is None or missed is None or seen is None:
            self.send_snapshot(watcher, "first")
            return
        back = seen.seq

        def write() -> bytes:
            return self._delta(view.delta(board, missed), shown, **{"from": back})

        watcher.send(self._frames.get("back", (back, shown), write) if back < self._seq else self._beat(), whole=True)
        metrics.given("back").inc()

    @property
    def _is_old(self) -> bool:
        return time.monotonic() - self._looked > OLD_S

    def _epoch_of(self, shown: Shown) -> str:
        """Name the numbers as one who sees so much knows them: who sees more or less afterwards has seen nothing."""
        return f"{self._epoch}.{int(shown)}"

    def send_snapshot(self, watcher: Watching, why: str = "asked") -> None:
        """Send one watcher the whole board, if there is one that is not too old."""
        board, shown = self._board, watcher.shown
        if board is None or self._is_old:
            return

        told = {"why": why} if why == "behind" else {}

        def write() -> bytes:
            rows = narrowed(view.snapshot(board), shown)
            return self._frame("snap", epoch=self._epoch_of(shown), **told, board=rows)

        frame = self._frames.get("snap", (shown, *told), write)
        watcher.send(frame, whole=True)
        metrics.given("snap").inc()
        metrics.SNAPSHOT_BYTES.inc(len(frame))
        if why != "first":
            metrics.RESYNCS.labels(why).inc()

    def _frame(self, kind: str, **members: object) -> bytes:
        content: Mapping[str, Any] = {"t": kind, "seq": self._seq, "ts": millis(now()), **members}
        return text_frame(content)
