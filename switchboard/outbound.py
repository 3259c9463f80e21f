"""Calls that we begin for a task: the agent's phone, then the contact's, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from interactions.callbacks.facts import DialEnded, DialStarted
from ivr.core.values import Phase
from ivr.core.values import State as Position
from journal.core.facts import SYSTEM, Actor
from switchboard import lines, nocall, offers, taping, tasks
from switchboard.core import agent as agents
from switchboard.core import dialling
from switchboard.core import task as core
from switchboard.core.agent import Agent
from switchboard.core.call import MILLISECOND, Call, Offered, Waited
from switchboard.core.dialling import AGENT_RINGS, AGENT_TIMER, CONTACT_RINGS, CONTACT_TIMER
from switchboard.core.outbound import Refusal, dialable
from switchboard.core.task import Kind, Task
from switchboard.core.ways import PLAIN
from switchboard.errors import EngineAway, NotCalledNow, NotPossibleNow, PhoneNotReady
from switchboard.floor import Floor
from switchboard.inputs import ListAsked
from switchboard.legover import ENGINE_GAP, LegOver
from telephony.port import Cause, Dial, EndedBy, LegState

_RESULTS = {
    Cause.BUSY: "busy",
    Cause.NO_ANSWER: "no_answer",
    Cause.NORMAL: "no_answer",
    Cause.REJECTED: "rejected",
    Cause.UNREACHABLE: "unreachable",
    Cause.UNALLOCATED: "unallocated",
    Cause.CONGESTION: "congestion",
}
_NOT_THE_CONTACT = frozenset({"agent_no_answer", "cancelled", "failed", "do_not_call"})
"""Results that do not count as a try: the contact's phone was not rung to the end."""


def dial(floor: Floor, task: Task, agent: Agent, now: datetime, actor: Actor = SYSTEM) -> None:
    """Begin a try. Raises what :func:`require` does, and has changed nothing then."""
    endpoint = require(floor, task, agent, now)
    at = task.moment(now)
    task = replace(task, turns=task.turns + 1, touched_at=at)
    caller_id = floor.plan.caller_id(task.tenant, task.queue, task.number)
    fact = DialStarted(agent_id=str(agent.id), attempt=task.turns, caller_id=caller_id)
    task = floor.put_task((task, (task.tell(fact, at, actor),)))
    call = replace(_call(task, at), node=node_for(floor), music=floor.plan.tenants[task.tenant].hold_music)
    offered = Offered(floor.new_id(), agent.id, endpoint, at + AGENT_RINGS)
    ring = offers.ring_of(floor, call, offered.leg, endpoint, AGENT_RINGS)
    floor.put(dialling.ring_agent(call, offered, ring, at))


def node_for(floor: Floor) -> str:
    """Return the engine that holds a new call of ours."""
    return floor.engines.choose(floor.plan.drained, (call.node for call in floor.calls.values()))


def require(floor: Floor, task: Task, agent: Agent, now: datetime) -> str:
    """Return the phone on which the agent is rung.

    Raises ``EngineAway``, ``PhoneNotReady``, ``NotCalledNow`` or ``NotPossibleNow`` when a try is not possible now.
    """
    if not floor.connected:
        raise EngineAway
    endpoint, tenant = offers.phone_of(floor, agent), floor.plan.tenants[task.tenant]
    if endpoint is None:
        raise PhoneNotReady
    if lines.line_for(floor, task.tenant, now) is None:
        raise NotPossibleNow("this client has no line to the outside")
    allowed = dialable(task.caller, task.number, tenant.callbacks)
    if isinstance(allowed, Refusal):
        raise NotPossibleNow(allowed.value)
    if task.kind.keeps_hours and tenant.calling(now) != now:
        raise NotCalledNow
    return endpoint


def _call(task: Task, at: datetime) -> Call:
    queued_at = task.queued_at or at
    return Call(
        id=task.id, tenant=task.tenant, leg=f"{task.id}.{task.turns}", number=task.number, caller=task.caller,
        contact=task.contact, flow=PLAIN + task.queue, flow_version=0, touched_at=at,
        position=Position(phase=Phase.DONE), first_queued_at=task.place_at, turn=task.turns,
        waited=Waited(task.queue_id, task.queue, queued_at, task.place_at, at, task.head_start_s),
    )  # fmt: skip


def answered(floor: Floor, call: Call, leg: str, at: datetime, now: datetime) -> None:
    """Take an answer: the agent's leads to the contact's phone, the contact's to the conversation."""
    if leg != call.leg:
        trunk = lines.line_for(floor, call.tenant, now)
        if trunk is None:
            over(floor, call, "failed", LegOver("no_line", EndedBy.US, at), now)
        elif not nocall.ask_again(floor, floor.tasks[call.id]):
            _ring_contact(floor, call, trunk, at)
        return
    task, agent = floor.tasks[call.id], floor.agents[_offered(call).agent]
    _tell_end(floor, call, task, ("answered", 0, 0), at)
    call = floor.put(dialling.connect(floor.calls[call.id], at))
    taping.connected(floor, call, at)
    floor.put_task((core.talked(task), ()))
    floor.put_agent(agents.talking(agent, call.touched_at), now)


