"""Into a queue and out of it without an agent."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from ivr.core.values import Enqueue, QueueExit, QueueLeft
from routing.core.needs import AllOf, AnyOf, AtLeast, Needs
from routing.core.values import Step, Waiting
from switchboard import acts
from switchboard.core import waiting
from switchboard.core.call import Call, Waited
from switchboard.core.plan import QueuePlan
from switchboard.floor import Floor

_RING = timedelta(seconds=15)
"""For a queue that the configuration does not have any more."""


def enqueue(floor: Floor, call: Call, wanted: Enqueue, now: datetime) -> QueueLeft | None:
    """Let a contact wait; the answer says why that is impossible. Nobody signed in is not the same as all busy."""
    queue = floor.tenant_of(call).queues.get(wanted.queue)
    if queue is None:
        return QueueLeft(QueueExit.ERROR)
    if acts.closes(floor.tenant_of(call), wanted.queue, now):
        return QueueLeft(QueueExit.CLOSED)
    at = call.moment(now)
    longest = queue.max_wait if wanted.timeout_s is None else timedelta(seconds=wanted.timeout_s)
    waited = Waited(
        queue.id, queue.code, at, call.first_queued_at or at, now + longest, wanted.head_start_s, wanted.steps,
        floor.tenant_of(call).music_of(queue, wanted.while_waiting),
    )  # fmt: skip
    call = floor.put(waiting.enqueue(call, waited, at))
    if not floor.is_staffed(queue):
        floor.put(waiting.dequeue(call, "no_agents", now))
        return QueueLeft(QueueExit.NO_AGENTS)
    wait(floor, call)
    acts.tell(floor, floor.calls[call.id], now)
    return None


def wait(floor: Floor, call: Call) -> None:
    """Let routing know who waits, at the place that the first queueing gave; harmless when it knows."""
    waited = call.waited
    if not floor.reaches(call) and floor.connected:
        return  # its engine is away: nobody can be rung for it
    if waited is None:
        raise AssertionError(f"call {call.id} waits in no queue")
    queue = floor.queue_of(call)
    floor.routing.enqueue(
        Waiting(
            id=call.id,
            tenant=call.tenant,
            queue=waited.queue_id,
            enqueued_at=waited.place_at,
            head_start=timedelta(seconds=waited.head_start_s),
            steps=tuple(Step(_needs(step.expr), timedelta(seconds=step.expires_s)) for step in waited.steps),
            ring=_RING if queue is None else queue.ring,
            activated_at=waited.queued_at,
        )
    )


def give_up(floor: Floor, call: Call, now: datetime) -> QueueLeft:
    """Take a contact out of the queue because the longest wait is over."""
    floor.routing.leave(call.id)
    floor.put(waiting.dequeue(call, "timeout", now))
    return QueueLeft(QueueExit.TIMEOUT)


def leave(floor: Floor, call: Call, now: datetime) -> None:
    """Take a contact out of the queue by its own wish: it would rather be called back."""
    floor.routing.leave(call.id)
    floor.put(waiting.dequeue(call, "callback", now))


def _needs(expr: Mapping[str, Any]) -> Needs:
    """Read the JSON form of a step's needs (``ivr`` checked it when the flow was published)."""
    if "all" in expr:
        return AllOf(tuple(_needs(part) for part in expr["all"]))
    if "any" in expr:
        return AnyOf(tuple(_needs(part) for part in expr["any"]))
    return AtLeast(expr["skill"], expr.get("gte", 1))


def caller_name(floor: Floor, call: Call, queue: QueuePlan | None) -> str:
    """Return what the agent's phone shows as the caller's name: for whom, and in which matter."""
    tenant = floor.tenant_of(call).name
    return tenant if queue is None else f"{tenant} / {queue.name}"
