"""Which trunk a call to outside takes, and what is tried when one fails. Pure.

A trunk that failed rests for a while, longer each time that it fails again. One that is full, or said to be away, is
left out as long as another can be tried; when none is left, those that rest or are away are tried after all, as what is
known of them may be old. A full one is never tried. Where a trunk has several addresses, each is a way of its own
(``telephony.ways``): it is tried, fails and rests by itself, and the trunk's next one comes before the next trunk.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import groupby

from telephony.port import Cause, TrunkState
from telephony.ways import trunk_of, ways

FIRST_REST = timedelta(seconds=15)
LONGEST_REST = timedelta(minutes=5)
MOST_TRIES = 4
"""So many ways are tried for one call: whoever waits hears nothing meanwhile."""
_LINE_FAULTS = frozenset({Cause.CONGESTION, Cause.UNREACHABLE})
_ABOUT_THE_LINE = frozenset({401, 403, 407, 408})
"""Statuses of a refusal by the trunk's other end itself: our login, or nobody answers (RFC 3261 21.4)."""
_SERVER_FAULTS = range(500, 600)


@dataclass(frozen=True, slots=True)
class TrunkPlan:
    """A trunk as calls use it. ``most_calls``: at once, both directions; None: as many as there are."""

    name: str
    priority: int = 100
    weight: int = 1
    most_calls: int | None = None
    addresses: int = 1

    @property
    def ways(self) -> tuple[str, ...]:
        """The ways over it, in the order in which they are tried."""
        return ways(self.name, self.addresses)


@dataclass(frozen=True, slots=True)
class Failure:
    """The last time that a trunk failed, and how often since it brought a call through."""

    at: datetime
    cause: Cause
    sip: int = 0
    times: int = 1

    @property
    def rests_until(self) -> datetime:
        """Until when it rests; not at all once it has worked again."""
        rest = min(FIRST_REST * 2 ** min(self.times - 1, 10), LONGEST_REST) if self.times else timedelta()
        return self.at + rest


@dataclass(frozen=True, slots=True)
class TrunkCondition:
    """What is known of a trunk now; of a further way over it only its ``failure``."""

    reachable: bool | None = None
    """None: nobody said."""
    registered: bool | None = None
    calls: int = 0
    turns: int = 0
    """How many calls it was chosen for."""
    silent: frozenset[str] = frozenset()
    """Those of its ways that do not answer, while another one does."""
    failure: Failure | None = None

    @property
    def is_away(self) -> bool:
        """Whether its other end is said to be away."""
        return self.reachable is False or self.registered is False

    def rests(self, now: datetime) -> bool:
        """Whether it failed a short while ago."""
        return self.failure is not None and now < self.failure.rests_until


FINE = TrunkCondition()


@dataclass(frozen=True, slots=True)
class Ended:
    """How a leg that was dialled ended before anybody answered. ``rang``: the called party's phone rang."""

    cause: Cause
    sip: int = 0
    rang: bool = False


def is_the_trunks_fault(ended: Ended) -> bool:
    """Whether another trunk may succeed; a busy, refusing or unknown party is the same everywhere.

    A SIP status says more than the cause that an engine makes of it, so it goes first. What happens once a phone rang
    is its party's doing, unless a server failed.
    """
    if ended.sip in _SERVER_FAULTS:
        return True
    if ended.rang:
        return False
    return ended.sip in _ABOUT_THE_LINE if ended.sip else ended.cause in _LINE_FAULTS


def choice(
    trunks: Sequence[TrunkPlan], conditions: Mapping[str, TrunkCondition], now: datetime, tried: Iterable[str] = ()
) -> str | None:
    """Return the way to try next; None: there is none, or enough were tried."""
    gone = frozenset(tried)
    if len(gone) >= MOST_TRIES:
        return None
    free = [trunk for trunk in trunks if not is_full(trunk, conditions.get(trunk.name, FINE))]
    found = [way for trunk in ordered(free, conditions) for way in trunk.ways if way not in gone]
    return next((way for way in found if not _is_doubtful(way, conditions, now)), found[0] if found else None)


