"""A test event to a client's system, and what came of the last ones."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import webhooks.service
from exchange.service.agreements import By
from exchange.service.rows import Row
from kit.db import Scope

TEST = "connection.test"
_NEWEST = """
SELECT v.created_at, d.state, d.attempts, d.last_status, d.last_error, d.delivered_at
FROM gf.webhook_event AS v JOIN gf.webhook_delivery AS d ON d.tenant_id = $1 AND d.event_id = v.id
WHERE v.tenant_id = $1 AND v.subject = $2 AND v.type = $3 ORDER BY v.id DESC LIMIT 5
"""


async def send(scope: Scope, row: Row, by: By, now: datetime) -> int:
    """Owe a test event to the connection's endpoints; return to how many. Raises ``KeysAway``."""
    await webhooks.service.ensure_endpoints(scope)
    data = {"connection": row["code"], "side": by.side}
    told = webhooks.service.AgreementTold(row["connection_id"], row["code"], TEST, now, data)
    return await webhooks.service.push_agreement(scope, told)


async def newest(scope: Scope, row: Row) -> list[dict[str, Any]]:
    """Return what came of the last test events."""
    return [dict(each) for each in await scope.fetch(_NEWEST, scope.tenant_id, row["connection_id"], TEST)]
