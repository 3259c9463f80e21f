"""The log of deliveries: what went where, how often it was tried, and what was answered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from kit.db import Scope
from kit.errors import NotFound
from webhooks.service.deliveries import Selection, replay

_COLUMNS = """d.id, d.endpoint_id, d.event_id, d.subject, d.sequence, d.state, d.attempts, d.due_at, d.delivered_at,
  d.last_status, d.last_error, v.type, v.created_at"""
_LIST = f"""
SELECT {_COLUMNS} FROM gf.webhook_delivery AS d
JOIN gf.webhook_event AS v ON v.tenant_id = $1 AND v.id = d.event_id
WHERE d.tenant_id = $1 AND d.endpoint_id = $2 AND ($3::text IS NULL OR d.state = $3)
  AND ($4::text IS NULL OR v.type = $4) AND ($5::uuid IS NULL OR d.subject = $5) AND ($6::uuid IS NULL OR d.id < $6)
ORDER BY d.id DESC LIMIT $7
"""  # noqa: S608 - our own constants
_ONE = f"""
SELECT {_COLUMNS}, e.connection FROM gf.webhook_delivery AS d
JOIN gf.webhook_event AS v ON v.tenant_id = $1 AND v.id = d.event_id
JOIN gf.webhook_endpoint AS e ON e.tenant_id = $1 AND e.id = d.endpoint_id AND e.state <> 'deleted'
WHERE d.tenant_id = $1 AND d.id = $2 AND ($3::text IS NULL OR e.connection = $3)
"""  # noqa: S608 - our own constants
_ABOUT = """
SELECT e.id AS endpoint_id, e.connection, e.url, e.state AS endpoint_state, e.failing_since, d.id, d.sequence, d.state,
  d.attempts, d.due_at, d.delivered_at, d.last_status, d.last_error, d.created_at
FROM gf.webhook_endpoint AS e CROSS JOIN LATERAL (
  SELECT d.*, v.created_at FROM gf.webhook_delivery AS d
  JOIN gf.webhook_event AS v ON v.tenant_id = $1 AND v.id = d.event_id
  WHERE d.tenant_id = $1 AND d.endpoint_id = e.id AND d.subject = $2 ORDER BY d.sequence DESC LIMIT $3) AS d
WHERE e.tenant_id = $1 AND e.state <> 'deleted' ORDER BY e.connection, e.blueprint DESC, e.id, d.sequence
"""
_ATTEMPTS = """
SELECT number, started_at, duration_ms, status, error, response FROM gf.webhook_attempt
WHERE tenant_id = $1 AND delivery_id = $2 ORDER BY id DESC LIMIT 100
"""


@dataclass(frozen=True, slots=True)
class Filter:
    """Which deliveries of an endpoint: in a state, of a type, about a work order; older than one of them."""

    state: str | None = None
    type: str | None = None
    subject: UUID | None = None
    after: UUID | None = None
    limit: int = 50


async def deliveries(scope: Scope, endpoint_id: UUID, wanted: Filter) -> Sequence[Mapping[str, Any]]:
    """Return deliveries, newest first, one more than the limit when there are more."""
    return await scope.fetch(
        _LIST, scope.tenant_id, endpoint_id, wanted.state, wanted.type, wanted.subject, wanted.after, wanted.limit + 1
    )


async def delivery(
    scope: Scope, delivery_id: UUID, of: str | None = None
) -> tuple[Mapping[str, Any], Sequence[Mapping[str, Any]]]:
    """Return one delivery and its attempts, newest first, a hundred at most. Raises :class:`NotFound`."""
    rows = await scope.fetch(_ONE, scope.tenant_id, delivery_id, of)
    if not rows:
        raise NotFound
    return rows[0], await scope.fetch(_ATTEMPTS, scope.tenant_id, delivery_id)


async def about(scope: Scope, subject: UUID, limit: int = 200) -> Sequence[Mapping[str, Any]]:
    """Return what went, or goes, to each endpoint about a work order: in its order, the newest ``limit`` of each."""
    return await scope.fetch(_ABOUT, scope.tenant_id, subject, limit)


async def redeliver(scope: Scope, delivery_id: UUID, of: str | None = None) -> Mapping[str, Any]:
    """Send one again, with its first id, and return it as it is now; one that waits anyway stays as it is.

    Raises :class:`NotFound`.
    """
    row, _attempts = await delivery(scope, delivery_id, of)
    await replay(scope, row["endpoint_id"], Selection(event_ids=[row["event_id"]], only_failed=False))
    return (await delivery(scope, delivery_id, of))[0]
