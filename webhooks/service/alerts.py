"""Tell the client's systems of the alerts that its own thresholds raise and clear, in the transaction that does it.

It goes to every connection that asks for ``alerts``. An alert is a series of its own: raised first, then cleared.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from kit.db import Scope
from webhooks.core.events import ALERT_CLEARED, ALERT_RAISED, alert_body
from webhooks.service.endpoints_of import ensure_endpoints
from webhooks.service.owed import Telling, owe

_SUBSCRIBED = """
SELECT e.id, c.code AS connection FROM gf.connection AS c
JOIN gf.webhook_endpoint AS e ON e.tenant_id = $1 AND e.connection = c.code
WHERE c.tenant_id = $1 AND c.retired_at IS NULL AND c.url <> '' AND 'alerts' = ANY(c.events) ORDER BY c.code
"""
_SEQUENCE = {ALERT_RAISED: 1, ALERT_CLEARED: 2}


@dataclass(frozen=True, slots=True)
class AlertTold:
    """An alert that was raised or cleared (``type``), and what its fact says."""

    id: UUID
    type: str
    at: datetime
    data: Mapping[str, Any]


async def push_alert(scope: Scope, told: AlertTold) -> int:
    """Owe it to every system that wants alerts; return to how many. Raises ``KeysAway``."""
    await ensure_endpoints(scope)
    rows, sequence = await scope.fetch(_SUBSCRIBED, scope.tenant_id), _SEQUENCE[told.type]
    body = partial(alert_body, told=told, sequence=sequence)
    for row in rows:
        await owe(scope, Telling(row["connection"], told.type, told.id, sequence, body), row["id"], told.at)
    return len(rows)