def list_asked(floor: Floor, found: ListAsked, now: datetime) -> None:
    """Ring the contact, unless it came to the do-not-call list meanwhile, or that cannot be known."""
    call, task = floor.calls.get(found.about), floor.tasks.get(found.about)
    if call is None or task is None or call.turn != found.turn or call.dialled_at is not None:
        return
    trunk = lines.line_for(floor, call.tenant, now)
    if found.known and found.entry is None and trunk is not None:
        _ring_contact(floor, call, trunk, call.moment(now))
        return
    result = "failed" if found.entry is None else "do_not_call"
    if found.entry is not None:
        nocall.refused(floor, task, found, now)
    over(floor, call, result, LegOver(result, EndedBy.US, now), now)


def _ring_contact(floor: Floor, call: Call, trunk: str, at: datetime) -> None:
    leg = str(floor.new_id())
    lines.takes(floor, leg, trunk)
    dialled = Dial(
        call=call.name, leg=leg, trunk=trunk, number=call.caller, caller_name=floor.tenant_of(call).name,
        caller_number=floor.plan.caller_id(call.tenant, _queue(call), call.number), timeout=CONTACT_RINGS,
    )  # fmt: skip
    floor.put(dialling.ring_contact(call, dialled, at, floor.epoch))


def leg_over(floor: Floor, call: Call, leg: str, end: LegOver, now: datetime) -> None:
    """Take the end of a leg before the conversation."""
    if leg != call.leg:
        refused = "agent_no_answer" if call.dialled_at is None else "cancelled"
        over(floor, call, "failed" if _is_engines(end) else refused, end, now)
        return
    cause = Cause(end.cause) if end.cause in set(Cause) else Cause.UNKNOWN
    following = lines.after(floor, call.id, call.tenant, (leg, call.lines[-1], call.lines[:-1]), end)
    if following is not None:
        _ring_contact(floor, call, following, end.at)
        return
    is_known = cause is not Cause.NORMAL or end.by is EndedBy.PARTY
    over(floor, call, _RESULTS.get(cause, "failed") if is_known else "failed", end, now)


def _is_engines(end: LegOver) -> bool:
    """Whether the engine ended a leg by its own death, or nobody knows who did: nobody is to be blamed."""
    return end.by is not EndedBy.PARTY and end.cause in {Cause.ENGINE_LOST, ENGINE_GAP}


def fired(floor: Floor, call: Call, name: str, now: datetime) -> None:
    """Give up ringing."""
    result = {AGENT_TIMER: "agent_no_answer", CONTACT_TIMER: "no_answer"}.get(name)
    if result is not None:
        over(floor, call, result, LegOver(result, EndedBy.US, now), now)


def over(floor: Floor, call: Call, result: str, end: LegOver, now: datetime) -> None:
    """End a try that did not lead to a conversation: the task goes on, or ends."""
    task = floor.tasks[call.id]
    _tell_end(floor, call, task, (result, end.sip, end.q850), end.at)
    floor.forget(call.id)
    floor.effects += dialling.take_down(call)
    task = floor.tasks[call.id]
    if result not in _NOT_THE_CONTACT:
        tasks.tried(floor, task, result, now)
    elif task.kind is Kind.CALL or (result == "do_not_call" and task.kind is not Kind.MESSAGE):
        why = end.cause if _is_engines(end) else result
        tasks.close(floor, task, ("agent" if result == "cancelled" else "system", why), now)


def _tell_end(floor: Floor, call: Call, task: Task, came: tuple[str, int, int], at: datetime) -> None:
    at, (result, sip, q850) = call.moment(at), came
    rang = 0 if call.dialled_at is None else max(0, (at - call.dialled_at) // MILLISECOND)
    fact = DialEnded(
        agent_id=str(_offered(call).agent), attempt=task.turns, result=result, ring_ms=rang, sip=sip, q850=q850
    )
    floor.put_task((replace(task, touched_at=task.moment(at)), (task.tell(fact, at),)))


def gone(call: Call, legs: Mapping[str, LegState]) -> tuple[str, ...]:
    """Return the legs of a try that should be there and are not."""
    wanted = (_offered(call).leg, *(() if call.dialled_at is None else (call.leg,)))
    return tuple(leg for leg in wanted if leg not in legs)


def repair(floor: Floor, call: Call, legs: Mapping[str, LegState], now: datetime) -> None:
    """Take an answer that was given while we were away."""
    leg = _offered(call).leg if call.dialled_at is None else call.leg
    if legs[leg].answered:
        answered(floor, call, leg, call.moment(now), now)


def _queue(call: Call) -> str:
    return "" if call.waited is None else call.waited.queue


def _offered(call: Call) -> Offered:
    if call.offer is None:
        raise AssertionError(f"call {call.id} is dialled by nobody")
    return call.offer
