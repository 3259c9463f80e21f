"""The floor's clock: the wall's time, but its steps never stretch or shrink a duration."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Protocol

_SLEW = 0.001
"""When the wall clock was set, ours follows by at most this share of the time that passes."""


class Timer(Protocol):
    """A callback that has not been called yet."""

    def cancel(self) -> None:
        """Never call it; harmless when it has been called."""


class Clock(Protocol):
    """What the loop needs of time; the simulated network's clocks have it too."""

    def now(self) -> datetime:
        """Tell the present instant, aware, UTC; it never goes back."""

    def call_later(self, delay: timedelta, callback: Callable[[], None]) -> Timer:
        """Call ``callback`` once, after ``delay``."""


class SteadyClock:
    """Monotonic time, anchored to the wall clock and drawn after it slowly (as adjtime(3) does)."""

    def __init__(self, wall: Callable[[], float] = time.time, steady: Callable[[], float] = time.monotonic) -> None:
        """``wall`` and ``steady`` tell seconds; tests bring their own."""
        self._wall = wall
        self._steady = steady
        self._anchor = wall() - steady()
        self._last = steady()

    def now(self) -> datetime:
        """Tell the present instant."""
        steady = self._steady()
        allowed = (steady - self._last) * _SLEW
        self._last = steady
        behind = self._wall() - (self._anchor + steady)
        self._anchor += max(-allowed, min(allowed, behind))
        return datetime.fromtimestamp(self._anchor + steady, UTC)

    def call_later(self, delay: timedelta, callback: Callable[[], None]) -> Timer:
        """Use the running event loop's timer, which is monotonic."""
        return asyncio.get_running_loop().call_later(max(0.0, delay.total_seconds()), callback)
