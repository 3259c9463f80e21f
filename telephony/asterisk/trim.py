"""The engine gives memory back: after many calls its heap stays as large as at the peak, until it is told to trim it.

Measured: 885 MB after 4,480 calls, 199 MB after ``malloc trim`` (glibc's malloc_trim(3)). Only where its console is on
this machine.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from typing import TYPE_CHECKING

from telephony.asterisk import console

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

log = logging.getLogger(__name__)

COMMAND = "malloc trim"
EVERY_S = 300.0
LOOKS_EVERY_S = 15.0
PEAK_LEGS = 50
"""Fewer legs at once leave nothing worth the trouble before its time."""


class Trimmer:
    """Trims every few minutes while there are calls, and once when a peak is over."""

    def __init__(self, console_path: Path, legs: Callable[[], int]) -> None:
        """``legs``: how many there are now."""
        self._console, self._legs = console_path, legs
        self._peak, self._quiet_s = 0, 0.0
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin; harmless when it has begun."""
        if self._task is None:
            self._task = asyncio.create_task(self._run(), name="trim")

    async def close(self) -> None:
        """End."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
            self._task = None

    def is_due(self, passed_s: float) -> bool:
        """Take note of what is there after so many seconds; tell whether to trim now."""
        legs = self._legs()
        self._quiet_s = self._quiet_s + passed_s if self._peak else 0.0
        self._peak = max(self._peak, legs)
        over = self._peak >= PEAK_LEGS and legs * 4 <= self._peak
        if not over and not (self._peak and self._quiet_s >= EVERY_S):
            return False
        self._peak, self._quiet_s = legs, 0.0
        return True

    async def trim(self) -> None:
        """Trim now; an engine that does not answer is left alone."""
        try:
            await console.ask(self._console, COMMAND)
        except OSError as error:
            log.info("the engine's memory was not trimmed: %s", error)

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(LOOKS_EVERY_S)
            if self.is_due(LOOKS_EVERY_S):
                await self.trim()
