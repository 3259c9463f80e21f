"""The state of one tenant's board after a fact of its journal, and the record of what a fact touched."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from live.core.counts import Counts
from live.core.rows import CallRow, QueueRow, SeatRow
from tenants.core.alerts import AlertLimits
from tenants.core.service_level import Formula

ENDED_CALLS_KEPT = 50


@lru_cache(maxsize=1000)
def _midnight(day: str, zone: str) -> int:
    return int(datetime.fromisoformat(day).replace(tzinfo=ZoneInfo(zone)).timestamp() * 1000)


@dataclass(slots=True)
class Changes:
    """Keys of the rows that a fact touched; ``whole`` asks for a fresh snapshot."""

    queues: set[str] = field(default_factory=set)
    seats: set[str] = field(default_factory=set)
    calls: set[str] = field(default_factory=set)
    totals: bool = False
    whole: bool = False
    wrong: bool = False
    """The board was found to be wrong: who holds it opens it again."""

    def __bool__(self) -> bool:
        """Say whether a screen has anything to redraw."""
        return bool(self.queues or self.seats or self.calls or self.totals or self.whole)

    def add(self, other: Changes) -> None:
        """Take in what another fact touched."""
        self.queues |= other.queues
        self.seats |= other.seats
        self.calls |= other.calls
        self.totals |= other.totals
        self.whole |= other.whole
        self.wrong |= other.wrong


@dataclass(slots=True)
class Board:
    """The state after the fact ``seq``."""

    name: str
    zone: str
    seq: int = 0
    day: str = ""
    engine: str = "ok"
    formula: Formula = field(default_factory=Formula)
    limits: AlertLimits = field(default_factory=AlertLimits)
    """The client's own, as they stand at this second."""
    limits_told: bool = False
    """A fact says them; before version 3 of ``BlueprintApplied`` none does, and they are what everybody began with."""
    counts: Counts = field(default_factory=Counts)
    quarters: dict[int, Counts] = field(default_factory=dict)
    minutes: dict[int, Counts] = field(default_factory=dict)
    """The counts of the last half hour, by the minute of the enqueue, arrivals by that of the arrival."""
    moved: dict[str, list[int]] = field(default_factory=dict)
    """By figure, the newest fact that bears on it: its number in the journal and its instant."""
    queues: dict[str, QueueRow] = field(default_factory=dict)
    seats: dict[str, SeatRow] = field(default_factory=dict)
    calls: dict[str, CallRow] = field(default_factory=dict)
    open_work_orders: dict[str, str] = field(default_factory=dict)
    lines_down: dict[str, int] = field(default_factory=dict)
    """The client's own lines that cannot be used, and since when."""
    engines_off: dict[str, int] = field(default_factory=dict)
    """Engines that are lost or drained, as ``kind:floor:name`` (``live.core.alerts``), and since when."""
    messages: int = 0
    """How often something became of messages to agents: whoever wrote one looks again when this grows."""
    differed_at: int = 0
    """Since when it is known not to have been what the journal says; 0: it is."""
    acts: dict[str, dict[str, Any]] = field(default_factory=dict)
    """What the client changed for a time, by id, as :mod:`live.core.controls` shows it."""
    acknowledged: dict[str, list[str | int]] = field(default_factory=dict)
    """Alerts of which somebody takes care: by whom (user id, name) and since when."""
    _sits: dict[str, str] = field(default_factory=dict, repr=False, compare=False)
    """Where agents were found last: nearly every fact asks, and a client may rent hundreds of seats."""

    worked: dict[str, int] | None = field(default=None, repr=False, compare=False)
    """What :mod:`live.core.occupancy` counts over all seats; None: to be counted again."""
    _tomorrow: datetime | None = field(default=None, repr=False, compare=False)
    """When the day ends that was asked for last: each fact asks."""

    def begin_day(self, now: datetime, changes: Changes) -> None:
        """Start the counts afresh when ``now`` lies on a later day of the tenant's zone."""
        if self._tomorrow is not None and now < self._tomorrow:
            return
        today = now.astimezone(ZoneInfo(self.zone)).date()
        self._tomorrow = datetime.combine(today + timedelta(days=1), time.min, ZoneInfo(self.zone)).astimezone(UTC)
        day = today.isoformat()
        if day <= self.day:
            return
        self.day, self.worked = day, None
        self.counts, self.quarters = Counts(), {}
        for queue in self.queues.values():
            queue.counts = Counts()
        for seat in self.seats.values():
            seat.handled_today = seat.offered_today = seat.missed_today = 0
            seat.talk_ms = seat.wrap_ms = seat.busy_ms = seat.ready_ms = 0
        changes.whole = True

    @property
    def day_started_at(self) -> int | None:
        """Midnight of the board's day in the tenant's zone, in ms; None before the first fact."""
        if not self.day:
            return None
        return _midnight(self.day, self.zone)

    def seat_of(self, agent_id: str) -> SeatRow | None:
        """Return the seat at which this agent sits, if this tenant rents it."""
        known = self.seats.get(self._sits.get(agent_id, ""))
        if known is None or known.agent_id != agent_id:
            known = next((s for s in self.seats.values() if s.agent_id == agent_id), None)
            if known is not None:
                self._sits[agent_id] = known.seat
        return known

    def cohort(self, call: CallRow) -> list[Counts]:
        """Return the counts that this interaction belongs to.

        Those of the client go by its first enqueue, those of the queue by that of its stay there: each to the day and
        to the minute, as far as they are kept. What was enqueued on an earlier day is in no count of this one.
        """
        counts = [self.counts, self.quarters.setdefault(call.quarter, Counts())] if self._is_of(call.day) else []
        counts += [self.minutes[call.minute]] if call.minute in self.minutes else []
        queue = self.queues.get(call.queue_id)
        if queue is not None:
            counts += [queue.counts] if self._is_of(call.visit_day) else []
            counts += [queue.minutes[call.visit_minute]] if call.visit_minute in queue.minutes else []
        return counts

    def _is_of(self, day: str) -> bool:
        return bool(day) and day == self.day

    def forget_old_calls(self, changes: Changes) -> None:
        """Keep the last ended interactions only, and those on which an agent still works."""
        worked_on = {seat.interaction_id for seat in self.seats.values()}
        ended = [c.id for c in self.calls.values() if c.state == "ended" and c.id not in worked_on]
        for call_id in ended[: max(0, len(ended) - ENDED_CALLS_KEPT)]:
            del self.calls[call_id]
            changes.calls.add(call_id)
