"""What follows from the end of a call: a message is dealt with, and a lost contact is called back if so agreed."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from interactions.core.numbers import mask
from switchboard import callbacks, nocall, tasks
from switchboard.core.call import Call, CallState
from switchboard.core.effects import FindAgent
from switchboard.core.ending import By, Ending
from switchboard.core.plan import QueuePlan, TenantPlan
from switchboard.core.task import Kind, Reserved, Task
from switchboard.floor import Floor
from switchboard.inputs import AgentFound
from telephony.port import Cause
from tenants.core.callbacks import ABANDONED, ENGINE_LOST, NOT_REACHED

_WAITED = frozenset({CallState.QUEUED, CallState.OFFERED})
_CUT_OFF = frozenset({*_WAITED, CallState.TALKING, CallState.HANDED_OVER})
_ALONE = frozenset({*_WAITED, CallState.IN_FLOW, CallState.HANDED_OVER})
MESSAGE_LEFT = "voicemail"
"""The cause of an end by a message that was spoken to its end."""


def take(floor: Floor, now: datetime) -> None:
    """Look at every call that has ended since."""
    ended, floor.following.ended = floor.following.ended, []
    for call, ending in ended:
        tenant = floor.plan.tenants.get(call.tenant)
        if tenant is None:
            continue
        if not call.turn:
            _message(floor, call, ending, tenant, now)
        why = _lost(call, ending, tenant)
        if why is not None and why in tenant.callbacks.missed:
            missed(floor, call, why, now)


def _message(floor: Floor, call: Call, ending: Ending, tenant: TenantPlan, now: datetime) -> None:
    """Let the message be dealt with that was left, once its sound is stored."""
    spoke = call.state is CallState.VOICEMAIL and call.recording is not None
    wanted = tenant.callbacks.messages
    queue = tenant.queues.get(wanted.queue or "")
    if queue is None or not (spoke or ending.cause == MESSAGE_LEFT):
        return
    at = call.moment(min(ending.at, now))
    task = _task(floor, call, Kind.MESSAGE, queue, at)
    head_start = round(wanted.head_start.total_seconds())
    task = replace(task, place_at=at, due_at=at + wanted.due, head_start_s=head_start, awaits_sound=True)
    tasks.begin(floor, task, now)


def _lost(call: Call, ending: Ending, tenant: TenantPlan) -> str | None:
    """Return how the contact was lost, in the words of the client's settings; None: it was not."""
    if call.missed_by is not None and NOT_REACHED in tenant.callbacks.missed and _is_alone(call, ending):
        return NOT_REACHED
    if call.turn:  # we called it
        return None
    if ending.cause == Cause.ENGINE_LOST and ending.by is By.SYSTEM and call.state in _CUT_OFF:
        return ENGINE_LOST
    if ending.by is not By.CONTACT or call.state not in _WAITED or call.waited is None:
        return None
    return ABANDONED if ending.at - call.waited.queued_at > tenant.short_abandon else None


def _is_alone(call: Call, ending: Ending) -> bool:
    """Whether nobody talks with the contact, and no message was taken from it."""
    talks = any(party.carries for party in call.parties)
    return call.state in _ALONE and not talks and ending.cause != MESSAGE_LEFT


def missed(floor: Floor, call: Call, why: str, now: datetime) -> None:
    """Have a contact called back whom we lost: by who handed it over in vain, or by who spoke with it last."""
    queue, number = floor.queue_of(call), callbacks.number_of(floor, call, call.caller)
    if queue is None or not number or callbacks.standing(floor, call.tenant, number, queue.id) is not None:
        return
    kind = Kind.NOT_REACHED if why == NOT_REACHED else Kind.MISSED
    task = _task(floor, call, kind, queue, call.moment(now))
    task = replace(task, caller=number, contact=mask(number))
    talked = call.offer.agent if call.state is CallState.TALKING and call.offer is not None else None
    knows = call.missed_by if why == NOT_REACHED else talked
    if knows is not None:
        task = replace(task, reserved=Reserved(knows, now))
    floor.following.seeking[task.id] = task
    floor.effects.append(FindAgent(task.tenant, task.caller, task.id))


def agent_found(floor: Floor, found: AgentFound, now: datetime) -> None:
    """Let the contact be called back by the agent that it knows, or by anybody of the queue."""
    task = floor.following.seeking.pop(found.about, None)
    if task is None:
        return
    if found.listed is not None:
        nocall.lost(floor, task, found.listed, now)
        return
    agent = found.agent if task.reserved is None else task.reserved.agent
    _begin(floor, replace(task, reserved=None), agent, now)


def _begin(floor: Floor, task: Task, agent: UUID | None, now: datetime) -> None:
    tenant, known = floor.plan.tenants.get(task.tenant), None if agent is None else floor.agents.get(agent)
    if tenant is None or callbacks.standing(floor, task.tenant, task.caller, task.queue_id) is not None:
        return
    if known is not None and task.tenant in known.tenants and tenant.callbacks.for_agent:
        task = replace(task, reserved=Reserved(known.id, now + tenant.callbacks.for_agent))
    tasks.begin(floor, replace(task, touched_at=task.moment(now)), now)


def _task(floor: Floor, call: Call, kind: Kind, queue: QueuePlan, at: datetime) -> Task:
    return Task(
        id=floor.new_id(), tenant=call.tenant, kind=kind, number=call.number, caller=call.caller, contact=call.contact,
        queue_id=queue.id, queue=queue.code, place_at=call.first_queued_at or at, touched_at=at, origin=call.id,
        due_at=at + floor.plan.tenants[call.tenant].callbacks.due,
    )  # fmt: skip
