"""What each tenant may see of an agent, and is told of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

from interactions.core.agent_record import AgentRecord
from interactions.desks.facts import DeskBack, DeskLost
from interactions.facts import AgentPhoneChanged, AgentStateChanged
from journal.core.facts import SYSTEM, Actor, NewFact
from switchboard.core.agent import ELSEWHERE, Agent, AgentState
from switchboard.core.effects import Tell

View: TypeAlias = tuple[str, str | None, str | None]


def view(agent: Agent, tenant: UUID) -> View:
    """Return what one tenant may see: state, reason and interaction."""
    if agent.work is None:
        return agent.state.value, agent.reason, None
    if agent.work.tenant != tenant:
        return AgentState.ON_BREAK.value, ELSEWHERE, None
    return agent.state.value, agent.reason, str(agent.work.interaction)


def differs(agent: Agent, tenant: UUID, stored: AgentRecord) -> bool:
    """Whether a tenant's stored record shows something else than it should see."""
    return _seen(stored) != view(agent, tenant)


def corrections(agent: Agent, stored: Mapping[UUID, AgentRecord]) -> tuple[Tell, ...]:
    """Return the facts for tenants whose stored record of a restored agent is not what they should see."""
    known = [(tenant, record) for tenant, record in stored.items() if tenant in agent.tenants]
    states = (
        _state_changed(agent, tenant, max(agent.since, record.since), SYSTEM)
        for tenant, record in known
        if _seen(record) != view(agent, tenant)
    )
    phones = (
        Tell(tenant, NewFact(_phone_changed(agent, agent), agent.id, max(agent.since, record.since), SYSTEM))
        for tenant, record in known
        if record.chosen_phone != agent.chosen
    )
    desks = (
        _desk_changed(agent, tenant, max(agent.since, record.since))
        for tenant, record in known
        if record.desk_lost_at != agent.lost_at
    )
    return (*states, *phones, *desks)


def _seen(record: AgentRecord) -> View:
    return record.state, record.reason, None if record.interaction_id is None else str(record.interaction_id)


def _phone_changed(before: Agent, after: Agent) -> AgentPhoneChanged:
    endpoint = min(after.phones or before.phones or after.others or before.others, default="")
    return AgentPhoneChanged(
        agent_id=str(after.id), seat=after.seat, endpoint=endpoint, registered=bool(after.phones),
        chosen=after.chosen, other=bool(after.others),
    )  # fmt: skip


def _desk_changed(agent: Agent, tenant: UUID, at: datetime) -> Tell:
    if agent.lost_at is None:
        back = DeskBack(agent_id=str(agent.id), seat=agent.seat, signed_off=agent.state is AgentState.OFFLINE)
        return Tell(tenant, NewFact(back, agent.id, at, SYSTEM))
    lost = DeskLost(agent_id=str(agent.id), seat=agent.seat, since=agent.lost_at.isoformat())
    return Tell(tenant, NewFact(lost, agent.id, at, SYSTEM))


def _phones_seen(agent: Agent) -> tuple[bool, bool, str]:
    return bool(agent.phones), bool(agent.others), agent.chosen


def _state_changed(agent: Agent, tenant: UUID, at: datetime, actor: Actor) -> Tell:
    state, reason, interaction = view(agent, tenant)
    changed = AgentStateChanged(
        agent_id=str(agent.id), seat=agent.seat, state=state, reason=reason, interaction_id=interaction
    )
    return Tell(tenant, NewFact(changed, agent.id, at, actor))


def news(before: Agent, after: Agent, now: datetime, actor: Actor = SYSTEM) -> tuple[Tell, ...]:
    """Return the facts about a change, for each tenant that sees one."""
    tells: list[Tell] = []
    if _phones_seen(before) != _phones_seen(after):
        phone = _phone_changed(before, after)
        tells += [Tell(tenant, NewFact(phone, after.id, now, SYSTEM)) for tenant in after.tenants]
    tells += [
        _desk_changed(after, tenant, now)
        for tenant in after.tenants
        if after.lost_at != (before.lost_at if tenant in before.tenants else None)
    ]
    at = after.since if after.since > before.since else now
    tells += [
        _state_changed(after, tenant, at, actor)
        for tenant in after.tenants
        if tenant not in before.tenants or view(before, tenant) != view(after, tenant)
    ]
    return tuple(tells)
