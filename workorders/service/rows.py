"""Read one work order's row, as far as the doer sees it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from kit.db import Scope
from kit.errors import NotFound
from workorders.core.doer import Doer
from workorders.service.sealing import opened_order

COLUMNS = (
    "id, number, connection, requester_side, type, title, description, priority, severity, status, status_reason,"
    " pending_on, resolution_code, resolution_summary, interaction_id, agent_id, created_by_id, created_by_name,"
    " version, event_seq, created_at, updated_at, acknowledged_at, resolved_at, closed_at"
)
"""Everything that :func:`workorders.schemas.work_order` shows."""

_ONE = f"SELECT {COLUMNS} FROM gf.work_order WHERE tenant_id = $1 AND id = $2"  # noqa: S608 - our own constant
_ONE_LOCKED = _ONE + " FOR UPDATE"


async def find(scope: Scope, work_order_id: UUID, doer: Doer, *, lock: bool = False) -> Mapping[str, Any]:
    """Return the row. Raises :class:`NotFound`, for another connection's as for none."""
    rows = await scope.fetch(_ONE_LOCKED if lock else _ONE, scope.tenant_id, work_order_id)
    if not rows or not doer.sees(rows[0]):
        raise NotFound
    return await opened_order(scope, rows[0])
