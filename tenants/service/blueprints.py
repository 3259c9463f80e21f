"""Plan and apply blueprints.

Control plane and tenant plane cannot share a transaction, so their order is chosen. The control plane's transaction is
opened first, locks out every other apply, checks again what is free, writes people, numbers and rentals, and stays open
while the tenant plane's transaction writes the configuration, the version and its fact, and commits; then the control
plane commits, and only then the bells of the fact ring. So numbers lead to what is already there, rentals name profiles
that exist, and a floor that hears the bell finds both.

A crash between the two commits leaves the new configuration with the old numbers and rentals. Applying the file again
repairs that: it finds nothing to change in the tenant plane, and always writes the control plane. Meanwhile ``floors``
leaves out what only one plane knows. A new tenant's row, and what the tenant calls its agents, are committed before
both, so that these ids are not lost; without a blueprint they have no effect.

The outsourcer's people may name seats and agents as the centre does; what is stored has the tenant's own names for them
(``own_names``), and a client's people can use no others.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import desc, select
from sqlalchemy.orm import defer
from sqlmodel import col

from journal import service as journal
from journal.core.facts import Actor
from kit.db import Database, Plane
from kit.scoping import ScopedSession
from tenants.access import for_system
from tenants.core.agent_names import AgentNames
from tenants.core.complaints import Complaint
from tenants.core.names import CheckFlow, complaints
from tenants.core.own_sections import trespasses
from tenants.core.permissions import STAFF, Role
from tenants.core.plan import Plan, compare
from tenants.core.promises import broken_promises, formula_name
from tenants.core.rents import is_in_force
from tenants.core.service_level import Formula
from tenants.core.supervision import Supervision
from tenants.errors import BlueprintChanged, SectionNotYours
from tenants.facts import BlueprintApplied
from tenants.models import Blueprint, Queue
from tenants.schemas import refusal
from tenants.service import claims
from tenants.service.assignments import one_at_a_time
from tenants.service.configuration import write_configuration
from tenants.service.files import LoadedBlueprint, current_form, digest, load_blueprint, refuse_if_any
from tenants.service.own_names import in_own_names, name_agents, read_names
from tenants.service.rentals import seats_as_told
from tenants.service.sounds import missing_sounds, unknown_sounds


@dataclass(frozen=True, slots=True)
class Order:
    """Who applies a blueprint, when and why. ``check_flow``: see :data:`tenants.core.names.CheckFlow`."""

    by: str
    at: datetime
    check_flow: CheckFlow
    why: str = ""
    user: str | None = None
    """The id of the person; None: the command line."""
    role: Role | None = None
    """Whose limits hold (``tenants.core.own_sections``); None: nobody's, for who runs the centre."""
    only: UUID | None = None
    """The one tenant that the caller may change; None: the file says which."""
    seen: int | None = None
    """The version that the caller read; another one in force refuses. None: whichever."""
    reverted_to: int | None = None
    """The earlier version that this one brings back."""

    @property
    def centre(self) -> bool:
        """Say whether it is read and written as the centre names agents: the command line and the back office."""
        return self.role is None

    @property
    def staff(self) -> bool:
        """Say whether the caller may name agents as the centre does."""
        return self.role is None or self.role in STAFF


@dataclass(frozen=True, slots=True)
class Applied:
    """What came of it. ``plan`` has no changes when the tenant already had this configuration."""

    tenant_id: UUID
    version: int
    plan: Plan


@dataclass(frozen=True, slots=True)
class InForce:
    """The newest version of a tenant's blueprint, in today's form. ``version`` is 0 when there is none."""

    version: int = 0
    content: Mapping[str, Any] | None = None

    @property
    def digest(self) -> str:
        """Return the digest of the content, empty when there is none."""
        return "" if self.content is None else digest(self.content)


