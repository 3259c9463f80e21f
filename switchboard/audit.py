"""The auditor: what two looks found wrong is repaired by the handlers of ordinary events, told, and counted."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import structlog

from switchboard import endings, legs, metrics, orphans, queueing, reconcile
from switchboard.core import agent as agents
from switchboard.core import agent_news, taping
from switchboard.core.agent import AgentState
from switchboard.core.audit import Evidence, Finding, Kind, Known, findings
from switchboard.core.call import Call, CallState
from switchboard.core.effects import Arm, Do
from switchboard.core.waiting import OFFER_TIMER, QUEUE_TIMER
from switchboard.facts import DiscrepancyRepaired
from switchboard.floor import Floor
from switchboard.inputs import PhonesSeen
from switchboard.legover import ENGINE_GAP, LegOver
from switchboard.trouble import contained
from telephony.port import Bridge, CloseCall, EndedBy, StopRecord
from tenants.access import INSTALLATION

_OF_THEIR_OWN = frozenset({
    Kind.AGENT_STUCK, Kind.AGENT_ROW, Kind.ROW_OPEN, Kind.BOARD_ROW, Kind.UNROUTED, Kind.OVERDUE,
})  # fmt: skip
"""What is about an agent or an interaction; everything else is about the floor."""

log = structlog.get_logger(__name__)


def audited(floor: Floor, evidence: Evidence, now: datetime) -> None:
    """Compare, and repair what was wrong at the look before as well. Boards are mended by whoever looked."""
    if not floor.connected:
        floor.suspects = frozenset()
        return
    away = {call.id for call in floor.calls.values() if not floor.reaches(call)}
    reached = {leg: call for leg, call in floor.legs.items() if call not in away}
    here = {
        leg: name for leg, name in floor.strangers.items() if floor.stranger_nodes.get(leg, "") in floor.engines.here
    }
    phones = {endpoint.name: endpoint.name in floor.registered for endpoint in floor.plan.endpoints}
    known = Known(
        floor.calls,
        reached,
        floor.agents,
        here,
        floor.tasks,
        phones,
        _routed(floor),
    )
    found = findings(known, evidence, now)
    sure = found & floor.suspects
    floor.suspects = found - sure
    for finding in sorted(sure, key=lambda each: (each.kind, each.thing)):
        log.error("discrepancy", kind=finding.kind.value, thing=finding.thing)
        metrics.DISCREPANCIES.labels(finding.kind.value).inc()
        call = floor.call_of_leg(finding.thing) or _named(floor, finding.thing)
        with contained(floor, None if call is None else call.id, now):
            _repair(floor, finding, evidence, now)
        _tell(floor, finding, now)


def _routed(floor: Floor) -> frozenset[UUID]:
    """Return the calls that wait and the agents who are free, as routing has them."""
    return frozenset(
        (*filter(floor.routing.knows, floor.calls), *(each for each in floor.agents if floor.routing.is_free(each)))
    )


def _named(floor: Floor, name: str) -> Call | None:
    """Return the call of a name."""
    return next((call for call in floor.calls.values() if call.name == name), None)


def _repair(floor: Floor, finding: Finding, evidence: Evidence, now: datetime) -> None:
    thing, call = finding.thing, floor.call_of_leg(finding.thing) or _named(floor, finding.thing)
    match finding.kind:
        case Kind.LEG_ASTRAY | Kind.RECORDING_GONE | Kind.OVERDUE | Kind.UNROUTED if call is not None:
            _repair_call(floor, finding, call, now)
        case Kind.LEG_GONE:
            legs.over(floor, thing, LegOver(ENGINE_GAP, EndedBy.NETWORK, now), now)
        case Kind.LEG_UNKNOWN:
            state = next(leg for leg in evidence.snapshot.legs if leg.leg == thing)
            reconcile.Repair(floor, evidence.snapshot, now).stranger(state, evidence.snapshot.calls)
        case Kind.CALL_UNKNOWN:
            floor.effects.append(Do(thing, CloseCall(thing)))
        case Kind.RECORDING_OPEN:
            floor.effects.append(Do(thing, StopRecord(thing)))
        case _:
            _repair_state(floor, finding, evidence, now)


def _repair_state(floor: Floor, finding: Finding, evidence: Evidence, now: datetime) -> None:
    """Repair what is wrong about agents and phones, or was written down wrongly."""
    thing = finding.thing
    match finding.kind:
        case Kind.PHONE_WRONG:
            legs.phones_seen(floor, PhonesSeen(evidence.snapshot.endpoints), now)
        case Kind.UNROUTED if UUID(thing) in floor.agents:
            floor.routing.available(UUID(thing), floor.agents[UUID(thing)].idle_since, now)
        case Kind.AGENT_STUCK:
            _free(floor, UUID(thing), now)
        case Kind.ROW_OPEN if finding.tenant is not None:
            orphans.end(floor, finding.tenant, evidence.rows[finding.tenant].live[UUID(thing)], now)
        case Kind.AGENT_ROW if finding.tenant is not None:
            stored = evidence.rows[finding.tenant].agents[UUID(thing)]
            floor.effects.extend(agent_news.corrections(floor.agents[UUID(thing)], {finding.tenant: stored}))
        case Kind.BOARD_ROW if finding.tenant is not None:
            floor.unsound_boards.add(finding.tenant)


def _repair_call(floor: Floor, finding: Finding, call: Call, now: datetime) -> None:
    match finding.kind:
        case Kind.LEG_ASTRAY:
            party = call.party(finding.thing)
            side = party.side if party is not None else "" if finding.thing == call.leg else call.side
            floor.effects.append(call.do(Bridge(call.name, finding.thing, side)))
        case Kind.RECORDING_GONE if call.state is CallState.VOICEMAIL:
            legs.end_message(floor, call, now)
        case Kind.RECORDING_GONE:
            floor.put(taping.stop(call, "engine", now))
        case Kind.OVERDUE:
            floor.effects.append(Arm(call.id, OFFER_TIMER if call.state is CallState.OFFERED else QUEUE_TIMER, now))
        case Kind.UNROUTED:
            queueing.wait(floor, call)


def _free(floor: Floor, agent_id: UUID, now: datetime) -> None:
    """Let an agent go on who works on nothing; what was talked about is handled."""
    agent = floor.agents[agent_id]
    if agent.state is AgentState.OFFERED:
        floor.put_agent(agents.released(agent, now), now)
        return
    if agent.state in {AgentState.TALKING, AgentState.WORKING}:
        floor.put_agent(agents.wrapping_up(agent, (0, 0), now, now), now)
    endings.wrapped_up(floor, agent_id, now)


def _tell(floor: Floor, finding: Finding, now: datetime) -> None:
    tenant = finding.tenant or INSTALLATION
    subject = floor.plan.floor
    if finding.kind in _OF_THEIR_OWN:
        subject = UUID(finding.thing)
    floor.tell([tenant], DiscrepancyRepaired(what=finding.kind.value), subject, now)
