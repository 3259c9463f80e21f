"""Plan and apply blueprints.

Control plane and tenant plane cannot share a transaction, so their order is chosen. The control plane's transaction is
opened first, locks out every other apply, checks again what is free, writes people, numbers and rentals, and stays open
while the tenant plane's transaction writes the configuration, the version and its fact, and commits; then the control
plane commits. So numbers lead to what is already there, and rentals name profiles that exist.

A crash between the two commits leaves the new configuration with the old numbers and rentals. Applying the file again
repairs that: it finds nothing to change in the tenant plane, and always writes the control plane. Meanwhile ``floors``
leaves out what only one plane knows. A new tenant's row alone is committed before both, so that its id is not lost;
without a blueprint it has no effect.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import desc, select
from sqlmodel import col

from journal import service as journal
from journal.core.facts import Actor
from kit.db import Database, Plane
from kit.scoping import ScopedSession
from tenants.access import for_system
from tenants.core.names import CheckFlow, complaints
from tenants.core.plan import Plan, compare
from tenants.core.service_level import Formula
from tenants.facts import BlueprintApplied
from tenants.models import AgentProfile, Blueprint, Queue
from tenants.service import claims
from tenants.service.assignments import one_at_a_time
from tenants.service.configuration import write_configuration
from tenants.service.files import LoadedBlueprint, load_blueprint, refuse_if_any


@dataclass(frozen=True, slots=True)
class Order:
    """Who applies a blueprint, when and why. ``check_flow``: see :data:`tenants.core.names.CheckFlow`."""

    by: str
    at: datetime
    check_flow: CheckFlow
    why: str = ""


@dataclass(frozen=True, slots=True)
class Applied:
    """What came of it. ``plan`` has no changes when the tenant already had this configuration."""

    tenant_id: UUID
    version: int
    plan: Plan


async def plan_blueprint(control: Database, plane: Plane, source: str, check_flow: CheckFlow) -> Plan:
    """Say what applying this file would change. Raises :class:`tenants.errors.Refused`; changes nothing."""
    loaded = load_blueprint(source)
    tenant_id = await _checked(control, loaded, check_flow)
    if tenant_id is None:
        return compare(None, loaded.content, 0)
    async with plane.session(for_system(tenant_id, "blueprint plan")) as session:
        return _plan(await newest(session), loaded)


async def apply_blueprint(control: Database, plane: Plane, source: str, order: Order) -> Applied:
    """Make the tenant what the file says: all of it or, with :class:`tenants.errors.Refused`, nothing. Idempotent."""
    loaded = load_blueprint(source)
    if await _checked(control, loaded, order.check_flow) is None:
        async with control.plain() as session:
            await claims.create_tenant(session, loaded.content, order.at)
    async with control.plain() as session:
        await one_at_a_time(session)
        tenant = await claims.tenant_of(session, loaded.content)
        names = await claims.centre_names(session, loaded.content)
        refuse_if_any(loaded.document, complaints(loaded.content, names, lambda _flow, _names: ()))
        agents = await claims.write_claims(session, tenant, loaded.content)
        async with plane.session(for_system(tenant.id, "blueprint")) as scope:
            return await _configure(scope, loaded, order, agents)


async def newest(session: ScopedSession) -> Blueprint | None:
    """Return the blueprint in force, or None."""
    found = await session.execute(select(Blueprint).order_by(desc(col(Blueprint.version))).limit(1))
    return found.scalar_one_or_none()


async def _checked(control: Database, loaded: LoadedBlueprint, check_flow: CheckFlow) -> UUID | None:
    async with control.plain() as session:
        names = await claims.centre_names(session, loaded.content)
        refuse_if_any(loaded.document, complaints(loaded.content, names, check_flow))
        return await claims.tenant_id_of(session, loaded.content["tenant"]["code"])


def _plan(present: Blueprint | None, loaded: LoadedBlueprint) -> Plan:
    return compare(present.content if present else None, loaded.content, present.version if present else 0)


async def _configure(
    scope: ScopedSession, loaded: LoadedBlueprint, order: Order, agents: Mapping[str, UUID]
) -> Applied:
    await journal.open_journal(scope)
    present = await newest(scope)
    plan = _plan(present, loaded)
    if present is not None and present.digest == loaded.digest:
        return Applied(scope.tenant_id, present.version, plan)
    await write_configuration(scope, loaded.content, agents, order.at)
    made = Blueprint(
        version=plan.version + 1,
        content=loaded.content,
        digest=loaded.digest,
        applied_at=order.at,
        applied_by=order.by,
        why=order.why,
    )
    scope.add(made)
    fact = await _fact(scope, made, plan.summary)
    journal.append(scope, fact, subject=scope.tenant_id, at=order.at, actor=Actor("user", order.by))
    return Applied(scope.tenant_id, made.version, plan)


async def _fact(scope: ScopedSession, made: Blueprint, summary: str) -> BlueprintApplied:
    await scope.flush()
    queues = (
        await scope.execute(select(Queue).where(col(Queue.retired_at).is_(None)).order_by(col(Queue.code)))
    ).scalars()
    profiles = await scope.execute(
        select(AgentProfile).where(col(AgentProfile.retired_at).is_(None)).order_by(col(AgentProfile.seat))
    )
    return BlueprintApplied(
        version=made.version,
        digest=made.digest,
        by=made.applied_by,
        summary=summary,
        queues=[{"id": str(q.id), "code": q.code, "name": q.name} for q in queues],
        seats=[
            {"seat": p.seat, "agent_id": str(p.agent_id), "alias": p.alias, "kind": p.kind} for p in profiles.scalars()
        ],
        service_level=Formula.from_dict(made.content["contract"]["service_level"]).to_dict(),
    )
