"""The values that go into and come out of a floor. Ids are strings or UUIDs; instants are aware UTC datetimes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from routing.core.needs import ANYONE, Id, Levels, Needs


@dataclass(frozen=True, slots=True)
class Agent:
    """Somebody who may be offered interactions.

    ``tenants`` is the allow-list: no interaction of another tenant is ever offered. ``skills`` are levels 1 to 5 by
    tenant. ``queues`` restricts the membership to these; ``None``: every queue whose needs the skills meet.
    """

    id: Id
    tenants: frozenset[Id]
    skills: Mapping[Id, Levels] = field(default_factory=dict)
    queues: frozenset[Id] | None = None


@dataclass(frozen=True, slots=True)
class Queue:
    """A queue of one tenant; its members are the agents who serve the tenant and meet ``needs``."""

    id: Id
    tenant: Id
    needs: Needs = ANYONE


@dataclass(frozen=True, slots=True)
class Step:
    """A stage of skill relaxation: until ``lasts`` is over, only those who meet ``needs`` (or an earlier step)."""

    needs: Needs
    lasts: timedelta


@dataclass(frozen=True, slots=True)
class Waiting:
    """An interaction in a queue. After the last step any member of the queue is eligible.

    ``enqueued_at`` is never reset, neither by an expired offer nor by a move to another queue; ``activated_at`` is when
    the steps began (default: ``enqueued_at``), later than it only after a move. A ``head_start`` is worth waited time.
    """

    id: Id
    tenant: Id
    queue: Id
    enqueued_at: datetime
    head_start: timedelta = timedelta()
    steps: tuple[Step, ...] = ()
    ring: timedelta = timedelta(seconds=15)
    activated_at: datetime | None = None

    @property
    def place_at(self) -> datetime:
        """``v``, the one sort key: who has the smaller one is earlier (source: routing.md section 1)."""
        return self.enqueued_at - self.head_start


class Rule(StrEnum):
    """The rule that set the chosen agent apart from the other candidates."""

    ONLY_CANDIDATE = "only_candidate"
    BEST_MATCH = "best_match"
    LONGEST_IDLE = "longest_idle"


class TieBreak(StrEnum):
    """What decided when the rule left several."""

    NONE = "none"
    LEAST_FLEXIBLE = "least_flexible"
    ID = "id"


@dataclass(frozen=True, slots=True)
class Because:
    """Why this agent: how many were eligible and free, at which step (0 is the first), by which rule."""

    candidates: int
    step: int
    rule: Rule
    tie_break: TieBreak
    moved: timedelta = timedelta()
    """By how much the queue was moved forward among its tenant's at that moment; below zero: back."""


@dataclass(frozen=True, slots=True)
class Offer:
    """An interaction presented to one agent, until ``expires_at``."""

    interaction: Id
    agent: Id
    queue: Id
    tenant: Id
    expires_at: datetime
    because: Because


@dataclass(frozen=True, slots=True)
class Decision:
    """What is to be done now, and when to ask again although nothing happened (a step or an exclusion ends)."""

    offers: tuple[Offer, ...]
    wake_at: datetime | None
