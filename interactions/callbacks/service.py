"""Reading the work in which no contact waits on the line."""

from __future__ import annotations

from typing import Any

from kit.db import Scope

MOST = 500
"""So many tasks of one client are listed; the most urgent first."""

_OPEN = """
SELECT i.id::text AS id, i.task, i.state, i.contact, q.name AS queue, i.agent_id::text AS agent_id, i.started_at,
  i.due_at, i.begins_at, i.tries, i.result
FROM gf.interaction i LEFT JOIN gf.queue q ON q.tenant_id = i.tenant_id AND q.id = i.queue_id
WHERE i.tenant_id = $1 AND i.task IS NOT NULL AND i.ended_at IS NULL ORDER BY i.due_at NULLS LAST, i.id LIMIT $2
"""


async def open_tasks(scope: Scope) -> list[dict[str, Any]]:
    """Return the tasks that are not done, by when they are due; contacts masked, agents by the tenant's own ids."""
    return [dict(row) for row in await scope.fetch(_OPEN, scope.tenant_id, MOST)]
