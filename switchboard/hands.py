"""Performs commands on the engine: those of one call one after the other, those of different calls at the same time."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable

import structlog

from switchboard.inputs import Refused
from telephony.port import Command, CommandRefused, Engine

log = structlog.get_logger(__name__)


class Hands:
    """One lane per call. A refused command comes back through ``refused`` and does not stop its lane."""

    def __init__(self, engine: Engine, refused: Callable[[Refused], None]) -> None:
        self._engine = engine
        self._refused = refused
        self._lanes: dict[str, deque[Command]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def do(self, lane: str, command: Command) -> None:
        """Perform a command after those of its lane that are under way."""
        waiting = self._lanes.get(lane)
        if waiting is not None:
            waiting.append(command)
            return
        self._lanes[lane] = deque([command])
        task = asyncio.create_task(self._work(lane))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def rest(self) -> None:
        """Wait until everything that was asked for is performed."""
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _work(self, lane: str) -> None:
        waiting = self._lanes[lane]
        while waiting:
            await self._perform(waiting[0])
            waiting.popleft()
        del self._lanes[lane]

    async def _perform(self, command: Command) -> None:
        try:
            await self._engine.perform(command)
        except CommandRefused as refusal:
            self._refused(Refused(command, refusal.reason))
        except Exception as error:
            log.exception("command_failed", command=type(command).__name__)
            self._refused(Refused(command, repr(error)))
