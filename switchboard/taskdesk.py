"""What an agent may ask for about tasks and calls of its own (commands of the desk, see :mod:`switchboard.desk`)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from interactions.callbacks.facts import TaskCancelled
from interactions.core.numbers import mask
from interactions.facts import DispositionChosen
from journal.core.facts import Actor
from routing.core.offers import Outcome
from switchboard import nocall, outbound, tasks
from switchboard.core import task as core
from switchboard.core.agent import Agent, AgentState
from switchboard.core.call import CallState
from switchboard.core.ending import By
from switchboard.core.outbound import Refusal, dialable
from switchboard.core.plan import QueuePlan
from switchboard.core.task import Kind, Task, TaskState
from switchboard.errors import CommandUnknown, NotPossibleNow, NotYours
from switchboard.floor import Floor

_NOTE_LENGTH = 4000
_REASON_LENGTH = 300
Command = Callable[[Floor, Agent, Mapping[str, Any], datetime], None]


def _accept(floor: Floor, agent: Agent, fields: Mapping[str, Any], now: datetime) -> None:
    task = _own(floor, agent, fields)
    if task.state is not TaskState.OFFERED:
        raise NotPossibleNow("this is not being offered any more")
    tasks.accept(floor, task, agent, now, _actor(agent))


def _dial(floor: Floor, agent: Agent, fields: Mapping[str, Any], now: datetime) -> None:
    task = _in_hand(floor, agent, fields)
    nocall.require(floor, task, agent, fields, now)
    outbound.dial(floor, task, agent, now, _actor(agent))
    nocall.told(floor, floor.tasks[task.id], agent, fields, now)


def _skip(floor: Floor, agent: Agent, fields: Mapping[str, Any], now: datetime) -> None:
    task = _in_hand(floor, agent, fields)
    if task.kind is Kind.CALL:
        raise NotPossibleNow("this call is yours alone: close it")
    tasks.put_off(floor, task, "skipped", now)


def _close(floor: Floor, agent: Agent, fields: Mapping[str, Any], now: datetime) -> None:
    """Say what came of a task, and end it; without outcomes in the queue there is nothing to choose."""
    task = _in_hand(floor, agent, fields)
    code, note = str(fields.get("code") or ""), str(fields.get("note") or "").replace("\0", "")[:_NOTE_LENGTH]
    queue = floor.queue(task.queue_id)
    known = frozenset[str]() if queue is None else queue.dispositions
    if (known or code) and code not in known:
        raise CommandUnknown(f"the queue has no disposition {code!r}")
    if code:
        fact = DispositionChosen(agent_id=str(agent.id), code=code, note=note)
        floor.put_task((task, (task.tell(fact, task.moment(now), _actor(agent)),)))
    tasks.close(floor, task, (By.AGENT.value, "done"), now, _actor(agent))


def _call(floor: Floor, agent: Agent, fields: Mapping[str, Any], now: datetime) -> None:
    """Call a number for one of the clients that the agent serves; it is this agent's own task."""
    if agent.state not in {AgentState.AVAILABLE, AgentState.ON_BREAK}:
        raise NotPossibleNow("finish what you are doing first")
    tenant = floor.plan.tenants.get(_id(fields, "tenant"))
    if tenant is None or tenant.id not in agent.tenants:
        raise NotYours
    queue = _queue(floor, agent, tenant.queues, fields.get("queue"))
    home = floor.plan.caller_id(tenant.id, queue.code)
    number = dialable(str(fields.get("number") or ""), home, tenant.callbacks)
    if isinstance(number, Refusal):
        raise NotPossibleNow(number.value)
    origin = None if fields.get("origin") is None else _id(fields, "origin")
    task = Task(
        id=_new_id(floor, fields), tenant=tenant.id, kind=Kind.CALL, number=home, caller=number, contact=mask(number),
        queue_id=queue.id, queue=queue.code, place_at=now, touched_at=now, origin=origin,
    )  # fmt: skip
    outbound.require(floor, task, agent, now)
    nocall.require(floor, task, agent, fields, now)
    task = floor.put_task(core.opened(task, _actor(agent)))
    task = tasks.accept(floor, task, agent, now, _actor(agent))
    outbound.dial(floor, task, floor.agents[agent.id], now, _actor(agent))


