"""Work without a waiting contact: it waits for its time and in routing, is shown at a desk, and is dealt with there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from interactions.callbacks.facts import TaskAssigned
from journal.core.facts import SYSTEM, Actor
from routing.core.offers import Outcome
from routing.core.values import Offer as RoutingOffer
from routing.core.values import Waiting
from switchboard import endings
from switchboard.core import agent as agents
from switchboard.core import task as core
from switchboard.core.agent import Agent, AgentState, Work
from switchboard.core.effects import Arm
from switchboard.core.task import (
    BEGIN_TIMER,
    FREE_TIMER,
    LEAST_TO_READ,
    OFFER_TIMER,
    SOUND_TIMER,
    Kind,
    Reserved,
    Task,
    TaskOffer,
    TaskState,
)
from switchboard.floor import Floor

SOUND_WITHIN = timedelta(minutes=5)
"""So long a message may take until its sound is stored; without one there is nothing to deal with."""
KEPT = timedelta(minutes=15)
"""So long a task is kept for the agent to whom it was given, where the client says nothing."""
FINAL = frozenset({"unallocated"})
"""What another try does not change."""


def begin(floor: Floor, task: Task, now: datetime, actor: Actor = SYSTEM) -> Task:
    """Open a task: a new interaction that waits, now or from when contacts may be called."""
    task = floor.put_task(core.opened(task, actor))
    if task.awaits_sound:
        floor.effects.append(Arm(task.id, SOUND_TIMER, task.moment(now) + SOUND_WITHIN))
        return task
    return start(floor, task, now)


def start(floor: Floor, task: Task, now: datetime) -> Task:
    """Let a task wait for an agent; one that needs a call waits for the hours of calls first."""
    if floor.queue(task.queue_id) is None:
        return floor.put_task(core.ended(task, "system", "error", now))
    at = calling(floor, task, now) if task.kind.keeps_hours else now
    if at is None:
        return floor.put_task(core.ended(task, "system", "no_hours", now))
    if at > now:
        return floor.put_task(core.postponed(task, at, "hours", now))
    task = floor.put_task(core.queued(task, now))
    if task.reserved is not None and task.reserved.until > now:
        floor.effects.append(Arm(task.id, FREE_TIMER, task.reserved.until))
        return task
    return wait(floor, task)


def calling(floor: Floor, task: Task, at: datetime) -> datetime | None:
    """Return the first moment, not before ``at``, when the contact of a task may be called."""
    tenant = floor.plan.tenants.get(task.tenant)
    return None if tenant is None else tenant.calling(at)


def wait(floor: Floor, task: Task) -> Task:
    """Let routing know of a task that is for anybody of its queue, at the place that it has."""
    queue = floor.queue(task.queue_id)
    if task.reserved is not None:
        task = floor.put_task((replace(task, reserved=None), ()))
    floor.routing.enqueue(
        Waiting(
            id=task.id,
            tenant=task.tenant,
            queue=task.queue_id,
            enqueued_at=task.place_at,
            head_start=timedelta(seconds=task.head_start_s),
            ring=LEAST_TO_READ if queue is None else max(queue.ring, LEAST_TO_READ),
            activated_at=task.queued_at,
        )
    )
    return task


def keep_for(floor: Floor, task: Task, agent: Agent, why: tuple[str, Actor], now: datetime) -> None:
    """Let a task that waits, now or later, be one agent's first; ``why``: the reason, and who wants it."""
    begins = max(now, task.begins_at or now)
    until = begins + (floor.plan.tenants[task.tenant].callbacks.for_agent or KEPT)
    fact = TaskAssigned(agent_id=str(agent.id), until=until.isoformat(), reason=why[0])
    kept = replace(task, reserved=Reserved(agent.id, until))
    floor.put_task((kept, (kept.tell(fact, kept.moment(now), why[1]),)))
    if task.state is TaskState.QUEUED:
        floor.routing.leave(task.id)
        floor.effects.append(Arm(task.id, FREE_TIMER, until))


# --------------------------------------------------------------------------------------------------------------- offers


def offer(floor: Floor, made: RoutingOffer, because: Mapping[str, object], now: datetime) -> None:
    """Show a task to the agent whom routing chose."""
    shown = TaskOffer(floor.new_id(), UUID(str(made.agent)), made.expires_at)
    _show(floor, floor.tasks[UUID(str(made.interaction))], shown, because, now)


def offer_reserved(floor: Floor, now: datetime) -> None:
    """Show the tasks that are an agent's first to those of these agents who are free."""
    for task in [each for each in floor.tasks.values() if each.state is TaskState.QUEUED and each.reserved is not None]:
        agent = None if task.reserved is None else floor.agents.get(task.reserved.agent)
        if agent is not None and agent.state is AgentState.AVAILABLE and task.tenant in agent.tenants:
            floor.routing.unavailable(agent.id, now)
            shown = TaskOffer(floor.new_id(), agent.id, now + LEAST_TO_READ)
            _show(floor, task, shown, {"rule": "knows_the_contact", "candidates": 1}, now)


def _show(floor: Floor, task: Task, shown: TaskOffer, because: Mapping[str, object], now: datetime) -> None:
    task = floor.put_task(core.offered(task, shown, because, now))
    work = Work(task.tenant, task.id, task.queue_id)
    floor.put_agent(agents.offered(floor.agents[shown.agent], work, now), now)


