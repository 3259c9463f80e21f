"""The connection between the simulated engine and the switchboard, with its faults: away and back, late, doubled."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from telephony.port import EngineBack, EngineLost, Event, LegEnded, PlaybackEnded, RecordingEnded

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from telephony.port import Snapshot
    from telephony.simulator.clock import Clock


@dataclass(slots=True)
class Faults:
    """What goes wrong with single events: a seeded share of all, or the next one of a kind on demand."""

    late: float = 0.0
    """Share of the events that come late (0 to 1), after younger ones but with their true time."""
    late_by: timedelta = timedelta(milliseconds=200)
    doubled: float = 0.0
    """Share of the events that come twice (0 to 1)."""
    _late_next: dict[type, timedelta] = field(default_factory=dict)
    _double_next: set[type] = field(default_factory=set)

    def delay_next(self, kind: type, by: timedelta) -> None:
        """Let the next event of this kind come late."""
        self._late_next[kind] = by

    def double_next(self, kind: type) -> None:
        """Let the next event of this kind come twice."""
        self._double_next.add(kind)

    def delay_of(self, event: Event, random: Random) -> timedelta | None:
        """How late this event comes; None when it comes at once."""
        demanded = self._late_next.pop(type(event), None)
        if demanded is not None:
            return demanded
        return self.late_by if self.late and random.random() < self.late else None

    def times_of(self, event: Event, random: Random) -> int:
        """How often this event comes."""
        if type(event) in self._double_next:
            self._double_next.remove(type(event))
            return 2
        return 2 if self.doubled and random.random() < self.doubled else 1


class Wire:
    """Carries events to whoever listens; what happens while nobody does is lost, except ends."""

    def __init__(self, clock: Clock, random: Random) -> None:
        self.faults = Faults()
        self.reachable = True
        self._clock = clock
        self._random = random
        self._listener: Callable[[Event], None] | None = None
        self._ended_in_gap: list[LegEnded] = []
        self._sounds_ended_in_gap: list[PlaybackEnded | RecordingEnded] = []
        self._in_flight: list[Event] = []

    @property
    def connected(self) -> bool:
        """Whether events arrive and commands are taken."""
        return self.reachable and self._listener is not None

    @property
    def taken(self) -> bool:
        """Whether somebody owns the engine, reachable or not."""
        return self._listener is not None

    def listen(self, listener: Callable[[Event], None]) -> None:
        """Become the one owner of the events."""
        self._listener = listener
        self._sounds_ended_in_gap.clear()

    def stop_listening(self) -> None:
        """Leave; the engine goes on by itself."""
        self._listener = None
        self._lose_in_flight()

    def tell_lost(self, reason: str) -> None:
        """Cut the connection: whoever listens hears that and nothing after it."""
        self.reachable = False
        self._lose_in_flight()
        if self._listener is not None:
            self._listener(EngineLost(reason, self._clock.now()))

    def tell_back(self, snapshot: Snapshot) -> None:
        """Say the first thing of a connection; the gap before it is told by ``snapshot`` and forgotten.

        Playbacks and recordings that ended in the gap are told after it, at this instant, to the owner who began them:
        their ends are no part of a snapshot.
        """
        sounds = self._sounds_ended_in_gap.copy()
        self._ended_in_gap.clear()
        self._sounds_ended_in_gap.clear()
        if self._listener is not None:
            self._listener(EngineBack(snapshot, self._clock.now()))
            for event in sounds:
                self._listener(replace(event, at=self._clock.now()))

    def ended_in_gap(self) -> tuple[LegEnded, ...]:
        """Return the legs whose end nobody was there to hear, in order."""
        return tuple(self._ended_in_gap)

    def send(self, event: Event) -> None:
        """Deliver an event, subject to the faults."""
        if not self.connected:
            self._miss(event)
            return
        times = self.faults.times_of(event, self._random)
        delay = self.faults.delay_of(event, self._random)
        if delay is None:
            self._deliver(event, times)
        else:
            self._in_flight.append(event)
            self._clock.call_later(delay, lambda: self._arrive(event, times))

    def _arrive(self, event: Event, times: int) -> None:
        """Deliver a late event, unless the connection broke under way."""
        for index, waiting in enumerate(self._in_flight):
            if waiting is event:
                del self._in_flight[index]
                self._deliver(event, times)
                return

    def _deliver(self, event: Event, times: int) -> None:
        for _ in range(times):
            if self._listener is not None:
                self._listener(event)

    def _lose_in_flight(self) -> None:
        for event in self._in_flight:
            self._miss(event)
        self._in_flight.clear()

    def _miss(self, event: Event) -> None:
        if isinstance(event, LegEnded):
            self._ended_in_gap.append(event)
        elif isinstance(event, PlaybackEnded | RecordingEnded):
            self._sounds_ended_in_gap.append(event)
