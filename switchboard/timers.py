"""One heap for every timer of the floor, and what each of them means when it runs out."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from ivr.core.values import Timer
from switchboard import absent, acts, endings, flows, legs, offers, outbound, parties, queueing, taping, tasks
from switchboard.core.call import Call, CallState
from switchboard.core.flowing import BEEP_TIMER, MESSAGE_TIMER
from switchboard.core.talk import PARTY_TIMER
from switchboard.core.task import TASK_TIMERS
from switchboard.core.waiting import OFFER_TIMER, QUEUE_TIMER, SILENT_TIMER
from switchboard.floor import Floor
from switchboard.inputs import Fired

_OF_OFFERS = {OFFER_TIMER: offers.expired, SILENT_TIMER: offers.not_ringing}


@dataclass(order=True, slots=True)
class _Entry:
    at: datetime
    order: int
    owner: UUID = field(compare=False)
    name: str = field(compare=False)
    live: bool = field(compare=False, default=True)


class Timers:
    """Timers by owner and name. Forgotten ones stay in the heap until their time and then do nothing."""

    def __init__(self) -> None:
        self._heap: list[_Entry] = []
        self._live: dict[UUID, dict[str, _Entry]] = {}
        self._order = itertools.count()

    def arm(self, owner: UUID, name: str, at: datetime) -> None:
        """Set a timer, instead of an older one of this name."""
        self.disarm(owner, name)
        entry = _Entry(at, next(self._order), owner, name)
        self._live.setdefault(owner, {})[name] = entry
        heapq.heappush(self._heap, entry)

    def disarm(self, owner: UUID, name: str | None) -> None:
        """Forget one timer of an owner, or all."""
        owned = self._live.get(owner, {})
        for each in [name] if name is not None else list(owned):
            entry = owned.pop(each, None)
            if entry is not None:
                entry.live = False
        if not owned:
            self._live.pop(owner, None)

    def due(self, now: datetime) -> Iterator[Fired]:
        """Yield and forget the timers whose time has come, in the order of their instants."""
        while self._heap and self._heap[0].at <= now:
            entry = heapq.heappop(self._heap)
            if entry.live:
                self.disarm(entry.owner, entry.name)
                yield Fired(entry.owner, entry.name)

    def next_at(self) -> datetime | None:
        """Return the instant of the next timer."""
        while self._heap and not self._heap[0].live:
            heapq.heappop(self._heap)
        return self._heap[0].at if self._heap else None


def fired(floor: Floor, event: Fired, now: datetime) -> None:
    """Do what a timer is for. While the engine is away those of calls wait: what they are about may have happened."""
    if event.name == endings.WRAP_UP_TIMER:
        endings.time_over(floor, event.owner, now)
        return
    if event.name == acts.TIMER:
        acts.apply(floor, now)
        return
    task = floor.tasks.get(event.owner)
    if task is not None and event.name in TASK_TIMERS:
        tasks.fired(floor, task, event.name, now)
        return
    call = floor.calls.get(event.owner)
    if call is None:
        return
    if floor.reaches(call):
        _fired_for(floor, call, event.name, now)
    else:
        floor.overdue.append((event.owner, event.name))


def _fired_for(floor: Floor, call: Call, name: str, now: datetime) -> None:
    if name in _OF_OFFERS and call.state is CallState.OFFERED:
        _OF_OFFERS[name](floor, call, now)
    elif name == QUEUE_TIMER and call.state is CallState.QUEUED:  # while it rings, the end of the offer looks again
        flows.advance(floor, call.id, queueing.give_up(floor, call, now), now)
    elif call.state is CallState.DIALLING:
        outbound.fired(floor, call, name, now)
    elif name.startswith(PARTY_TIMER):
        parties.silent(floor, call, name.removeprefix(PARTY_TIMER), now)
    elif name in absent.TIMERS:
        absent.fired(floor, call, name, now)
    elif name == BEEP_TIMER and call.state is CallState.VOICEMAIL:
        legs.begin_message(floor, call, now)
    elif name == MESSAGE_TIMER and call.state is CallState.VOICEMAIL:
        legs.end_message(floor, call, now)
    elif name == taping.PAUSE_TIMER:
        taping.longest_pause(floor, call, now)
    elif name.startswith(flows.TIMER):
        flows.advance(floor, call.id, Timer(name.removeprefix(flows.TIMER)), now)
