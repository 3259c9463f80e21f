"""What cannot be: the engine, the rows, the boards and the floor compared with each other.

Each finding names one thing. One look may catch something on its way, so only what two looks found is repaired.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from interactions.core.agent_record import AgentRecord
from interactions.core.record import WRAPPING_UP, InteractionRecord
from switchboard.core.agent import Agent, AgentState
from switchboard.core.agent_news import differs
from switchboard.core.call import Call, CallState
from switchboard.core.party import PartyState
from switchboard.core.task import Task
from telephony.port import Snapshot

OVERDUE = timedelta(seconds=10)
"""So late a wrap-up may end."""
_ID = len(str(UUID(int=0)))
"""A call's name begins with its interaction's id; a recording's holds only that, whichever try of ours the call is."""


class Kind(StrEnum):
    """What is wrong; the word that metrics and facts use."""

    LEG_GONE = "leg_gone"
    LEG_UNKNOWN = "leg_unknown"
    CALL_UNKNOWN = "call_unknown"
    RECORDING_OPEN = "recording_open"
    AGENT_STUCK = "agent_stuck"
    ROW_OPEN = "row_open"
    AGENT_ROW = "agent_row"
    BOARD_ROW = "board_row"
    LEG_ASTRAY = "leg_astray"
    RECORDING_GONE = "recording_gone"
    PHONE_WRONG = "phone_wrong"
    UNROUTED = "unrouted"
    OVERDUE = "overdue"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong: ``thing`` is a leg, call, recording, phone, agent or interaction, as text."""

    kind: Kind
    thing: str
    tenant: UUID | None = None


@dataclass(frozen=True, slots=True)
class Rows:
    """What is stored of one tenant, in our own names. ``board``: the interactions that its board shows as going on."""

    live: Mapping[UUID, InteractionRecord] = field(default_factory=dict)
    agents: Mapping[UUID, AgentRecord] = field(default_factory=dict)
    board: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a look found. ``busy``: calls with commands on their way, of which the engine may not know everything yet.

    A tenant whose facts are on their way as well has no ``rows``.
    """

    snapshot: Snapshot
    rows: Mapping[UUID, Rows] = field(default_factory=dict)
    busy: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Known:
    """What the floor holds: its calls with all their legs, its agents, and callers of unknown numbers by leg.

    ``phones``: whether each is registered. ``routed``: the calls and free agents that routing knows, None where that
    does not matter.
    """

    calls: Mapping[UUID, Call]
    legs: Mapping[str, UUID]
    agents: Mapping[UUID, Agent]
    strangers: Mapping[str, str]
    tasks: Mapping[UUID, Task] = field(default_factory=dict)
    phones: Mapping[str, bool] = field(default_factory=dict)
    routed: frozenset[UUID] | None = None


def findings(known: Known, evidence: Evidence, now: datetime) -> frozenset[Finding]:
    """Return everything that cannot be."""
    asked = (_legs(known, evidence), _things(known, evidence), _agents(known, now), _rows(known, evidence))
    more = (_calls(known, evidence, now), _phones(known, evidence), _unrouted(known, evidence))
    return frozenset(finding for each in (*asked, *more) for finding in each)


def _legs(known: Known, evidence: Evidence) -> Iterator[Finding]:
    there = {leg.leg for leg in evidence.snapshot.legs}
    for leg, call_id in known.legs.items():
        call = known.calls.get(call_id)
        if leg not in there and call is not None and call.name not in evidence.busy and not _is_awaited(call, leg):
            yield Finding(Kind.LEG_GONE, leg, call.tenant)
    closing = {leg.leg for leg in evidence.snapshot.legs if leg.call in evidence.busy}
    for leg in there - set(known.legs) - set(known.strangers) - evidence.busy - closing:
        yield Finding(Kind.LEG_UNKNOWN, leg)
    for leg, name in known.strangers.items():
        if leg not in there and name not in evidence.busy:
            yield Finding(Kind.LEG_GONE, leg)


def _is_awaited(call: Call, leg: str) -> bool:
    """Whether the leg is known to be lost, and rung again as another one."""
    return call.is_lost and call.offer is not None and call.offer.leg == leg


def _things(known: Known, evidence: Evidence) -> Iterator[Finding]:
    names = {call.name for call in known.calls.values()} | set(known.strangers.values()) | evidence.busy
    for name in evidence.snapshot.calls - names:
        yield Finding(Kind.CALL_UNKNOWN, name)
    interactions = {name[:_ID] for name in names}
    for recording in evidence.snapshot.recordings:
        if not any(interaction in recording for interaction in interactions):
            yield Finding(Kind.RECORDING_OPEN, recording)


