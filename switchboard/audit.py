"""The auditor: what two looks found wrong is repaired by the handlers of ordinary events, told, and counted."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import structlog

from switchboard import endings, legs, metrics, orphans, reconcile
from switchboard.core import agent as agents
from switchboard.core.agent import AgentState
from switchboard.core.audit import Evidence, Finding, Kind, Known, findings
from switchboard.core.effects import Do
from switchboard.facts import DiscrepancyRepaired
from switchboard.floor import Floor
from switchboard.legover import ENGINE_GAP, LegOver
from switchboard.trouble import contained
from telephony.port import CloseCall, EndedBy, StopRecord
from tenants.access import INSTALLATION

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
    found = findings(Known(floor.calls, reached, floor.agents, here, floor.tasks), evidence, now)
    sure = found & floor.suspects
    floor.suspects = found - sure
    for finding in sorted(sure, key=lambda each: (each.kind, each.thing)):
        log.error("discrepancy", kind=finding.kind.value, thing=finding.thing)
        metrics.DISCREPANCIES.labels(finding.kind.value).inc()
        call = floor.call_of_leg(finding.thing)
        with contained(floor, None if call is None else call.id, now):
            _repair(floor, finding, evidence, now)
        _tell(floor, finding, now)


def _repair(floor: Floor, finding: Finding, evidence: Evidence, now: datetime) -> None:
    thing = finding.thing
    match finding.kind:
        case Kind.LEG_GONE:
            legs.over(floor, thing, LegOver(ENGINE_GAP, EndedBy.NETWORK, now), now)
        case Kind.LEG_UNKNOWN:
            state = next(leg for leg in evidence.snapshot.legs if leg.leg == thing)
            reconcile.Repair(floor, evidence.snapshot, now).stranger(state, evidence.snapshot.calls)
        case Kind.CALL_UNKNOWN:
            floor.effects.append(Do(thing, CloseCall(thing)))
        case Kind.RECORDING_OPEN:
            floor.effects.append(Do(thing, StopRecord(thing)))
        case Kind.AGENT_STUCK:
            _free(floor, UUID(thing), now)
        case Kind.ROW_OPEN if finding.tenant is not None:
            orphans.end(floor, finding.tenant, evidence.rows[finding.tenant].live[UUID(thing)], now)
        case Kind.AGENT_ROW if finding.tenant is not None:
            stored = evidence.rows[finding.tenant].agents[UUID(thing)]
            floor.effects.extend(agents.corrections(floor.agents[UUID(thing)], {finding.tenant: stored}))
        case Kind.BOARD_ROW if finding.tenant is not None:
            floor.unsound_boards.add(finding.tenant)


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
    if finding.kind in {Kind.AGENT_STUCK, Kind.AGENT_ROW, Kind.ROW_OPEN, Kind.BOARD_ROW}:
        subject = UUID(finding.thing)
    floor.tell([tenant], DiscrepancyRepaired(what=finding.kind.value), subject, now)