async def plan_blueprint(control: Database, plane: Plane, source: str, order: Order) -> Plan:
    """Say what applying this file would change; changes nothing.

    Raises :class:`tenants.errors.Refused`, :class:`SectionNotYours` and :class:`BlueprintChanged`, as applying would.
    """
    loaded = await asyncio.to_thread(load_blueprint, source)
    tenant_id, names = await _checked(control, plane, loaded, order)
    if tenant_id is None:
        refuse_if_any(loaded.document, unknown_sounds(loaded.content, ()))
        return compare(None, loaded.content, 0)
    content = names.own(loaded.content)
    own = replace(loaded, content=content, digest=digest(content))
    async with plane.session(for_system(tenant_id, "blueprint plan")) as session:
        return await _judged(session, await in_force(session), own, order, names)


async def apply_blueprint(control: Database, plane: Plane, source: str, order: Order) -> Applied:
    """Make the tenant what the file says: all of it, or nothing with one of the errors of a plan. Idempotent."""
    loaded = await asyncio.to_thread(load_blueprint, source)
    is_new = (await _checked(control, plane, loaded, order))[0] is None
    async with control.plain() as session:
        await one_at_a_time(session)
        if is_new:
            await claims.create_tenant(session, loaded.content, order.at)
        tenant = await claims.tenant_of(session, loaded.content)
        names = await read_names(session, tenant.id)
        if order.staff:
            names = await name_agents(session, tenant.id, loaded, f"{order.why}\n{order.by}")
    own = loaded
    if order.staff:
        own = await asyncio.to_thread(in_own_names, loaded, names)
        order = replace(order, why=names.own_words(order.why), by=names.own_words(order.by))
    async with control.plain() as session:
        await one_at_a_time(session)
        tenant = await claims.tenant_of(session, loaded.content)
        names = await read_names(session, tenant.id)
        centre = await claims.centre_names(session, loaded.content, names, real=order.staff)
        refuse_if_any(loaded.document, complaints(loaded.content, centre, lambda _flow, _names: ()))
        agents = await claims.write_claims(session, tenant, own.content, names)
        async with plane.session(for_system(tenant.id, "blueprint")) as scope:
            scope.after_commit.append(session.commit)  # ahead of the bells
            return await _configure(scope, own, order, _Agents(agents, names))


async def newest(session: ScopedSession) -> Blueprint | None:
    """Return the row of the blueprint in force, without its text, or None."""
    wanted = select(Blueprint).options(defer(Blueprint.source))  # type: ignore[arg-type] # SQLModel's attribute
    found = await session.execute(wanted.order_by(desc(col(Blueprint.version))).limit(1))
    return found.scalar_one_or_none()


async def in_force(session: ScopedSession) -> InForce:
    """Return the blueprint in force, in today's form."""
    row = await newest(session)
    return InForce() if row is None else InForce(row.version, current_form(row.content))


async def _checked(
    control: Database, plane: Plane, loaded: LoadedBlueprint, order: Order
) -> tuple[UUID | None, AgentNames]:
    """Refuse what is wrong; return the tenant, if it is there, and what it calls the centre's agents."""
    async with control.plain() as session:
        tenant_id = await claims.tenant_id_of(session, loaded.content["tenant"]["code"])
        if order.only is not None and tenant_id != order.only:
            refuse_if_any(loaded.document, (Complaint("/tenant/code", "the code of a client cannot be changed"),))
        names = await read_names(session, tenant_id)
        if tenant_id is not None and order.role is not None:
            # Before what the centre says: whether a number or a seat is free is no question for a client.
            own = replace(loaded, content=names.own(loaded.content)) if order.staff else loaded
            async with plane.session(for_system(tenant_id, "blueprint limits")) as scope:
                _keep_to_limits(await in_force(scope), own, order)
        centre = await claims.centre_names(session, loaded.content, names, real=order.staff)
    found = await asyncio.to_thread(lambda: list(complaints(loaded.content, centre, order.check_flow)))
    refuse_if_any(loaded.document, found)
    return tenant_id, names


