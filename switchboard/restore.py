"""After a start: the floor as the older process stored it, before it is compared with the engine."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import UUID

import orjson
import structlog

from interactions import records
from interactions.core.agent_record import AgentRecord
from interactions.core.record import WRAPPING_UP, InteractionRecord
from interactions.records import Live, Part
from ivr.core.compile import Program
from kit.db import Plane, Scope
from switchboard import endings, flows, orphans, parties, queueing, tasks
from switchboard.configuration import program_of
from switchboard.core import agent as agents
from switchboard.core import agent_news, dialling
from switchboard.core.agent import Agent, AgentState, Wish, Work
from switchboard.core.aliases import Aliases
from switchboard.core.call import Call, CallState
from switchboard.core.effects import Arm
from switchboard.core.flowing import BEEP_TIMER, MESSAGE_TIMER
from switchboard.core.party import REJOIN, PartyState
from switchboard.core.resume import load
from switchboard.core.talk import PARTY_TIMER
from switchboard.core.taping import PAUSE_TIMER
from switchboard.core.task import Task
from switchboard.core.task_resume import TASK, load_task
from switchboard.core.waiting import OFFER_TIMER, QUEUE_TIMER, RINGS_WITHIN, SILENT_TIMER
from switchboard.core.ways import MADE
from switchboard.floor import Floor
from switchboard.trouble import contained
from telephony.port import Snapshot
from tenants.access import for_system

MESSAGE_LEFT = timedelta(seconds=60)
"""So long a message that was being spoken may still last: its limit is not kept."""
_SOME_PHONE = "registered"
"""A phone of which only that is known; the snapshot says which."""
log = structlog.get_logger(__name__)

_WORKING = frozenset(
    each.value for each in (AgentState.OFFERED, AgentState.WORKING, AgentState.TALKING, AgentState.WRAPPING_UP)
)


@dataclass(slots=True)
class Stored:
    """What PostgreSQL knows of a floor."""

    calls: list[Call] = field(default_factory=list)
    tasks: list[Task] = field(default_factory=list)
    wrapping_up: dict[UUID, tuple[UUID, InteractionRecord, Part | None]] = field(default_factory=dict)
    """By agent: tenant, interaction, and what of it was the agent's."""
    parts: dict[tuple[UUID, UUID], Part] = field(default_factory=dict)
    """By agent and tenant: what an agent did who wraps up, and may not be the one who had the contact last."""
    orphans: list[tuple[UUID, InteractionRecord]] = field(default_factory=list)
    """What is stored as going on and cannot be taken up, with its tenant."""
    agents: dict[UUID, dict[UUID, AgentRecord]] = field(default_factory=lambda: defaultdict(dict))
    """By agent and tenant."""
    flows: dict[UUID, dict[tuple[str, int], Program]] = field(default_factory=lambda: defaultdict(dict))
    """Flows that calls still walk through, by tenant."""


async def read(plane: Plane, tenants: Iterable[UUID], aliases: Aliases) -> Stored:
    """Read everything that has not ended, with the agents in our own names."""
    stored = Stored()
    for tenant in tenants:
        async with plane.transaction(for_system(tenant, "switchboard restart")) as scope:
            for live in await records.load_live(scope):
                await _take(scope, stored, tenant, live, aliases)
            for record in (await records.load_agents(scope)).values():
                ours = aliases.record(tenant, record)
                stored.agents[ours.agent_id][tenant] = ours
                if record.state == WRAPPING_UP and record.interaction_id is not None:
                    part = await records.part_of(scope, record.interaction_id, record.agent_id)
                    stored.parts |= {} if part is None else {(ours.agent_id, tenant): part}
    return stored


async def _take(scope: Scope, stored: Stored, tenant: UUID, live: Live, aliases: Aliases) -> None:
    record = aliases.record(tenant, live.record)
    if record.state == WRAPPING_UP and record.agent_id is not None and record.agent_id not in stored.wrapping_up:
        part = None if live.record.agent_id is None else await records.part_of(scope, record.id, live.record.agent_id)
        stored.wrapping_up[record.agent_id] = (tenant, record, part)
        return
    caller, resume = live.beside.contact_number or "", aliases.resumed(tenant, live.beside.resume or {})
    try:
        if TASK in resume:
            stored.tasks.append(load_task(record.id, tenant, caller, resume.pop(TASK)))
            if not resume:
                return
        call = load(record.id, tenant, caller, resume)
        key = (call.flow, call.flow_version)
        if key not in stored.flows[tenant] and not call.flow.startswith(MADE):
            stored.flows[tenant][key] = await _program(scope, *key)
    except (LookupError, TypeError, ValueError):
        log.exception("interaction_not_taken_up", interaction=str(record.id), state=record.state)
        stored.orphans.append((tenant, record))
    else:
        stored.calls.append(call)


async def _program(scope: Scope, code: str, version: int) -> Program:
    rows = await scope.fetch(
        "SELECT content::text AS content FROM gf.flow WHERE tenant_id = $1 AND code = $2 AND version = $3",
        scope.tenant_id, code, version,
    )  # fmt: skip
    return program_of(orjson.loads(rows[0]["content"]))


