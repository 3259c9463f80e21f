"""The state machine of a work order as one table (workorders.md, section 4).

A work order has a requester and a resolver side: for an escalation from a seat the outsourcer asks and the tenant
resolves; for a work order of the tenant's own system the sides are exchanged. The table is written in those two words,
so it holds for both. What is in progress is cancelled only by agreement, which is no transition and not in the table.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, StrEnum
from typing import Final

from workorders.errors import TransitionNotAllowed, TransitionWrongSide

REOPEN_WINDOW: Final = timedelta(days=14)
"""How long after its resolution one can be reopened if nothing else was agreed; later it needs a successor."""


class Side(StrEnum):
    """Who acts: the centre, or its client."""

    OUTSOURCER = "outsourcer"
    TENANT = "tenant"

    @property
    def other(self) -> Side:
        """Return the opposite side."""
        return Side.TENANT if self is Side.OUTSOURCER else Side.OUTSOURCER


class Status(StrEnum):
    """Where a work order stands; the words of TMF621, and ``submitted`` before the resolver has acknowledged."""

    SUBMITTED = "submitted"
    ACKNOWLEDGED = "acknowledged"
    IN_PROGRESS = "inProgress"
    PENDING = "pending"
    HELD = "held"
    RESOLVED = "resolved"
    CLOSED = "closed"
    REJECTED = "rejected"
    CANCELLED = "cancelled"


TERMINAL: Final = frozenset({Status.CLOSED, Status.REJECTED, Status.CANCELLED})
"""From here a work order never moves again."""


class Party(Enum):
    """A side's part in one work order."""

    REQUESTER = "requester"
    RESOLVER = "resolver"


_REQUESTER, _RESOLVER = frozenset({Party.REQUESTER}), frozenset({Party.RESOLVER})
_EITHER = _REQUESTER | _RESOLVER


def _steps(
    sources: tuple[Status, ...], targets: tuple[Status, ...], who: frozenset[Party]
) -> dict[Step, frozenset[Party]]:
    return {(source, target): who for source in sources for target in targets if source is not target}


Step = tuple[Status, Status]

TRANSITIONS: Final[dict[Step, frozenset[Party]]] = {
    **_steps((Status.SUBMITTED,), (Status.ACKNOWLEDGED, Status.REJECTED, Status.IN_PROGRESS), _RESOLVER),
    **_steps((Status.SUBMITTED, Status.ACKNOWLEDGED), (Status.CANCELLED,), _REQUESTER),
    **_steps(
        (Status.ACKNOWLEDGED,),
        (Status.IN_PROGRESS, Status.PENDING, Status.HELD, Status.RESOLVED, Status.REJECTED),
        _RESOLVER,
    ),
    **_steps((Status.IN_PROGRESS,), (Status.PENDING, Status.HELD, Status.RESOLVED), _RESOLVER),
    **_steps(
        (Status.PENDING, Status.HELD), (Status.IN_PROGRESS, Status.PENDING, Status.HELD, Status.RESOLVED), _RESOLVER
    ),
    **_steps((Status.PENDING,), (Status.IN_PROGRESS,), _EITHER),
    **_steps((Status.RESOLVED,), (Status.CLOSED, Status.IN_PROGRESS), _REQUESTER),
}
"""Every step that exists, and who may take it."""

REOPENING: Final[Step] = (Status.RESOLVED, Status.IN_PROGRESS)


@dataclass(frozen=True, slots=True)
class Position:
    """What the state machine knows of a work order."""

    status: Status
    requester: Side
    resolved_at: datetime | None = None
    window: timedelta = REOPEN_WINDOW
    """How long after its resolution it can be opened again."""

    def party(self, side: Side) -> Party:
        """Return the part that a side plays in this work order."""
        return Party.REQUESTER if side is self.requester else Party.RESOLVER


def takes(position: Position, side: Side, now: datetime) -> list[Status]:
    """Return the statuses that ``side`` may move this work order to now, in the order of :class:`Status`."""
    party = position.party(side)
    return [
        to
        for to in Status
        if party in TRANSITIONS.get((position.status, to), frozenset()) and not _too_late(position, to, now)
    ]


def check(position: Position, to: Status, side: Side, now: datetime) -> bool:
    """Return whether moving to ``to`` changes anything; moving to where it stands is allowed and changes nothing.

    Raises :class:`TransitionNotAllowed` and :class:`TransitionWrongSide`, both with ``allowed``.
    """
    if to is position.status:
        return False
    allowed = [status.value for status in takes(position, side, now)]
    who = TRANSITIONS.get((position.status, to))
    if who is None or _too_late(position, to, now):
        raise TransitionNotAllowed(
            f"There is no step from {position.status} to {to} now", allowed=allowed, status_now=position.status.value
        )
    if position.party(side) not in who:
        raise TransitionWrongSide(f"Only the other side moves it from {position.status} to {to}", allowed=allowed)
    return True


def waits_for(requester: Side) -> tuple[str, ...]:
    """Return what ``pending`` may wait for: the side that asked, its end customer, or somebody else."""
    return (requester.value, "end_customer", "third_party")


def _too_late(position: Position, to: Status, now: datetime) -> bool:
    reopening = (position.status, to) == REOPENING
    return reopening and position.resolved_at is not None and now - position.resolved_at > position.window
