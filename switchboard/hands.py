"""Performs commands on the engine: those of one call one after the other, those of different calls at the same time."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import islice
from typing import Protocol

import structlog

from switchboard import metrics
from switchboard.clock import Clock
from switchboard.inputs import Refused
from telephony.port import (
    Answer,
    Command,
    CommandRefused,
    CommandUnanswered,
    Dial,
    Engine,
    Open,
    Play,
    Record,
    Ring,
    SendDigits,
    Supervise,
)

SEVERAL = 3
"""One command that hangs says nothing about the others; so many do."""
TIMES = 3
"""So often the engine is told what it does not answer."""
_ONCE = (Answer, Open, Play, Ring, Dial, SendDigits, Supervise, Record)
"""What would be done twice."""


class Watch(Protocol):
    """Is told of a lane how long the engine takes for commands."""

    def took(self, lane: str, latency: timedelta, now: datetime) -> None:
        """Note that a command took so long."""

    def waits(self, lane: str, latency: timedelta, now: datetime) -> None:
        """Note that several commands have been under way for so long."""


log = structlog.get_logger(__name__)


class Hands:
    """One lane per call. A refused command comes back through ``refused`` and does not stop its lane."""

    def __init__(self, engine: Engine, clock: Clock, refused: Callable[[Refused], None], watch: Watch) -> None:
        """``watch`` hears of every command, so that fewer calls are taken while they are late."""
        self._engine = engine
        self._clock = clock
        self._refused = refused
        self._watch = watch
        self._under_way: dict[str, datetime] = {}
        """Since when a lane waits for its present command; the oldest first."""
        self._lanes: dict[str, deque[Command]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def do(self, lane: str, command: Command) -> None:
        """Perform a command after those of its lane that are under way."""
        self._tell_of_the_oldest()
        waiting = self._lanes.get(lane)
        if waiting is not None:
            waiting.append(command)
            return
        self._lanes[lane] = deque([command])
        task = asyncio.create_task(self._work(lane))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def busy(self) -> frozenset[str]:
        """Return the lanes with commands on their way."""
        return frozenset(self._lanes)

    async def rest(self) -> None:
        """Wait until everything that was asked for is performed."""
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _work(self, lane: str) -> None:
        waiting = self._lanes[lane]
        while waiting:
            began = self._under_way[lane] = self._clock.now()
            await self._perform(waiting.popleft())
            del self._under_way[lane]
            now = self._clock.now()
            self._watch.took(lane, now - began, now)
            metrics.COMMANDS.observe((now - began).total_seconds())
        del self._lanes[lane]

    def _tell_of_the_oldest(self) -> None:
        """Tell of the commands that wait longest: an engine that answers nothing at all is late, too."""
        lane = next(islice(self._under_way, SEVERAL - 1, None), None)
        if lane is not None:
            now = self._clock.now()
            self._watch.waits(lane, now - self._under_way[lane], now)

    async def _perform(self, command: Command) -> None:
        try:
            await self._insist(command)
        except CommandRefused as refusal:
            self._refused(Refused(command, refusal.reason, isinstance(refusal, CommandUnanswered)))
        except Exception as error:
            log.exception("command_failed", command=type(command).__name__)
            self._refused(Refused(command, repr(error)))

    async def _insist(self, command: Command) -> None:
        """Say again what was not answered and does no harm twice: nobody is left on a line because of one lost word."""
        for _ in range(0 if isinstance(command, _ONCE) else TIMES - 1):
            try:
                await self._engine.perform(command)
            except CommandUnanswered as silence:
                log.warning("command_unanswered", command=type(command).__name__, reason=silence.reason)
            else:
                return
        await self._engine.perform(command)