def _calls(known: Known, evidence: Evidence, now: datetime) -> Iterator[Finding]:
    """Look whether everybody is in the right room, what is recorded is recorded, and nobody rings or waits for ever."""
    there = {leg.leg: leg for leg in evidence.snapshot.legs}
    for call in known.calls.values():
        if call.leg not in there or call.name in evidence.busy:
            continue
        for name, side in _places(call):
            leg = there.get(name)
            if leg is None or not leg.answered or name in evidence.busy:
                continue
            if not leg.bridged or (leg.call, leg.side) != (call.name, side):
                yield Finding(Kind.LEG_ASTRAY, name, call.tenant)
        if call.recording is not None and call.recording not in evidence.snapshot.recordings:
            yield Finding(Kind.RECORDING_GONE, call.name, call.tenant)
        ends_at = _ends_at(call)
        if ends_at is not None and now > ends_at + OVERDUE:
            yield Finding(Kind.OVERDUE, str(call.id), call.tenant)


def _places(call: Call) -> Iterator[tuple[str, str]]:
    """Yield who talks in a call, and the room beside it in which that one is; who rings or listens is in none."""
    if call.state not in {CallState.TALKING, CallState.HANDED_OVER}:
        return
    yield call.leg, ""
    if call.offer is not None and call.state is CallState.TALKING and not call.is_lost:
        yield call.offer.leg, call.side
    for party in call.parties:
        if party.state in {PartyState.ASIDE, PartyState.JOINED} and not party.watches:
            yield party.leg, party.side


def _ends_at(call: Call) -> datetime | None:
    if call.state is CallState.OFFERED and call.offer is not None:
        return call.offer.expires_at
    return call.waited.expires_at if call.state is CallState.QUEUED and call.waited is not None else None


def _phones(known: Known, evidence: Evidence) -> Iterator[Finding]:
    for endpoint, is_registered in known.phones.items():
        if is_registered is not (endpoint in evidence.snapshot.endpoints):
            yield Finding(Kind.PHONE_WRONG, endpoint)


def _unrouted(known: Known, evidence: Evidence) -> Iterator[Finding]:
    if known.routed is None:
        return
    there = {leg.leg for leg in evidence.snapshot.legs}
    for call in known.calls.values():
        if call.state is CallState.QUEUED and call.leg in there and call.id not in known.routed:
            yield Finding(Kind.UNROUTED, str(call.id), call.tenant)
    for agent in known.agents.values():
        if agent.state is AgentState.AVAILABLE and agent.id not in known.routed:
            yield Finding(Kind.UNROUTED, str(agent.id))


def _agents(known: Known, now: datetime) -> Iterator[Finding]:
    for agent in known.agents.values():
        if agent.work is None:
            continue
        if agent.state is AgentState.WRAPPING_UP:
            stuck = agent.work.ends_at is not None and now > agent.work.ends_at + OVERDUE
        else:
            call, task = known.calls.get(agent.work.interaction), known.tasks.get(agent.work.interaction)
            holds = task is not None and agent.id in {task.agent, None if task.offer is None else task.offer.agent}
            stuck = not holds and (call is None or agent.id not in _people(call))
        if stuck:
            yield Finding(Kind.AGENT_STUCK, str(agent.id), agent.work.tenant)


def _people(call: Call) -> Iterable[UUID | None]:
    offered = None if call.offer is None else call.offer.agent
    return (offered, *(each for party in call.parties for each in (party.agent, party.by)))


def _rows(known: Known, evidence: Evidence) -> Iterator[Finding]:
    working = {agent.work.interaction for agent in known.agents.values() if agent.work is not None}
    for tenant, rows in evidence.rows.items():
        for record in rows.live.values():
            held = working if record.state == WRAPPING_UP else known.calls.keys() | known.tasks.keys()
            if record.id not in held:
                yield Finding(Kind.ROW_OPEN, str(record.id), tenant)
        for shown in rows.board - {str(each) for each in rows.live}:
            yield Finding(Kind.BOARD_ROW, shown, tenant)
        for record_of_agent in rows.agents.values():
            agent = known.agents.get(record_of_agent.agent_id)
            if agent is not None and tenant in agent.tenants and differs(agent, tenant, record_of_agent):
                yield Finding(Kind.AGENT_ROW, str(agent.id), tenant)
