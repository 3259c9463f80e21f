"""Read one work order's row, as far as the doer sees it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from kit.db import Scope
from kit.errors import NotFound
from workorders.core.doer import Doer
from workorders.core.numbers import readable
from workorders.service.sealing import opened_order

_OWN = """id, number, connection, requester_side, type, title, description, priority, severity, status,
  status_reason, pending_on, resolution_code, resolution_summary, interaction_id, agent_id, created_by_id,
  created_by_name, version, event_seq, created_at, updated_at, acknowledged_at, started_at, resolved_at, closed_at,
  auto_close_at, requested_resolution_at, expected_resolution_at, channel, parties, related, custom, assignment,
  assigned_agent_id"""
FRESH = f"{_OWN}, NULL AS relationships, NULL AS external_ref"
"""The same as :data:`COLUMNS`, of a row that nothing can be linked to yet."""
COLUMNS = f"""{_OWN},
  (SELECT jsonb_agg(jsonb_build_object('type', r.type, 'id', r.other_id) ORDER BY r.type, r.other_id)
    FROM gf.work_order_relation AS r WHERE r.tenant_id = $1 AND r.work_order_id = work_order.id)::text AS relationships,
  (SELECT jsonb_agg(jsonb_build_object('row', r.id, 'owner', r.owner, 'type', r.type, 'id', r.external_id)
      ORDER BY r.id)
    FROM gf.work_order_reference AS r WHERE r.tenant_id = $1 AND r.work_order_id = work_order.id)::text AS external_ref
"""  # noqa: S608 - our own constant
"""Everything that :func:`workorders.schemas.work_order` shows; ``$1`` is the tenant, in whatever selects it."""

_ONE = f"SELECT {COLUMNS} FROM gf.work_order WHERE tenant_id = $1 AND id = $2"  # noqa: S608 - our own constant
_NUMBERS = "SELECT id, number FROM gf.work_order WHERE tenant_id = $1 AND id = ANY($2::uuid[])"
_LOCK = f"""
SELECT {COLUMNS}, event_seq = (SELECT w.event_seq FROM gf.work_order AS w WHERE w.tenant_id = $1 AND w.id = $2) AS whole
FROM gf.work_order WHERE tenant_id = $1 AND id = $2 FOR NO KEY UPDATE
"""  # noqa: S608 - our own constant
"""Whoever waits for the lock gets the row of after, and the rest as of before: then it is not ``whole``."""


async def find(scope: Scope, work_order_id: UUID, doer: Doer, *, lock: bool = False) -> Mapping[str, Any]:
    """Return the row. Raises :class:`NotFound`, for another connection's as for none.

    What was changed while the lock was waited for is read again: what belongs to it in other tables would be as old as
    the wait. All of that is counted by ``event_seq``.
    """
    rows = await scope.fetch(_LOCK if lock else _ONE, scope.tenant_id, work_order_id)
    if lock and rows and not rows[0]["whole"]:
        rows = await scope.fetch(_ONE, scope.tenant_id, work_order_id)
    if not rows or not doer.sees(rows[0]):
        raise NotFound
    return await opened_order(scope, rows[0])


async def numbers(scope: Scope, ids: Iterable[UUID]) -> dict[UUID, str]:
    """Return the numbers, as people know them, of those that are work orders of the client."""
    rows = await scope.fetch(_NUMBERS, scope.tenant_id, list(set(ids)))
    return {row["id"]: readable(row["number"]) for row in rows}
