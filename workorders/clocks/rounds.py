"""The worker's round over the clocks of one client: those whose moment has come, and those under an older plan."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from kit.db import AccessibleTenantId, Plane, Scope
from workorders.clocks.keeping import catch_up
from workorders.clocks.plans import EVERYWHERE
from workorders.core.states import TERMINAL

BATCH: Final = 50
"""So many work orders are locked in one transaction."""

_DUE = """
SELECT w.id FROM gf.work_order w WHERE w.tenant_id = $1 AND w.id IN (
  (SELECT work_order_id FROM gf.work_order_clock WHERE tenant_id = $1 AND next_warning_at <= $2
    ORDER BY next_warning_at LIMIT $3)
  UNION
  (SELECT work_order_id FROM gf.work_order_clock WHERE tenant_id = $1 AND ended IS NULL
    AND plan < (SELECT max(version) FROM gf.work_order_plan WHERE tenant_id = $1) ORDER BY plan LIMIT $3)
) ORDER BY w.id LIMIT $3 FOR UPDATE SKIP LOCKED
"""


_NEWEST = """
SELECT version, since, reached FROM gf.work_order_plan WHERE tenant_id = $1 ORDER BY version DESC LIMIT 1
"""
_THERE_BEFORE = """
SELECT id FROM gf.work_order WHERE tenant_id = $1 AND id > $2 AND created_at <= $3 AND status <> ALL($4::text[])
ORDER BY id LIMIT $5 FOR UPDATE
"""
_REACH = "UPDATE gf.work_order_plan SET reached = greatest(reached, $3) WHERE tenant_id = $1 AND version = $2"
_OVER: Final = [status.value for status in TERMINAL]


async def strike(plane: Plane, tenant_id: AccessibleTenantId, now: datetime) -> int:
    """Tell everything that clocks have crossed until now; return how much it was."""
    return sum([told async for told, _ in batches(plane, tenant_id, now)])


async def batches(plane: Plane, tenant_id: AccessibleTenantId, now: datetime) -> AsyncGenerator[tuple[int, bool], None]:
    """Tell what clocks have crossed until now, some work orders in each transaction.

    Yields how much each one told, and whether another one may have something to tell.

    A new plan comes first to every work order that was there before it: what it wants of them runs from its beginning.
    A work order that another worker or a change of its own holds is left to it when its moment has come.
    """
    done: set[UUID] = set()
    walking = again = True
    while again:
        async with plane.transaction(tenant_id) as scope:
            due = await _there_before(scope) if walking else []
            walking = bool(due)
            due = due or await scope.fetch(_DUE, scope.tenant_id, now, BATCH)
            told = sum([await catch_up(scope, row["id"], now) for row in due])
        again = walking or not done.issuperset(row["id"] for row in due)
        done |= set() if walking else {row["id"] for row in due}
        yield told, again


async def _there_before(scope: Scope) -> Sequence[Mapping[str, Any]]:
    """Lock and return the next work orders that were there before the newest plan; none when it came to all."""
    found = await scope.fetch(_NEWEST, scope.tenant_id)
    if not found or found[0]["reached"] == EVERYWHERE:
        return []
    plan = found[0]
    orders = await scope.fetch(_THERE_BEFORE, scope.tenant_id, plan["reached"], plan["since"], _OVER, BATCH)
    reached = orders[-1]["id"] if len(orders) == BATCH else EVERYWHERE
    await scope.fetch(_REACH, scope.tenant_id, plan["version"], reached)
    return orders
