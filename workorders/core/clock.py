"""One SLA clock: the spans in which it ran, and what a calendar says of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, TypeAlias

from tenants.core.calendar import Calendar, NeverOpens
from workorders.core.agreed import ALWAYS, Metric, Plan

SHARES: Final = (50, 75, 90, 100)
"""Of the target, in per cent: what is told when it is used; the whole is a breach."""
WHOLE: Final = 100


class State(StrEnum):
    """How a clock stands. A breach is never taken back; ``cancelled``: what was owed is owed no more."""

    RUNNING = "running"
    PAUSED = "paused"
    MET = "met"
    BREACHED = "breached"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Clock:
    """One metric of one work order.

    It ran from each of ``begun`` to the one of ``halted`` at the same place; without one it runs. ``version`` and
    ``policy``: by what it is judged. ``told``: the highest share that was told, in per cent.
    """

    metric: Metric
    policy: str
    version: int
    target: timedelta
    begun: tuple[datetime, ...] = ()
    halted: tuple[datetime, ...] = ()
    cycle: int = 1
    """What is owed again and again, such as the next update, is counted."""
    paused_for: str | None = None
    ended: State | None = None
    """Met or cancelled; None while it is owed."""
    ended_at: datetime | None = None
    breached_at: datetime | None = None
    breaches: int = 0
    """How often it was breached, in all cycles."""
    told: int = 0

    @property
    def runs(self) -> bool:
        """Say whether business time is used now."""
        return len(self.begun) > len(self.halted)

    @property
    def state(self) -> State:
        """Return how it stands."""
        if self.breached_at is not None:
            return State.BREACHED
        return self.ended or (State.RUNNING if self.runs else State.PAUSED)

    def spans(self) -> Iterator[tuple[datetime, datetime | None]]:
        """Yield when it ran, from and until; the last one has no end while it runs."""
        yield from zip(self.begun, (*self.halted, None), strict=False)

    def elapsed(self, hours: Calendar, at: datetime) -> timedelta:
        """Return the business time used until a moment, which is none before the last thing that happened to it."""
        return sum((hours.business_time(begin, end or at) for begin, end in self.spans()), timedelta())

    def reaches(self, hours: Calendar, share: int) -> datetime | None:
        """Return when a share of the target is or will be used, as it stands; None while it is paused, or never."""
        left = self.target * share / WHOLE
        try:
            for begin, end in self.spans():
                used = hours.business_time(begin, end) if end else None
                if used is None or used >= left:
                    return hours.add_business(begin, left)
                left -= used
        except NeverOpens:
            pass
        return None

    def due_at(self, hours: Calendar) -> datetime | None:
        """Return when it is breached; of one that ended when it would have been, of one that is paused None."""
        if self.breached_at is not None:
            return self.breached_at
        ran_to_its_end = self.ended_at is not None and self.halted[-1:] == (self.ended_at,)
        return (replace(self, halted=self.halted[:-1]) if ran_to_its_end else self).reaches(hours, WHOLE)

    def warns_at(self, hours: Calendar) -> datetime | None:
        """Return when the next share is used that is not told yet."""
        following = next((share for share in SHARES if share > self.told), None)
        return None if following is None or self.ended else self.reaches(hours, following)


Clocks: TypeAlias = Mapping[Metric, Clock]


class Sign(StrEnum):
    """What is told of a clock."""

    WARNED = "warning"
    BREACHED = "breached"
    MET = "met"
    PAUSED = "paused"
    RESUMED = "resumed"


@dataclass(frozen=True, slots=True)
class Signal:
    """Something happened to a clock, at a moment that may lie before the one at which it is noticed."""

    sign: Sign
    clock: Clock
    at: datetime
    share: int | None = None


def hours_of(clock: Clock, plan: Plan) -> Calendar:
    """Return the calendar by which a clock is measured."""
    terms = plan.terms_of(clock.policy)
    return ALWAYS if terms is None else terms.calendar(clock.metric)
