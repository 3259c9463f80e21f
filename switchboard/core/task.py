"""Work without a waiting contact: where it is, and the one table that says where it can go from there.

A callback, a message, a missed contact, and a call that an agent begins: each is an interaction of its own from the
first moment, with no phone leg before an agent accepts it. While it is dialled there is a :class:`Call` of the same id.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, TypeAlias
from uuid import UUID

from interactions.callbacks.facts import TaskAccepted, TaskOpened, TaskPostponed
from interactions.facts import (
    InteractionDequeued,
    InteractionEnded,
    InteractionQueued,
    InteractionStarted,
    OfferEnded,
    OfferMade,
)
from journal.core.facts import SYSTEM, Actor, NewFact, Payload
from switchboard.core.call import MILLISECOND, ImpossibleTransition
from switchboard.core.effects import Arm, Disarm, Effect, Tell

OFFER_TIMER, BEGIN_TIMER, FREE_TIMER, SOUND_TIMER = "task_offer", "task_begin", "task_free", "task_sound"
TASK_TIMERS = frozenset({OFFER_TIMER, BEGIN_TIMER, FREE_TIMER, SOUND_TIMER})
LEAST_TO_READ = timedelta(seconds=30)
"""A task is shown to an agent for at least so long: there is something to read, and nobody who waits on the line."""


class Kind(StrEnum):
    """What it is for."""

    CALLBACK = "callback"
    MESSAGE = "message"
    MISSED = "missed"
    NOT_REACHED = "not_reached"
    PERSON = "person"
    CALL = "call"

    @property
    def keeps_hours(self) -> bool:
        """Whether it waits for the hours in which contacts may be called."""
        return self not in {Kind.MESSAGE, Kind.PERSON}


class TaskState(StrEnum):
    """Where it is in its life. ``WORKED``: an agent has it."""

    LATER = "later"
    QUEUED = "queued"
    OFFERED = "offered"
    WORKED = "worked"
    ENDED = "ended"


TRANSITIONS: dict[TaskState, frozenset[TaskState]] = {
    TaskState.LATER: frozenset({TaskState.QUEUED, TaskState.WORKED, TaskState.ENDED}),
    TaskState.QUEUED: frozenset({TaskState.OFFERED, TaskState.ENDED}),
    TaskState.OFFERED: frozenset({TaskState.QUEUED, TaskState.WORKED, TaskState.ENDED}),
    TaskState.WORKED: frozenset({TaskState.LATER, TaskState.ENDED}),
    TaskState.ENDED: frozenset(),
}


@dataclass(frozen=True, slots=True)
class TaskOffer:
    """It is shown to one agent, until then."""

    id: UUID
    agent: UUID
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Reserved:
    """Whose it is first, and until when nobody else gets it."""

    agent: UUID
    until: datetime


@dataclass(frozen=True, slots=True)
class Task:
    """One piece of work. ``caller`` is the contact's raw number, ``number`` the tenant's that the contact knows.

    ``place_at`` is its place in the queue and never changes; ``begins_at``: not before then. ``sound``: the message
    that it is about is not stored yet. ``tries`` reached for the contact, of ``turns`` in which a phone was rung.
    """

    id: UUID
    tenant: UUID
    kind: Kind
    number: str
    caller: str
    contact: str
    queue_id: UUID
    queue: str
    place_at: datetime
    touched_at: datetime
    state: TaskState = TaskState.LATER
    head_start_s: int = 0
    origin: UUID | None = None
    due_at: datetime | None = None
    begins_at: datetime | None = None
    queued_at: datetime | None = None
    reserved: Reserved | None = None
    offer: TaskOffer | None = None
    agent: UUID | None = None
    tries: int = 0
    turns: int = 0
    awaits_sound: bool = False

    def moment(self, at: datetime) -> datetime:
        """Return the same moment, or the newest one of this task, if that is later."""
        return max(at, self.touched_at)

    def tell(self, payload: Payload, at: datetime, actor: Actor = SYSTEM) -> Tell:
        """State a fact about this interaction."""
        return Tell(self.tenant, NewFact(payload, self.id, at, actor))


TaskChange: TypeAlias = tuple[Task, tuple[Effect, ...]]


def move(task: Task, state: TaskState, at: datetime, **changes: Any) -> Task:  # noqa: ANN401 - fields of Task
    """Change a task's state: the only place where that happens. Raises :class:`ImpossibleTransition`."""
    if state not in TRANSITIONS[task.state]:
        raise ImpossibleTransition(f"task {task.id}: {task.state} to {state}")
    return replace(task, state=state, touched_at=task.moment(at), **changes)