def _queue(floor: Floor, agent: Agent, queues: Mapping[str, QueuePlan], wanted: object) -> QueuePlan:
    """Return the queue whose outcomes and caller's number a call has: the named one, or the first of the agent's."""
    if wanted is not None:
        if not isinstance(wanted, str) or wanted not in queues:
            raise CommandUnknown(f"this client has no queue {wanted!r}")
        return queues[wanted]
    own = next((each for each in queues.values() if floor.serves(agent, each)), None)
    if own is None:
        raise NotPossibleNow("you serve no queue of this client")
    return own


def _new_id(floor: Floor, fields: Mapping[str, Any]) -> UUID:
    """Return the id that whoever asks has chosen, so that asking twice calls once; else a new one."""
    if fields.get("interaction") is None:
        return floor.new_id()
    chosen = _id(fields, "interaction")
    if chosen in floor.tasks or chosen in floor.calls:
        raise NotPossibleNow("this call has been begun already")
    return chosen


def cancel(floor: Floor, fields: Mapping[str, Any], now: datetime) -> None:
    """Take a task back that nobody has in hand: whoever may is checked where the command comes in."""
    task = floor.tasks.get(_id(fields, "interaction"))
    if task is None or str(task.tenant) != fields.get("tenant"):
        raise NotPossibleNow("there is nothing to cancel")
    if task.state is TaskState.WORKED:
        raise NotPossibleNow("an agent has it in hand")
    actor = _whoever(fields)
    if fields.get("reason"):
        fact = TaskCancelled(reason=str(fields["reason"])[:_REASON_LENGTH])
        task = floor.put_task((task, (task.tell(fact, task.moment(now), actor),)))
    tasks.close(floor, task, (By.SYSTEM.value, "cancelled"), now, actor)


def assign(floor: Floor, fields: Mapping[str, Any], now: datetime) -> None:
    """Keep a task that nobody has in hand for one agent, for a while: whoever may is checked as for :func:`cancel`."""
    task, agent = floor.tasks.get(_id(fields, "interaction")), floor.agents.get(_id(fields, "agent"))
    if task is None or str(task.tenant) != fields.get("tenant"):
        raise NotPossibleNow("there is nothing to give")
    if agent is None or task.tenant not in agent.tenants:
        raise NotPossibleNow("this agent does not work for this client")
    if task.state is TaskState.WORKED or task.awaits_sound:
        raise NotPossibleNow("an agent has it in hand, or it is not complete")
    if task.state is TaskState.OFFERED:
        tasks.end_offer(floor, task, Outcome.WITHDRAWN, now)
    tasks.keep_for(floor, floor.tasks[task.id], agent, (str(fields.get("reason") or ""), _whoever(fields)), now)


def _whoever(fields: Mapping[str, Any]) -> Actor:
    return Actor(str(fields.get("actor_kind") or "system"), str(fields.get("actor") or "glassfloor"))


COMMANDS: dict[str, Command] = {
    "accept_task": _accept,
    "dial": _dial,
    "skip": _skip,
    "close_task": _close,
    "call": _call,
}
"""By name. Each is given the agent who asks."""


def offered(floor: Floor, agent: Agent) -> Task | None:
    """Return the task that is shown to an agent."""
    task = None if agent.work is None else floor.tasks.get(agent.work.interaction)
    return task if task is not None and task.state is TaskState.OFFERED else None


def _own(floor: Floor, agent: Agent, fields: Mapping[str, Any]) -> Task:
    wanted = _id(fields, "interaction")
    if agent.work is None or agent.work.interaction != wanted:
        raise NotYours
    task = floor.tasks.get(wanted)
    if task is None:
        raise NotPossibleNow("this is not waiting for you any more")
    return task


def _in_hand(floor: Floor, agent: Agent, fields: Mapping[str, Any]) -> Task:
    task = _own(floor, agent, fields)
    if task.state is not TaskState.WORKED:
        raise NotPossibleNow("accept it first")
    call = floor.calls.get(task.id)
    if call is not None and call.state is CallState.DIALLING:
        raise NotPossibleNow("a phone is ringing")
    return task


def _actor(agent: Agent) -> Actor:
    return Actor("agent", str(agent.id))


def _id(fields: Mapping[str, Any], name: str) -> UUID:
    try:
        return UUID(str(fields.get(name)))
    except ValueError:
        raise CommandUnknown(f"the field {name!r} is not an id") from None