async def stored_calls(plane: Plane, tenants: Iterable[UUID], snapshot: Snapshot) -> frozenset[str]:
    """Return those calls of the engine that have a row: an unknown one of these has ended, and never begins again."""
    names = {_id(leg.call): leg.call for leg in snapshot.legs if leg.call}
    found: set[str] = set()
    for tenant in tenants if names else ():
        async with plane.transaction(for_system(tenant, "switchboard restart")) as scope:
            ids = await records.which_exist(scope, [each for each in names if each is not None])
            found |= {names[each] for each in ids}
    return frozenset(found)


def _id(name: str) -> UUID | None:
    try:
        return UUID(name)
    except ValueError:
        return None


def restore(floor: Floor, stored: Stored, seen_at: datetime | None, now: datetime) -> None:
    """Put the stored state onto a new floor. ``seen_at``: up to when the older process was surely there."""
    newest = max((call.touched_at for call in stored.calls), default=None)
    floor.engines.seen_at = min(
        now, max(each for each in (seen_at, newest, now - timedelta(days=1)) if each is not None)
    )
    working = {agent: call for call in stored.calls for agent in _agents_in(call)}
    held = {holder: task for task in stored.tasks if (holder := tasks.holder_of(task)) is not None}
    for task in stored.tasks:
        with contained(floor, task.id, now):
            tasks.restore(floor, task, now)
    for call in stored.calls:
        floor.put((call, ()))
        with contained(floor, call.id, now):
            _restore_call(floor, call, now)
    for agent_id in list(floor.agents):
        _restore_agent(floor, agent_id, stored, working.get(agent_id) or held.get(agent_id), now)
    taken_up = {agent.work.interaction for agent in floor.agents.values() if agent.work is not None}
    left = [wrapped for wrapped in stored.wrapping_up.values() if wrapped[1].id not in taken_up]
    for tenant, record, part in (*((*orphan, None) for orphan in stored.orphans), *left):
        orphans.end(floor, tenant, record, now, None if part is None else (part.talk_ms, part.hold_ms))


def _restore_call(floor: Floor, call: Call, now: datetime) -> None:
    _arm(floor, call, now)
    if call.state is CallState.QUEUED:
        queueing.wait(floor, call)
    if call.offer is not None and call.offer.agent not in floor.agents:
        floor.add_former(call.offer.agent, call.offer.endpoint, call.tenant, now)
    for party in call.parties:
        if party.agent is not None and party.agent not in floor.agents:
            floor.add_former(party.agent, party.endpoint, call.tenant, now)


def _agents_in(call: Call) -> tuple[UUID, ...]:
    """Return who works in a call: the agent who has it, and those who were called in."""
    has = () if call.offer is None else (call.offer.agent,)
    return (*has, *(party.agent for party in call.parties if party.agent is not None))


def _arm(floor: Floor, call: Call, now: datetime) -> None:
    """Set the timers of a call anew. Those whose end is not known run out at the connection: the prompt comes again."""
    program = floor.tenant_of(call).program(call.flow, call.flow_version)
    limit = now + timedelta(seconds=program.flow.max_duration_s)
    floor.effects.append(Arm(call.id, f"{flows.TIMER}{flows.MAX_DURATION}", limit))
    if call.state is CallState.DIALLING:
        floor.effects += dialling.arm(call)
    if call.position.timer:
        floor.effects.append(Arm(call.id, f"{flows.TIMER}{call.position.timer}", now))
    if call.waited is not None and call.state in {CallState.QUEUED, CallState.OFFERED}:
        floor.effects.append(Arm(call.id, QUEUE_TIMER, call.waited.expires_at))
    if call.offer is not None and call.state is CallState.OFFERED:
        floor.effects.append(Arm(call.id, OFFER_TIMER, call.offer.expires_at))
        floor.effects.append(Arm(call.id, SILENT_TIMER, min(now + RINGS_WITHIN, call.offer.expires_at)))
    for party in call.parties:
        if party.state is PartyState.RINGING:
            floor.effects.append(Arm(call.id, PARTY_TIMER + party.leg, party.since + parties.patience_of(party)))
    if call.tape is not None and call.tape.paused_at is not None:
        longest = timedelta(seconds=floor.tenant_of(call).recording.longest_pause_s)
        floor.effects.append(Arm(call.id, PAUSE_TIMER, call.tape.paused_at + longest))
    if call.state is CallState.VOICEMAIL:
        floor.effects.append(Arm(call.id, MESSAGE_TIMER, now + MESSAGE_LEFT))
        if call.recording is None:
            floor.effects.append(Arm(call.id, BEEP_TIMER, now))


