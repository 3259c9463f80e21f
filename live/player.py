"""Plays a board of the past to one socket, with the frames of the live feed; ``ts`` is the played time.

Bounded: one page of facts is read ahead, orders that nobody carried out are replaced by later ones, a socket that reads
too slowly gets no changes and then a snapshot. Played time stands still while the journal cannot be read. Where it
reaches the present the player is done, and the live feed goes on.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import structlog

from kit import clock
from kit.away import MAYBE_AWAY, is_away
from kit.db import Plane
from kit.errors import Problem
from live.core import view
from live.core.board import Changes
from live.core.marks import Mark
from live.core.orders import FASTEST, SLOWEST, Orders
from live.errors import MomentAhead
from live.hub import narrowed
from live.keyframes import Watched
from live.marks import event_after, event_before
from live.rewind import Past, names_now, past_at, rename
from live.sockets import Watcher, text_frame

TICK_S = 0.2
"""Changes within so much real time share a frame, as on the live feed."""
HEARTBEAT_S = 1.0
SEEK_EVERY_S = 0.1
"""The shortest time between two looks elsewhere: a dragged bar asks more often than it can be drawn."""
LONGEST_STEP_S = 1.0
"""So much real time counts at most between two frames: after a pause of the process the board does not leap."""
_BEFORE = timedelta(seconds=2)
"""While it plays, "the one before" is not the one just passed."""
_MS = timedelta(milliseconds=1)

log = structlog.get_logger()

Seen = Callable[[datetime], Awaitable[None]]
"""Told each moment before it is shown: the reading is written down, or nothing is shown."""


class Player:
    """One socket's way through the past."""

    def __init__(self, plane: Plane, watched: Watched, watcher: Watcher, seen: Seen) -> None:
        """Take whose board, for whom, and who is told what is about to be shown."""
        self._plane, self._watched, self._watcher, self._seen = plane, watched, watcher, seen
        self._past: Past | None = None
        self._names: dict[str, str] = {}
        self._at = clock.now()
        self._plays, self._speed = False, 1.0
        self._orders, self._ordered = Orders(), asyncio.Event()
        self._seq, self._ticked, self._sent, self._sought = 0, 0.0, 0.0, 0.0
        self._whole = False

    def order(self, message: str) -> None:
        """Take what the screen says; what is no order changes nothing."""
        self._orders.take(message)
        self._ordered.set()

    def begin(self, at: datetime, speed: float) -> None:
        """Begin there, and play at once unless the speed is none that there is."""
        self._at, self._orders.at = at, clock.millis(at)
        if SLOWEST <= speed <= FASTEST:
            self._orders.speed, self._orders.plays = speed, True

    def show_again(self) -> None:
        """Send the whole board soon: what may be shown has changed."""
        self._whole = True
        self._ordered.set()

    async def play(self) -> None:
        """Carry out orders and play until the present is reached, or what was asked for first cannot be shown."""
        self._ticked = _steady()
        while True:
            orders, self._orders = self._orders, Orders()
            self._ordered.clear()
            try:
                if not await self._carry_out(orders) or not await self._tick():
                    return
            except MAYBE_AWAY as error:
                if not is_away(error):
                    raise
                log.warning("past_stale", tenant_id=str(self._watched.tenant_id), error=type(error).__name__)
                self._orders.put_back(orders)
                self._whole = True
                await asyncio.sleep(HEARTBEAT_S)
                self._ticked = _steady()
                continue
            with suppress(TimeoutError):
                async with asyncio.timeout(TICK_S if self._plays else HEARTBEAT_S):
                    await self._ordered.wait()

    async def _carry_out(self, orders: Orders) -> bool:
        """Do what was ordered; say whether there is something to show."""
        if orders.speed is not None:
            self._speed = orders.speed
        if orders.plays is not None:
            self._plays, self._ticked = orders.plays, _steady()
        self._whole |= orders.resync or orders.speed is not None or orders.plays is not None
        at = None if orders.at is None else datetime.fromtimestamp(orders.at / 1000, UTC)
        try:
            if orders.jump:
                mark = await self._mark(orders)
                if mark is None:
                    self._send("none", to="next" if orders.jump > 0 else "previous")
                    return True
                at = datetime.fromtimestamp(mark.at / 1000, UTC) + _MS
            if at is not None:
                await self._seek(at)
        except MAYBE_AWAY:
            raise
        except MomentAhead:
            self._send("now")
            return False
        except Problem as problem:
            self._send("refused", code=problem.code, title=problem.title)
        return self._past is not None

    async def _mark(self, orders: Orders) -> Mark | None:
        if orders.jump > 0:
            return await event_after(self._plane, self._watched, self._at, orders.kinds, clock.now())
        at = self._at - (_BEFORE * max(1.0, self._speed) if self._plays else _MS)
        return await event_before(self._plane, self._watched, at, orders.kinds, clock.now())

    async def _seek(self, at: datetime) -> None:
        await asyncio.sleep(self._sought + SEEK_EVERY_S - _steady())
        past = await past_at(self._plane, self._watched, at, clock.now())
        if not self._names:
            self._names = await names_now(self._plane, self._watched)
        self._past, self._at, self._whole = past, at, True
        self._sought = self._ticked = _steady()

    async def _tick(self) -> bool:
        """Go on by the time that has passed and send what changed; say whether the present is still ahead."""
        past, now = self._past, _steady()
        if past is None:
            return False
        passed, self._ticked = min(now - self._ticked, LONGEST_STEP_S), now
        at = self._at + timedelta(seconds=passed * self._speed) if self._plays else self._at
        if at >= clock.now():
            self._send("now")
            return False
        await self._seen(at)
        changes = await past.go(at)
        self._at = at
        if changes.whole or self._whole:
            rename(past.board, self._names)
        self._publish(changes, now)
        return True

    def _publish(self, changes: Changes, now: float) -> None:
        past = self._past
        if past is None:
            return
        if changes.whole or self._whole or self._watcher.caught_up:
            self._seq += 1
            self._whole = False
            self._send("snap", whole=True, board=narrowed(view.snapshot(past.board), self._watcher.shown))
        elif changes and (changed := view.delta(past.board, changes)):
            self._seq += 1
            self._send("d", d=narrowed(changed, self._watcher.shown))
        elif now - self._sent >= HEARTBEAT_S * 0.9:
            self._send("hb")

    def _send(self, kind: str, *, whole: bool = False, **members: object) -> None:
        self._sent = _steady()
        frame = {"t": kind, "seq": self._seq, "ts": clock.millis(self._at), "speed": self._speed if self._plays else 0}
        self._watcher.send(text_frame({**frame, **members}), whole=whole)


def _steady() -> float:
    return asyncio.get_running_loop().time()
