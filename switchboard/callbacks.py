"""Callbacks that contacts ask for, and the numbers that may be called."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from interactions.callbacks.facts import CallbackRequested
from interactions.core.numbers import mask
from ivr.core.values import CallbackAnswered, RequestCallback
from switchboard import tasks
from switchboard.core.call import Call
from switchboard.core.outbound import Refusal, dialable
from switchboard.core.task import Kind, Task
from switchboard.floor import Floor

_ROUNDED_MIN = (1, 2, 3, 5, 8, 10, 15, 20, 30, 45, 60, 90, 120, 180, 240, 360, 480, 720)
"""Waits are announced rounded up to one of these (routing.md section 5)."""
_A_DAY = timedelta(days=1)


def number_of(floor: Floor, call: Call, written: str) -> str:
    """Return the number that may be called for this tenant; empty: none may."""
    found = dialable(written, call.number, floor.tenant_of(call).callbacks) if written else Refusal.UNKNOWN
    return "" if isinstance(found, Refusal) else found


def expected_min(floor: Floor, call: Call, code: str, now: datetime) -> int:
    """Return about how many minutes pass until somebody of a queue has time, within the hours of calls."""
    tenant = floor.tenant_of(call)
    queue, begins = tenant.queues.get(code), tenant.calling(now) or now
    wait = timedelta() if queue is None else floor.routing.expected_wait(queue.id)
    minutes = -(-min(_A_DAY, begins - now + wait) // timedelta(minutes=1))
    return next((each for each in _ROUNDED_MIN if minutes <= each), 60 * (-(-minutes // 60)))


def request(floor: Floor, call: Call, wanted: RequestCallback, now: datetime) -> CallbackAnswered:
    """Take a callback down, at the place that the contact has. Who has asked before keeps the first one."""
    tenant, at = floor.tenant_of(call), call.moment(now)
    queue, number = tenant.queues.get(wanted.queue), number_of(floor, call, wanted.number)
    if queue is None or not number:
        return CallbackAnswered(taken=False)
    task = standing(floor, call.tenant, number, queue.id)
    again = task is not None
    if task is None:
        task = Task(
            id=floor.new_id(), tenant=call.tenant, kind=Kind.CALLBACK, number=call.number, caller=number,
            contact=mask(number), queue_id=queue.id, queue=queue.code, place_at=call.first_queued_at or at,
            touched_at=at, head_start_s=wanted.head_start_s, origin=call.id, due_at=at + tenant.callbacks.due,
        )  # fmt: skip
    fact = CallbackRequested(
        queue=queue.code, queue_id=str(queue.id), interaction_id=str(task.id), place_at=task.place_at.isoformat(),
        other_number=number != number_of(floor, call, call.caller), again=again,
    )  # fmt: skip
    floor.put((replace(call, touched_at=at), (call.tell(fact, at),)))
    if not again:
        tasks.begin(floor, task, now)
    return CallbackAnswered(taken=True)


def standing(floor: Floor, tenant: UUID, number: str, queue_id: UUID) -> Task | None:
    """Return the callback that a contact is to get from a queue already."""
    kinds = {Kind.CALLBACK, Kind.MISSED, Kind.NOT_REACHED}
    return next(
        (
            task
            for task in floor.tasks.values()
            if (task.tenant, task.caller, task.queue_id) == (tenant, number, queue_id) and task.kind in kinds
        ),
        None,
    )
