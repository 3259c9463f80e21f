"""Two clocks for the simulated network: one that runs with the wall, one that is turned by a test."""

from __future__ import annotations

import asyncio
import heapq
import itertools
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

T = TypeVar("T")

_EPOCH = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
_SETTLE_ROUNDS = 50
"""Turns of the event loop in which tasks woken by a timer get to act before time moves on."""


class Timer(Protocol):
    """A callback that has not been called yet."""

    def cancel(self) -> None:
        """Never call it; harmless when it has been called."""


class Clock(Protocol):
    """What the simulated network needs of time."""

    def now(self) -> datetime:
        """Tell the present instant, aware, UTC."""

    def call_later(self, delay: timedelta, callback: Callable[[], None]) -> Timer:
        """Call ``callback`` once, after ``delay``."""

    async def wait(self, awaitable: Awaitable[T], within: timedelta) -> T:
        """Return the result of ``awaitable``; raises ``TimeoutError`` when it takes longer than ``within``."""

    async def linger(self, during: timedelta) -> None:
        """Let ``during`` pass where time passes by itself; on a turned clock only let the tasks settle."""


class WallClock:
    """Real time, for the demo."""

    def now(self) -> datetime:
        """Tell the machine's time."""
        return datetime.now(UTC)

    def call_later(self, delay: timedelta, callback: Callable[[], None]) -> Timer:
        """Use the running event loop's timer."""
        return asyncio.get_running_loop().call_later(delay.total_seconds(), callback)

    async def wait(self, awaitable: Awaitable[T], within: timedelta) -> T:
        """Wait in real time."""
        async with asyncio.timeout(within.total_seconds()):
            return await awaitable

    async def linger(self, during: timedelta) -> None:
        """Sleep."""
        await asyncio.sleep(during.total_seconds())


@dataclass(order=True, slots=True)
class _Due:
    at: datetime
    order: int
    callback: Callable[[], None] | None = field(compare=False)

    def cancel(self) -> None:
        self.callback = None


class TurnableClock:
    """Time that stands still until it is turned; timers fire in the order of their instants, then of their making."""

    def __init__(self, start: datetime = _EPOCH) -> None:
        self._now = start
        self._due: list[_Due] = []
        self._order = itertools.count()

    def now(self) -> datetime:
        """Tell where the hands stand."""
        return self._now

    def call_later(self, delay: timedelta, callback: Callable[[], None]) -> Timer:
        """Call ``callback`` when the clock is turned past ``delay`` from now."""
        due = _Due(self._now + max(delay, timedelta()), next(self._order), callback)
        heapq.heappush(self._due, due)
        return due

    def turn(self, by: timedelta) -> None:
        """Advance without an event loop: timers fire, tasks do not get to act between them."""
        until = self._now + by
        while self._fire_next(until):
            pass
        self._now = until

    async def advance(self, by: timedelta) -> None:
        """Advance; after each instant with timers the tasks get to act, and what they schedule in time fires too."""
        await settle()
        until = self._now + by
        while self._fire_next(until):
            await settle()
        self._now = max(self._now, until)
        await settle()

    async def wait(self, awaitable: Awaitable[T], within: timedelta) -> T:
        """Give up after ``within`` on this clock or in real time, so that a clock nobody turns does not hang a test."""
        task = asyncio.ensure_future(awaitable)
        late = self.call_later(within, lambda: _cancel(task))
        try:
            async with asyncio.timeout(within.total_seconds()):
                return await task
        except asyncio.CancelledError:
            current = asyncio.current_task()
            if current is not None and current.cancelling():
                raise
            raise TimeoutError from None
        finally:
            late.cancel()

    async def linger(self, during: timedelta) -> None:  # noqa: ARG002 - only the owner of this clock lets time pass
        """Let the tasks settle; the hands stay where they are."""
        await settle()

    def _fire_next(self, until: datetime) -> bool:
        """Fire the timers of the next instant up to ``until``; false when there is none."""
        while self._due and self._due[0].callback is None:
            heapq.heappop(self._due)
        if not self._due or self._due[0].at > until:
            return False
        self._now = max(self._now, self._due[0].at)
        while self._due and self._due[0].at <= self._now:
            callback = heapq.heappop(self._due).callback
            if callback is not None:
                callback()
        return True


def _cancel(task: asyncio.Future[T]) -> None:
    task.cancel()


async def settle() -> None:
    """Let every task that can act do so."""
    for _ in range(_SETTLE_ROUNDS):
        await asyncio.sleep(0)