def end_offer(floor: Floor, task: Task, outcome: Outcome, now: datetime) -> None:
    """End a live offer without an answer; who was reserved for it and did not take it has it no longer."""
    if task.offer is None:
        return
    agent = floor.agents.get(task.offer.agent)
    live = floor.routing.offer_of(task.id)
    if live is not None:
        floor.routing.end_offer(live, outcome, now)
    task = floor.put_task(core.offer_over(task, outcome.value, now))
    if live is None or outcome is Outcome.WITHDRAWN:
        wait(floor, task)
    if agent is None or agent.state is not AgentState.OFFERED:
        return
    reason = {Outcome.EXPIRED: agents.NOT_RESPONDING, Outcome.REJECTED: agents.REJECTED}.get(outcome)
    released = agents.released(agent, now) if reason is None else agents.set_aside(agent, reason, now)
    floor.put_agent(released, now)


def accept(floor: Floor, task: Task, agent: Agent, now: datetime, actor: Actor) -> Task:
    """Let the agent to whom it is shown, or who began it, have a task in hand."""
    live = floor.routing.offer_of(task.id)
    if live is not None:
        floor.routing.end_offer(live, Outcome.ANSWERED, now)
    task = floor.put_task(core.accepted(task, agent.id, now, actor))
    work = Work(task.tenant, task.id, task.queue_id)
    agent = floor.put_agent(agents.working(agent, work, task.touched_at), now, actor)
    if live is None:
        floor.routing.occupied(agent.id, task.tenant, agent.since, now)
    return task


# ----------------------------------------------------------------------------------------------------- what comes of it


def put_off(floor: Floor, task: Task, reason: str, now: datetime, until: datetime | None = None) -> None:
    """Give a task back for later; its agent is free."""
    agent = None if task.agent is None else floor.agents.get(task.agent)
    apart = floor.plan.tenants[task.tenant].callbacks.apart
    wanted = now + apart if until is None else until
    begins = calling(floor, task, wanted) if task.kind.keeps_hours else wanted
    if begins is None:
        close(floor, task, ("system", "no_hours"), now)
        return
    floor.put_task(core.postponed(task, begins, reason, now))
    if agent is not None and agent.state is AgentState.WORKING:
        floor.put_agent(agents.rest(agent, now), now)


def tried(floor: Floor, task: Task, result: str, now: datetime) -> None:
    """Take it that the contact was rung without an answer: another try later, unless it was the last."""
    task = floor.put_task((replace(task, tries=task.tries + 1), ()))
    rules = floor.plan.tenants[task.tenant].callbacks
    if task.kind is Kind.CALL or result in FINAL or task.tries >= rules.tries:
        close(floor, task, ("system", "unreached" if task.kind is not Kind.CALL else result), now)
    else:
        put_off(floor, task, result, now)


def close(floor: Floor, task: Task, ending: tuple[str, str], now: datetime, actor: Actor = SYSTEM) -> None:
    """End a task wherever it is: ``ending`` is by whom and why; its agent wraps up."""
    live = floor.routing.offer_of(task.id)
    if live is not None:
        floor.routing.end_offer(live, Outcome.WITHDRAWN, now)
    floor.routing.leave(task.id)
    holder = task.agent if task.offer is None else task.offer.agent
    ended = floor.put_task(core.ended(task, *ending, now, actor))
    agent = None if holder is None else floor.agents.get(holder)
    if agent is None or agent.work is None or agent.work.interaction != task.id:
        return
    if agent.state is AgentState.WORKING:
        endings.wrap_up_work(floor, agent.id, (0, 0), ended.touched_at, now)
    elif agent.state is AgentState.OFFERED:
        floor.put_agent(agents.released(agent, now), now)


def sound_stored(floor: Floor, origin: UUID, now: datetime) -> None:
    """Let a message wait for an agent: there is something to hear."""
    for task in [each for each in floor.tasks.values() if each.awaits_sound and each.origin == origin]:
        start(floor, floor.put_task((replace(task, awaits_sound=False), ())), now)


def fired(floor: Floor, task: Task, name: str, now: datetime) -> None:
    """Do what a task's timer is for."""
    if name == OFFER_TIMER and task.state is TaskState.OFFERED:
        end_offer(floor, task, Outcome.EXPIRED, now)
    elif name == BEGIN_TIMER and task.state is TaskState.LATER:
        start(floor, task, now)
    elif name == FREE_TIMER and task.state is TaskState.QUEUED and task.reserved is not None:
        wait(floor, task)
    elif name == SOUND_TIMER and task.awaits_sound:
        close(floor, task, ("system", "no_message"), now)


def broken(floor: Floor, task: Task, now: datetime) -> None:
    """End a task whose handling broke; it must not come back for ever."""
    close(floor, task, ("system", "error"), now)


# ------------------------------------------------------------------------------------------------------ after a restart


def restore(floor: Floor, task: Task, now: datetime) -> None:
    """Take up a task that an older process knew."""
    floor.put_task((task, ()))
    if task.awaits_sound:
        floor.effects.append(Arm(task.id, SOUND_TIMER, now + SOUND_WITHIN))
    elif task.state is TaskState.LATER:
        floor.effects.append(Arm(task.id, BEGIN_TIMER, task.begins_at or now))
    elif task.state is TaskState.OFFERED and task.offer is not None:
        floor.effects.append(Arm(task.id, OFFER_TIMER, task.offer.expires_at))
    elif task.state is TaskState.QUEUED and floor.queue(task.queue_id) is None:
        floor.put_task(core.ended(task, "system", "error", now))
    elif task.state is TaskState.QUEUED and task.reserved is not None:
        floor.effects.append(Arm(task.id, FREE_TIMER, task.reserved.until))
    elif task.state is TaskState.QUEUED:
        wait(floor, task)


def holder_of(task: Task) -> UUID | None:
    """Return the agent to whom a task is shown, or who has it in hand."""
    return task.agent if task.offer is None else task.offer.agent