def _restore_agent(floor: Floor, agent_id: UUID, stored: Stored, work: Call | Task | None, now: datetime) -> None:
    seen = stored.agents.get(agent_id, {})
    agent = _agent(floor.agents[agent_id], seen, now)
    if isinstance(work, Call) and work.id in floor.calls:
        agent = _at_work(agent, work, seen.get(work.tenant))
    elif isinstance(work, Task) and work.id in floor.tasks:
        agent = _at_task(agent, work, seen.get(work.tenant))
    elif agent_id in stored.wrapping_up:
        agent = _wrapping_up(floor, agent, *stored.wrapping_up[agent_id])
    else:
        agent = _parted(floor, agent, seen, stored.parts)
    floor.agents[agent_id] = agent
    _let_routing_know(floor, agent, now)
    if agent.state is AgentState.WRAPPING_UP and agent.work is not None and agent.work.ends_at is not None:
        floor.effects.append(Arm(agent.id, endings.WRAP_UP_TIMER, max(now, agent.work.ends_at)))
    floor.effects.extend(agent_news.corrections(agent, seen))


def _agent(agent: Agent, seen: Mapping[UUID, AgentRecord], now: datetime) -> Agent:
    """Return where an agent without work is: as the newest row that shows its own state has it."""
    own = [record for record in seen.values() if record.reason != agents.ELSEWHERE and record.state not in _WORKING]
    has_phone = any(record.phone for record in seen.values())
    phones = frozenset({f"o-{agent.desk}"}) if has_phone else frozenset[str]()  # the snapshot says which ones
    others = frozenset({_SOME_PHONE}) if any(record.other_phone for record in seen.values()) else frozenset[str]()
    lost = max((record.desk_lost_at for record in seen.values() if record.desk_lost_at), default=None)
    agent = replace(agent, others=others, lost_at=lost)
    if not own:
        busy = [record.since for record in seen.values()]
        if not busy:
            return agent
        return agents.signed_in(agent, Wish(AgentState.AVAILABLE), phones, max(busy))
    newest = max(own, key=lambda record: record.since)
    state, reason = AgentState(newest.state), newest.reason
    if reason in {agents.PHONE_DOWN, agents.DESK_LOST}:
        state, reason = AgentState.AVAILABLE, None
    return agents.signed_in(agent, Wish(state, reason), phones, min(newest.since, now))


def _at_work(agent: Agent, call: Call, seen: AgentRecord | None) -> Agent:
    if call.waited is None:
        raise AssertionError(f"call {call.id} has an agent and no queue")
    mine = next((party for party in call.parties if party.agent == agent.id and party.purpose != REJOIN), None)
    talks = call.state is CallState.TALKING if mine is None else mine.joined_at is not None
    state = AgentState.TALKING if talks else AgentState.OFFERED
    state = AgentState.WORKING if call.state is CallState.DIALLING else state
    since = call.touched_at if seen is None else seen.since
    return agents.found_at_work(agent, state, Work(call.tenant, call.id, call.waited.queue_id), since)


def _at_task(agent: Agent, task: Task, seen: AgentRecord | None) -> Agent:
    state = AgentState.OFFERED if task.offer is not None else AgentState.WORKING
    since = task.touched_at if seen is None else seen.since
    return agents.found_at_work(agent, state, Work(task.tenant, task.id, task.queue_id), since)


def _parted(
    floor: Floor, agent: Agent, seen: Mapping[UUID, AgentRecord], parts: Mapping[tuple[UUID, UUID], Part]
) -> Agent:
    """Let an agent go on wrapping up who left a conversation before its end, or before somebody else did."""
    for tenant, own in seen.items():
        part = parts.get((agent.id, tenant))
        if part is None or own.interaction_id is None:
            continue
        queue = floor.queue(part.queue_id)
        ends_at = own.since if queue is None else queue.wrapped_up_at(own.since)
        figures = (part.talk_ms, part.hold_ms)
        work = Work(tenant, own.interaction_id, part.queue_id, *figures, ends_at, part.has_outcome)
        return agents.found_at_work(agent, AgentState.WRAPPING_UP, work, own.since)
    return agent


def _wrapping_up(floor: Floor, agent: Agent, tenant: UUID, record: InteractionRecord, part: Part | None) -> Agent:
    if record.queue_id is None or record.ended_at is None:
        return agent
    queue = floor.queue(record.queue_id)
    ends_at = record.ended_at if queue is None else queue.wrapped_up_at(record.ended_at)
    times = _times(record, part)
    work = Work(tenant, record.id, record.queue_id, *times, ends_at, bool(record.disposition))
    return agents.found_at_work(agent, AgentState.WRAPPING_UP, work, record.ended_at)


def _times(record: InteractionRecord, part: Part | None) -> tuple[int, int]:
    """Return how long the last agent talked and held: without a part of its own, everything was."""
    return (record.talk_ms or 0, 0) if part is None else (part.talk_ms, part.hold_ms)


def _let_routing_know(floor: Floor, agent: Agent, now: datetime) -> None:
    if agent.work is not None:
        floor.routing.occupied(agent.id, agent.work.tenant, agent.since, now)
    elif agent.state is AgentState.AVAILABLE:
        floor.routing.available(agent.id, agent.idle_since, now)
