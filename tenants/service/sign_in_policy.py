"""Whether a tenant's people, or the outsourcer's own, need a second factor. It holds from the next request on."""

from __future__ import annotations

from datetime import datetime

from journal import service as journal
from journal.core.facts import Actor
from kit.db import AccessibleTenantId, Database
from tenants.identity.facts import SecondFactorRuled
from tenants.service.entrance import Entrance

_SET = """
INSERT INTO control.sign_in_policy (tenant_id, second_factor, changed_at) VALUES ($1, $2, $3)
ON CONFLICT (tenant_id) DO UPDATE SET second_factor = $2, changed_at = $3
"""


async def second_factor_required(control: Database, tenant_id: AccessibleTenantId) -> bool:
    """Say whether the tenant asks for a second factor."""
    asked = "SELECT second_factor FROM control.sign_in_policy WHERE tenant_id = $1"
    return bool(await (await control.pool()).fetchval(asked, tenant_id))


async def require_second_factor(
    entrance: Entrance,
    tenant_id: AccessibleTenantId,
    required: bool,  # noqa: FBT001 - the rule itself
    now: datetime,
    *,
    actor: Actor,
) -> None:
    """Set the rule, with its fact; harmless when it is so already."""
    if await second_factor_required(entrance.control, tenant_id) == required:
        return
    async with entrance.plane.transaction(tenant_id) as scope:
        journal.append(scope, SecondFactorRuled(required), subject=tenant_id, at=now, actor=actor)
    await (await entrance.control.pool()).execute(_SET, tenant_id, required, now)
