"""Close what has been resolved for as long as was agreed with the client."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from kit.db import AccessibleTenantId, Plane
from workorders.core.doer import by_itself
from workorders.core.states import Side, Status
from workorders.schemas import Move
from workorders.service.changes import transition

BATCH: Final = 100
"""So many are closed in one transaction."""
_DUE = """
SELECT id, requester_side FROM gf.work_order
WHERE tenant_id = $1 AND auto_close_at <= $2 AND status = 'resolved'
ORDER BY auto_close_at LIMIT $3 FOR NO KEY UPDATE SKIP LOCKED
"""


async def close_resolved(plane: Plane, tenant_id: AccessibleTenantId, now: datetime) -> int:
    """Close what was resolved so long ago; return how many. Two at once, or one that is killed, close none twice."""
    closed = 0
    while True:
        async with plane.transaction(tenant_id) as scope:
            due = await scope.fetch(_DUE, tenant_id, now, BATCH)
            for row in due:
                await transition(scope, row["id"], Move(to=Status.CLOSED), by_itself(Side(row["requester_side"])), now)
        closed += len(due)
        if len(due) < BATCH:
            return closed
