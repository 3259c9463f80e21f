"""Every version of a blueprint: who, when and why; its text; what lies between two; and back to an earlier one."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import desc, select
from sqlmodel import col

from kit.db import AccessibleTenantId, Database, Plane
from kit.errors import NotFound
from kit.scoping import ScopedSession
from tenants.core.agent_names import AgentNames
from tenants.core.plan import Plan, compare
from tenants.core.templates import Replaced, template_of
from tenants.errors import NoBlueprint
from tenants.models import Blueprint
from tenants.service.blueprints import Applied, Order, apply_blueprint
from tenants.service.files import current_form, render_readable
from tenants.service.own_names import in_real_names, names_of

MOST_VERSIONS = 200
OWN = AgentNames()
"""The tenant's own names stay."""


@dataclass(frozen=True, slots=True)
class Version:
    """One line of the history."""

    version: int
    applied_at: datetime
    by: str
    why: str
    summary: str
    digest: str
    reverted_to: int | None


@dataclass(frozen=True, slots=True)
class VersionText:
    """One version as a file, and as a value in today's form, in the tenant's own names for agents."""

    version: int
    text: str
    content: Mapping[str, Any]


async def list_versions(plane: Plane, tenant_id: AccessibleTenantId, *, before: int | None = None) -> list[Version]:
    """Return the newest :data:`MOST_VERSIONS` versions, newest first; ``before`` asks for those older than it."""
    columns = ("version", "applied_at", "applied_by", "why", "summary", "digest", "reverted_to")
    wanted = select(*(col(getattr(Blueprint, name)) for name in columns)).order_by(desc(col(Blueprint.version)))
    if before is not None:
        wanted = wanted.where(col(Blueprint.version) < before)
    async with plane.session(tenant_id) as scope:
        return [Version(*row) for row in await scope.execute(wanted.limit(MOST_VERSIONS))]


async def read_version(plane: Plane, tenant_id: AccessibleTenantId, version: int | None = None) -> VersionText:
    """Return a version as it was applied, comments included; None: the one in force.

    Raises :class:`NotFound` and, when there is none at all, :class:`NoBlueprint`.
    """
    async with plane.session(tenant_id) as scope:
        return await _read(scope, version)


async def read_as_centre(
    control: Database, plane: Plane, tenant_id: AccessibleTenantId, version: int | None = None
) -> VersionText:
    """Return a version as the centre names agents: the file that was applied. Raises what :func:`read_version` does."""
    found, names = await read_version(plane, tenant_id, version), await names_of(control, tenant_id)
    text = await asyncio.to_thread(in_real_names, found.text, found.content, names)
    return VersionText(found.version, text, names.real(found.content))


async def difference(
    plane: Plane, tenant_id: AccessibleTenantId, earlier: int, later: int, names: AgentNames = OWN
) -> Plan:
    """Say what changed from one version to another; with ``names`` as the centre says it. Raises :class:`NotFound`."""
    async with plane.session(tenant_id) as scope:
        before, after = await _read(scope, earlier), await _read(scope, later)
    return compare(names.real(before.content), names.real(after.content), earlier)


async def revert_blueprint(
    control: Database, plane: Plane, tenant_id: AccessibleTenantId, version: int, order: Order
) -> Applied:
    """Bring an earlier version into force again, as a new one; it must fit into today's centre.

    Raises :class:`NotFound` and what applying a blueprint raises.
    """
    earlier = await read_version(plane, tenant_id, version)
    if order.centre:  # so that what is refused is named as the centre does
        earlier = await read_as_centre(control, plane, tenant_id, version)
    return await apply_blueprint(
        control, plane, earlier.text, replace(order, only=tenant_id, reverted_to=earlier.version)
    )


async def template(plane: Plane, tenant_id: AccessibleTenantId) -> tuple[str, Replaced]:
    """Return a blueprint that another client may begin with, and each place where a placeholder stands."""
    present = await read_version(plane, tenant_id)
    made, replaced = template_of(present.content)
    return render_readable(made), replaced


async def _read(scope: ScopedSession, version: int | None) -> VersionText:
    wanted = select(col(Blueprint.version), col(Blueprint.source), col(Blueprint.content))
    if version is not None:
        wanted = wanted.where(col(Blueprint.version) == version)
    row = (await scope.execute(wanted.order_by(desc(col(Blueprint.version))).limit(1))).one_or_none()
    if row is None and version is None:
        raise NoBlueprint
    if row is None:
        raise NotFound(f"There is no version {version}")
    content = current_form(row[2])
    return VersionText(row[0], row[1] if row[1] is not None else render_readable(content), content)
