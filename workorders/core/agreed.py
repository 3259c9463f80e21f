"""What a blueprint promises about work orders: which policy holds for one, its targets, calendars and pauses.

A policy may name a connection, a type, a priority; the one that names most of what a work order is holds for it. Among
as many the connection goes before the type, and the type before the priority.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, Final
from zoneinfo import ZoneInfo

from tenants.core.calendar import MINUTES_A_DAY, Calendar, Interval
from workorders.core.states import Party, Side


class Metric(StrEnum):
    """What is measured."""

    ACKNOWLEDGE = "acknowledge"
    NEXT_UPDATE = "next_update"
    RESOLVE = "resolve"
    PROMISE = "promise"
    """The date that the resolver promised: an instant of its own, which no pause and no closing hour moves."""
    ANSWER_INFO = "answer_info"
    SEAT_FEEDBACK = "seat_feedback"


OWES: Final[Mapping[Metric, Party]] = {
    Metric.ACKNOWLEDGE: Party.RESOLVER,
    Metric.NEXT_UPDATE: Party.RESOLVER,
    Metric.RESOLVE: Party.RESOLVER,
    Metric.PROMISE: Party.RESOLVER,
    Metric.ANSWER_INFO: Party.REQUESTER,
    Metric.SEAT_FEEDBACK: Party.REQUESTER,
}
"""Whose clock it is."""
AGREED: Final[tuple[Metric, ...]] = tuple(metric for metric in Metric if metric is not Metric.PROMISE)
"""The metrics with a target in a policy."""
REQUESTER: Final = "requester"
"""What a policy calls waiting for the side that asked."""
_EVER: Final = datetime.min.replace(tzinfo=UTC)
ALWAYS: Final = Calendar(ZoneInfo("UTC"), {day: (Interval(0, MINUTES_A_DAY),) for day in range(7)})
"""Around the clock, every day."""


def owed_by(metric: Metric, requester: Side) -> Side:
    """Return the side that owes what a metric measures."""
    return requester if OWES[metric] is Party.REQUESTER else requester.other


@dataclass(frozen=True, slots=True)
class Terms:
    """One policy as it holds for work orders: targets in business time, whose hours count, and what pauses."""

    code: str
    targets: Mapping[Metric, timedelta]
    hours: Calendar = ALWAYS
    """The resolver's."""
    requester_hours: Calendar = ALWAYS
    pauses: frozenset[str] = frozenset({REQUESTER, "end_customer"})

    def calendar(self, metric: Metric) -> Calendar:
        """Return the hours in which a metric is measured."""
        if metric is Metric.PROMISE:
            return ALWAYS
        return self.requester_hours if OWES[metric] is Party.REQUESTER else self.hours


@dataclass(frozen=True, slots=True)
class Rule:
    """For which work orders terms hold; None: for any."""

    terms: Terms
    connection: str | None = None
    type: str | None = None
    priority: str | None = None

    def weight(self, connection: str, type_: str, priority: str) -> tuple[int, bool, bool, bool] | None:
        """Return how specific it is about such a work order; None when it is not about it."""
        pairs = ((self.connection, connection), (self.type, type_), (self.priority, priority))
        if any(wanted not in (None, found) for wanted, found in pairs):
            return None
        connections, types, priorities = (wanted is not None for wanted, _ in pairs)
        return connections + types + priorities, connections, types, priorities


@dataclass(frozen=True, slots=True)
class Plan:
    """One version of everything that was agreed."""

    version: int
    rules: tuple[Rule, ...] = ()
    since: datetime = _EVER
    everywhere: bool = True
    """Whether every work order that was there before it has been judged by it."""

    def terms_for(self, connection: str, type_: str, priority: str) -> Terms | None:
        """Return the terms of a work order; None: nothing is promised about it."""
        weighed = [(weight, rule) for rule in self.rules if (weight := rule.weight(connection, type_, priority))]
        return max(weighed, key=lambda pair: pair[0])[1].terms if weighed else None

    def terms_of(self, code: str) -> Terms | None:
        """Return the terms of a policy; None: this version has no such policy."""
        return next((rule.terms for rule in self.rules if rule.terms.code == code), None)


def rules_of(policies: Iterable[Mapping[str, Any]], calendars: Mapping[str, Calendar]) -> tuple[Rule, ...]:
    """Read the policies of a blueprint, with the calendars that they name by code."""
    return tuple(_rule(policy, calendars) for policy in policies)


def _rule(policy: Mapping[str, Any], calendars: Mapping[str, Calendar]) -> Rule:
    hours = calendars[policy["calendar"]] if policy["calendar"] else ALWAYS
    theirs = calendars[policy["requester_calendar"]] if policy["requester_calendar"] else hours
    minutes = {metric: policy[f"{metric}_min"] for metric in AGREED}
    targets = {metric: timedelta(minutes=count) for metric, count in minutes.items() if count is not None}
    terms = Terms(policy["code"], targets, hours, theirs, frozenset(policy["pause_on"]))
    return Rule(terms, policy["connection"], policy["type"], policy["priority"])
