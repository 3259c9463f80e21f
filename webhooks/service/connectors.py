"""A client's system as a target of deliveries, whose order, retries, leases and dead letters are an endpoint's."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from kit.db import Scope
from kit.ids import new_id
from webhooks.core.formats import CONNECTOR

CARRIED: Final = (
    "work_order.created", "work_order.updated", "work_order.status_changed", "work_order.resolved",
    "work_order.closed", "work_order.cancelled", "work_order.reopened", "work_order.comment.created",
    "work_order.attachment.added", "work_order.info.requested", "work_order.info.answered",
    "work_order.cancellation.requested", "work_order.cancellation.decided",
)  # fmt: skip
"""The events that a ticket system has a place for."""

_AIM = """
UPDATE gf.webhook_endpoint SET url = $3, types = $4, failing_since = NULL, throttled_until = NULL,
  state = CASE WHEN state = 'disabled' AND state_reason IN ('failing', 'gone') THEN 'active' ELSE state END,
  state_reason = CASE WHEN state_reason IN ('failing', 'gone') THEN NULL ELSE state_reason END
WHERE tenant_id = $1 AND connection = $2 AND format = $5 AND state <> 'deleted' RETURNING id
"""
_MAKE = """
INSERT INTO gf.webhook_endpoint (tenant_id, id, connection, url, secret, blueprint, types, format, description,
  verified_at) VALUES ($1, $2, $3, $4, '', false, $5, $6, '', clock_timestamp())
"""
_DROP = """
UPDATE gf.webhook_endpoint SET state = 'deleted'
WHERE tenant_id = $1 AND connection = $2 AND format = $3 AND state <> 'deleted' RETURNING id
"""
_GIVE_UP = """
UPDATE gf.webhook_delivery SET state = 'dead', lease_until = NULL
WHERE tenant_id = $1 AND endpoint_id = $2 AND state = 'waiting'
"""
_QUIET = """
UPDATE gf.webhook_endpoint SET throttled_until = greatest(throttled_until, clock_timestamp() + $4::interval)
WHERE tenant_id = $1 AND connection = $2 AND format = $3 AND state <> 'deleted'
"""


async def aim(scope: Scope, connection: str, url: str) -> None:
    """Owe a connection's system what happens from now on; one that had failed is tried again at once."""
    if await scope.fetch(_AIM, scope.tenant_id, connection, url, list(CARRIED), CONNECTOR):
        return
    await scope.fetch(_MAKE, scope.tenant_id, new_id(), connection, url, list(CARRIED), CONNECTOR)


async def drop(scope: Scope, connection: str) -> None:
    """Owe it nothing any more; what waits is given up, and stays in the books."""
    for row in await scope.fetch(_DROP, scope.tenant_id, connection, CONNECTOR):
        await scope.fetch(_GIVE_UP, scope.tenant_id, row["id"])


async def quiet(scope: Scope, connection: str, wait: timedelta) -> None:
    """Send it nothing for so long: it said that it has too much to do."""
    await scope.fetch(_QUIET, scope.tenant_id, connection, CONNECTOR, wait)