def ordered(trunks: Iterable[TrunkPlan], conditions: Mapping[str, TrunkCondition]) -> list[TrunkPlan]:
    """Return trunks by priority; among equal ones the one first that is furthest behind its share, by its weight."""

    def behind(trunk: TrunkPlan) -> tuple[float, str]:
        return (conditions.get(trunk.name, FINE).turns + 1) / trunk.weight, trunk.name

    by_priority = sorted(trunks, key=lambda trunk: trunk.priority)
    return [
        each for _, equal in groupby(by_priority, lambda trunk: trunk.priority) for each in sorted(equal, key=behind)
    ]


def is_full(trunk: TrunkPlan, condition: TrunkCondition) -> bool:
    """Whether it carries as many calls as it may."""
    return trunk.most_calls is not None and condition.calls >= trunk.most_calls


def failed(condition: TrunkCondition, ended: Ended, now: datetime) -> TrunkCondition:
    """Return the condition of a trunk that has just failed a call."""
    times = 1 if condition.failure is None else condition.failure.times + 1
    return replace(condition, failure=Failure(now, ended.cause, ended.sip, times))


def worked(condition: TrunkCondition) -> TrunkCondition:
    """Return the condition of a trunk that brought a call through: it rests no more; its last failure stays known."""
    return condition if condition.failure is None else replace(condition, failure=replace(condition.failure, times=0))


def _is_doubtful(way: str, conditions: Mapping[str, TrunkCondition], now: datetime) -> bool:
    trunk = conditions.get(trunk_of(way), FINE)
    return trunk.is_away or way in trunk.silent or conditions.get(way, FINE).rests(now)


@dataclass(slots=True)
class TrunkBook:
    """What a floor knows of its trunks, by name, and of their further ways.

    ``legs``: which way each leg of a carrier's uses; ``rang``: those of them whose phone rang.
    """

    conditions: dict[str, TrunkCondition] = field(default_factory=dict)
    legs: dict[str, str] = field(default_factory=dict)
    rang: set[str] = field(default_factory=set)

    def takes(self, leg: str, way: str) -> None:
        """Take note that a leg uses a way over a trunk."""
        if way and leg not in self.legs:
            self.legs[leg] = way
            self._count(trunk_of(way), 1)

    def leaves(self, leg: str) -> None:
        """Take note that a leg is gone."""
        way = self.legs.pop(leg, None)
        self.rang.discard(leg)
        if way is not None:
            self._count(trunk_of(way), -1)

    def only(self, legs: Mapping[str, str]) -> None:
        """Take note of all legs there are, after a gap."""
        for leg in [each for each in self.legs if each not in legs]:
            self.leaves(leg)
        for leg, trunk in legs.items():
            self.takes(leg, trunk)

    def _count(self, trunk: str, by: int) -> None:
        self.conditions[trunk] = replace(self.of(trunk), calls=self.of(trunk).calls + by)

    def of(self, name: str) -> TrunkCondition:
        """Return what is known of a trunk, or of a way."""
        return self.conditions.get(name, FINE)

    def told(self, state: TrunkState) -> bool:
        """Take note of what the engine says; tell whether it is news. That a new one is there is none."""
        before = self.of(state.trunk)
        self.conditions[state.trunk] = after = replace(
            before, reachable=state.reachable, registered=state.registered, silent=state.silent
        )
        return before.is_away != after.is_away

    def chosen(self, way: str) -> None:
        """Take note that a call takes it."""
        trunk = trunk_of(way)
        self.conditions[trunk] = replace(self.of(trunk), turns=self.of(trunk).turns + 1)

    def failed(self, way: str, ended: Ended, now: datetime) -> None:
        """Take note that it failed."""
        self.conditions[way] = failed(self.of(way), ended, now)

    def worked(self, way: str) -> None:
        """Take note that it brought a call through."""
        self.conditions[way] = worked(self.of(way))

    def last_failure(self, trunk: TrunkPlan) -> tuple[Failure | None, datetime | None]:
        """Return the newest failure of a trunk, and until when all of its ways rest (None: one of them does not)."""
        known = [self.of(way).failure for way in trunk.ways]
        failures = [failure for failure in known if failure is not None]
        rests = min(failure.rests_until for failure in failures) if len(failures) == len(known) else None
        return max(failures, key=lambda failure: failure.at, default=None), rests

    def keep(self, names: Iterable[str]) -> None:
        """Forget the trunks that are not there any more."""
        kept = frozenset(names)
        self.conditions = {name: condition for name, condition in self.conditions.items() if trunk_of(name) in kept}
