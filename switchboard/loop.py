"""The loop: one queue of everything that happens, one decision after the other, then the effects.

Nothing here waits for PostgreSQL, the engine or a file between taking an input and deciding about it. No locks.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

import structlog

from journal.core.facts import NewFact
from kit.errors import Problem
from switchboard import draining, followups, handlers, metrics, offers, orders, timers
from switchboard.clock import Clock, Timer
from switchboard.core.aliases import Aliases
from switchboard.core.effects import Arm, AskList, AskPhones, Disarm, Do, Effect, FindAgent, Keep, Speak, Store, Tell
from switchboard.floor import Floor
from switchboard.hands import Hands
from switchboard.inputs import (
    AgentFound,
    DeskCommand,
    Fired,
    Input,
    ListAsked,
    PhonesSeen,
    RecordingKept,
    RecordingOrphaned,
    Spoken,
)
from switchboard.timers import Timers
from switchboard.trouble import contained
from telephony import port

log = structlog.get_logger(__name__)


class Writer(Protocol):
    """Takes what is to be stored; never waits."""

    def note(self, tenant: UUID, facts: list[NewFact], kept: list[Keep]) -> None:
        """Store facts of a tenant, in order, and what is kept beside their interactions."""


@dataclass(frozen=True, slots=True)
class Helpers:
    """What takes longer than a decision may: each runs beside the loop, and its result comes back as an input."""

    keep: Callable[[Store], Awaitable[RecordingKept | RecordingOrphaned | None]]
    speak: Callable[[Speak], Awaitable[Spoken]]
    phones: Callable[[], Awaitable[PhonesSeen | None]]
    agent: Callable[[FindAgent], Awaitable[AgentFound]]
    listed: Callable[[AskList], Awaitable[ListAsked]]


@dataclass(frozen=True, slots=True)
class _Asked:
    command: DeskCommand
    answer: asyncio.Future[dict[str, Any]]


class Loop:
    """Owns a floor: whoever wants something of it puts an input here."""

    def __init__(self, floor: Floor, hands: Hands, writer: Writer, clock: Clock, helpers: Helpers) -> None:
        self.floor = floor
        self._hands = hands
        self._writer = writer
        self._clock = clock
        self._helpers = helpers
        self._timers = Timers()
        self._alarm: Timer | None = None
        self._inputs: asyncio.Queue[Input | _Asked | None] = asyncio.Queue()
        self._beside: set[asyncio.Task[None]] = set()

    def put(self, item: Input) -> None:
        """Let something happen."""
        self._inputs.put_nowait(item)

    async def ask(self, command: DeskCommand) -> dict[str, Any]:
        """Carry out a desk's command and return the answer: ``ok``, or a problem's ``code`` and ``detail``."""
        answer: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._inputs.put_nowait(_Asked(command, answer))
        return await answer

    def engines(self) -> list[Mapping[str, Any]]:
        """Return the phone engines for people."""
        return draining.state(self.floor, self._clock.now())

    def busy(self) -> frozenset[str]:
        """Return the calls and legs with commands on their way."""
        return self._hands.busy()

    async def run(self) -> None:
        """Decide until :meth:`stop`."""
        self.perform(self.floor.drain())  # what the restored floor has to say
        self._set_alarm()
        while (item := await self._inputs.get()) is not None:
            self._take(item)

    def stop(self) -> None:
        """Decide nothing after what is already in the queue."""
        self._inputs.put_nowait(None)

    async def rest(self) -> None:
        """Wait for what runs beside the loop."""
        await self._hands.rest()
        while self._beside:
            await asyncio.gather(*self._beside, return_exceptions=True)

    # --------------------------------------------------------------------------------------------------------- deciding

    def _take(self, item: Input | _Asked) -> None:
        now = self._clock.now()
        if isinstance(item, _Asked):
            self._obey(item, now)
        else:
            with contained(self.floor, handlers.concerned(self.floor, item), now):
                handlers.handle(self.floor, item, now)
        self._fire(now)
        with contained(self.floor, None, now):
            followups.take(self.floor, now)
        with contained(self.floor, None, now):
            offers.decide(self.floor, now)
        draining.look(self.floor, now)
        self.perform(self.floor.drain())
        self._set_alarm()

    def _obey(self, asked: _Asked, now: datetime) -> None:
        answer: dict[str, Any] = {"ok": True}
        try:
            orders.obey(self.floor, asked.command, now)
        except Problem as problem:
            answer = {"ok": False, "code": problem.code, "detail": problem.detail}
        except Exception:
            log.exception("command_broken", command=asked.command.kind)
            answer = {"ok": False, "code": Problem.code, "detail": Problem.title}
        if not asked.answer.done():
            asked.answer.set_result(answer)

    def _fire(self, now: datetime) -> None:
        """Timers whose time has come; one may set another that is due at once."""
        self._apply_timers()
        for fired in self._timers.due(now):
            with contained(self.floor, fired.owner, now):
                timers.fired(self.floor, fired, now)
            self._apply_timers()

    def _apply_timers(self) -> None:
        """Set and forget timers now; everything else waits for the end of the decision."""
        later: list[Effect] = []
        for effect in self.floor.effects:
            match effect:
                case Arm(owner, name, at):
                    self._timers.arm(owner, name, at)
                case Disarm(owner, name):
                    self._timers.disarm(owner, name)
                case _:
                    later.append(effect)
        self.floor.effects = later

    def _set_alarm(self) -> None:
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None
        at = self._timers.next_at()
        if at is not None:
            self._alarm = self._clock.call_later(at - self._clock.now(), lambda: self.put(Fired(offers.NOBODY, "")))

    # ------------------------------------------------------------------------------------------------------- performing

    def perform(self, effects: list[Effect]) -> None:
        """Carry effects out: commands to the engine at once, facts together, the rest beside the loop."""
        facts: dict[UUID, list[NewFact]] = {}
        kept: dict[UUID, list[Keep]] = {}
        for effect in effects:
            match effect:
                case Tell(tenant, fact):
                    metrics.told(fact)
                    facts.setdefault(tenant, []).append(fact)
                case Keep(tenant):
                    kept.setdefault(tenant, []).append(effect)
                case Do(lane, port.Open(call)):
                    self._hands.do(lane, port.Open(call, self.floor.node_of_call(call)))
                case Do(lane, command):
                    self._hands.do(lane, command)
                case Arm(owner, name, at):
                    self._timers.arm(owner, name, at)
                case Disarm(owner, name):
                    self._timers.disarm(owner, name)
                case _:
                    self._start_beside(effect)
        aliases = self.floor.plan.aliases
        for tenant, told in facts.items():
            named = [aliases.outward(tenant, fact) for fact in told]
            self._writer.note(tenant, named, [_named(aliases, keep) for keep in kept.get(tenant, [])])

    def _start_beside(self, effect: Store | Speak | AskPhones | FindAgent | AskList) -> None:
        match effect:
            case Store():
                self._start(self._helpers.keep(effect))
            case Speak():
                self._start(self._helpers.speak(effect))
            case FindAgent():
                self._start(self._helpers.agent(effect))
            case AskList():
                self._start(self._helpers.listed(effect))
            case AskPhones():
                self._start(self._helpers.phones())

    def _start(self, work: Awaitable[Input | None]) -> None:
        task = asyncio.ensure_future(self._finish(work))
        self._beside.add(task)
        task.add_done_callback(self._beside.discard)

    async def _finish(self, work: Awaitable[Input | None]) -> None:
        try:
            result = await work
        except Exception:
            log.exception("work_beside_the_loop_failed")
            return
        if result is not None:
            self.put(result)


def _named(aliases: Aliases, keep: Keep) -> Keep:
    return keep if keep.resume is None else replace(keep, resume=aliases.resume(keep.tenant, keep.resume))
