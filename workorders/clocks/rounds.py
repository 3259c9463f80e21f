"""The worker's round over the clocks of one client: those whose moment has come, and those under an older plan."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from kit.db import AccessibleTenantId, Plane
from workorders.clocks.keeping import catch_up

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


async def strike(plane: Plane, tenant_id: AccessibleTenantId, now: datetime) -> int:
    """Tell everything that clocks have crossed until now; return how much it was.

    A work order that another worker or a change of its own holds is left to it.
    """
    told, again = 0, True
    done: set[UUID] = set()
    while again:
        async with plane.transaction(tenant_id) as scope:
            due = await scope.fetch(_DUE, scope.tenant_id, now, BATCH)
            for row in due:
                told += await catch_up(scope, row["id"], now)
        again = not done.issuperset(row["id"] for row in due)
        done |= {row["id"] for row in due}
    return told