def opened(task: Task, actor: Actor = SYSTEM) -> TaskChange:
    """Begin: an interaction without a flow."""
    inbound = task.kind is Kind.MESSAGE
    started = InteractionStarted(
        number=task.number, contact=task.contact, channel="voicemail" if inbound else "voice",
        direction="inbound" if inbound else "outbound", flow="", flow_version=0,
    )  # fmt: skip
    told = TaskOpened(
        task=task.kind.value, queue=task.queue, queue_id=str(task.queue_id), place_at=task.place_at.isoformat(),
        origin_id=_text(task.origin), due_at=None if task.due_at is None else task.due_at.isoformat(),
        agent_id=None if task.reserved is None else str(task.reserved.agent),
    )  # fmt: skip
    return task, (task.tell(started, task.touched_at, actor), task.tell(told, task.touched_at, actor))


def postponed(task: Task, until: datetime, reason: str, at: datetime) -> TaskChange:
    """Wait for a later moment, in nobody's hands."""
    at = task.moment(at)
    fact = TaskPostponed(until=until.isoformat(), reason=reason, tries=task.tries)
    later = replace(task, begins_at=until, offer=None, agent=None, queued_at=None, touched_at=at)
    if task.state is not TaskState.LATER:
        later = move(later, TaskState.LATER, at)
    return later, (task.tell(fact, at), Arm(task.id, BEGIN_TIMER, until))


def queued(task: Task, at: datetime) -> TaskChange:
    """Wait for an agent of the queue, at the place that it has."""
    at = task.moment(at)
    fact = InteractionQueued(queue=task.queue, queue_id=str(task.queue_id), head_start_s=task.head_start_s)
    effects = (task.tell(fact, at), Disarm(task.id, BEGIN_TIMER))
    return move(task, TaskState.QUEUED, at, queued_at=at, begins_at=None), effects


def offered(task: Task, offer: TaskOffer, because: Mapping[str, Any], at: datetime) -> TaskChange:
    """Show it to an agent; no phone rings."""
    at = task.moment(at)
    fact = OfferMade(
        offer_id=str(offer.id), agent_id=str(offer.agent), queue_id=str(task.queue_id),
        expires_at=offer.expires_at.isoformat(), because=dict(because),
    )  # fmt: skip
    return move(task, TaskState.OFFERED, at, offer=offer), (
        task.tell(fact, at),
        Arm(task.id, OFFER_TIMER, offer.expires_at),
    )


def offer_over(task: Task, outcome: str, at: datetime) -> TaskChange:
    """End the offer without an agent; it waits on at its place."""
    at = task.moment(at)
    return move(task, TaskState.QUEUED, at, offer=None), _end_of_offer(task, outcome, at)


def accepted(task: Task, agent: UUID, at: datetime, actor: Actor = SYSTEM) -> TaskChange:
    """Let an agent work on it."""
    at = task.moment(at)
    wait_ms = 0 if task.queued_at is None else max(0, (at - task.queued_at) // MILLISECOND)
    fact = TaskAccepted(
        agent_id=str(agent), queue_id=str(task.queue_id), offer_id=None if task.offer is None else str(task.offer.id),
        wait_ms=wait_ms,
    )  # fmt: skip
    effects = (*_end_of_offer(task, "answered", at), task.tell(fact, at, actor), Disarm(task.id))
    return move(task, TaskState.WORKED, at, offer=None, agent=agent, reserved=None), effects


def ended(task: Task, by: str, cause: str, at: datetime, actor: Actor = SYSTEM) -> TaskChange:
    """End it, wherever it is, without a conversation; its agent wraps up."""
    at = task.moment(at)
    effects: list[Effect] = list(_end_of_offer(task, "withdrawn", at))
    if task.state in {TaskState.QUEUED, TaskState.OFFERED} and task.queued_at is not None:
        wait_ms = max(0, (at - task.queued_at) // MILLISECOND)
        left = InteractionDequeued(queue_id=str(task.queue_id), wait_ms=wait_ms, reason="cancelled")
        effects.append(task.tell(left, at))
    fact = InteractionEnded(ended_by=by, cause=cause, stage="task", talk_ms=0, agent_id=_text(task.agent))
    effects += [task.tell(fact, at, actor), Disarm(task.id)]
    return move(task, TaskState.ENDED, at, offer=None), tuple(effects)


def talked(task: Task) -> Task:
    """Note that a conversation has ended it: the call says so itself."""
    return move(task, TaskState.ENDED, task.touched_at)


def _end_of_offer(task: Task, outcome: str, at: datetime) -> tuple[Effect, ...]:
    if task.offer is None:
        return ()
    fact = OfferEnded(offer_id=str(task.offer.id), agent_id=str(task.offer.agent), outcome=outcome)
    return task.tell(fact, at), Disarm(task.id, OFFER_TIMER)


def _text(value: UUID | None) -> str | None:
    return None if value is None else str(value)