async def _judged(
    scope: ScopedSession, present: InForce, loaded: LoadedBlueprint, order: Order, names: AgentNames
) -> Plan:
    """Compare with what is in force, and refuse what the caller may not do to it. ``loaded`` is in own names."""
    plan = compare(present.content, loaded.content, present.version)
    if order.centre:
        before = None if present.content is None else names.real(present.content)
        plan = compare(before, names.real(loaded.content), present.version)
    if present.content is not None and present.digest == loaded.digest:
        return plan
    refuse_if_any(loaded.document, await missing_sounds(scope, loaded.content))
    if present.content is None:
        return plan
    if order.seen is not None and order.seen != present.version:
        raise BlueprintChanged(current_version=present.version)
    _keep_to_limits(present, loaded, order)
    refuse_if_any(loaded.document, broken_promises(loaded.content, await _agreed(scope)))
    return plan


def _keep_to_limits(present: InForce, loaded: LoadedBlueprint, order: Order) -> None:
    if order.role is None or present.content is None:
        return
    found = tuple(trespasses(order.role, present.content, loaded.content))
    if found:
        raise SectionNotYours(
            tuple(refusal(loaded.document, c.pointer, c.reason, code="section_not_yours") for c in found)
        )


async def _agreed(scope: ScopedSession) -> dict[str, Any]:
    """Return every formula that was ever agreed, by name and version."""
    rows = await scope.execute(select(col(Blueprint.content)["contract"]["formulas"]).distinct())
    return {formula_name(formula): formula for formulas in rows.scalars() for formula in formulas or ()}


@dataclass(frozen=True, slots=True)
class _Agents:
    """The tenant's own id of each rented seat's agent, and the names of all."""

    ids: Mapping[str, UUID]
    names: AgentNames


async def _configure(scope: ScopedSession, loaded: LoadedBlueprint, order: Order, agents: _Agents) -> Applied:
    await journal.open_journal(scope)
    present = await in_force(scope)
    plan = await _judged(scope, present, loaded, order, agents.names)
    if present.digest == loaded.digest:
        return Applied(scope.tenant_id, present.version, plan)
    await write_configuration(scope, loaded.content, agents.ids, order.at)
    made = Blueprint(
        version=plan.version + 1,
        content=loaded.content,
        digest=loaded.digest,
        applied_at=order.at,
        applied_by=order.by,
        why=order.why,
        source=loaded.text,
        summary=plan.summary,
        reverted_to=order.reverted_to,
    )
    scope.add(made)
    today = order.at.astimezone(ZoneInfo(loaded.content["tenant"]["zone"])).date()
    seats = (s for s in loaded.content["seats"] if is_in_force(s["from_on"], s["until_on"], today))
    rented = {agents.ids[seat["seat"]] for seat in seats}
    fact = await _fact(scope, made, plan, rented)
    actor = Actor("user", order.user or order.by)
    journal.append(scope, fact, subject=scope.tenant_id, at=order.at, actor=actor)
    return Applied(scope.tenant_id, made.version, plan)


async def _fact(scope: ScopedSession, made: Blueprint, plan: Plan, rented: Collection[UUID]) -> BlueprintApplied:
    await scope.flush()
    queues = (
        await scope.execute(select(Queue).where(col(Queue.retired_at).is_(None)).order_by(col(Queue.code)))
    ).scalars()
    return BlueprintApplied(
        version=made.version,
        digest=made.digest,
        by=made.applied_by,
        why=made.why,
        reverted_to=made.reverted_to,
        summary=plan.summary,
        sections=sorted({change.section for change in plan.changes}),
        queues=[{"id": str(q.id), "code": q.code, "name": q.name} for q in queues],
        seats=await seats_as_told(scope, rented),
        service_level=Formula.from_dict(made.content["contract"]["service_level"]).to_dict(),
        alerts=asdict(Supervision.of(made.content).alerts),
    )
