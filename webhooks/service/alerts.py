"""Tell the client's systems of the alerts that its own thresholds raise and clear, in the transaction that does it.

It goes to every connection that asks for ``alerts``. An alert is a series of its own: raised first, then cleared.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from kit.db import Scope
from webhooks.core.events import ALERT_CLEARED, ALERT_RAISED, ALERT_TEST, alert_body
from webhooks.service.endpoints_of import ensure_endpoints
from webhooks.service.owed import Telling, owe

_SUBSCRIBED = """
SELECT e.id, c.code AS connection FROM gf.connection AS c
JOIN gf.webhook_endpoint AS e ON e.tenant_id = $1 AND e.connection = c.code AND e.blueprint
WHERE c.tenant_id = $1 AND c.retired_at IS NULL AND c.url <> '' AND 'alerts' = ANY(c.events) ORDER BY c.code
"""
_SEQUENCE = {ALERT_RAISED: 1, ALERT_CLEARED: 2, ALERT_TEST: 1}
_RESULTS = """
SELECT v.subject, v.connection, d.state, d.attempts, d.last_status, d.last_error, d.delivered_at,
  e.state AS endpoint_state
FROM gf.webhook_event AS v
JOIN gf.webhook_delivery AS d ON d.tenant_id = $1 AND d.event_id = v.id
JOIN gf.webhook_endpoint AS e ON e.tenant_id = $1 AND e.id = d.endpoint_id
WHERE v.tenant_id = $1 AND v.subject = ANY($2) AND v.type = $3 ORDER BY v.connection
"""


@dataclass(frozen=True, slots=True)
class AlertTold:
    """An alert that was raised, cleared or tried (``type``), and what its fact says."""

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
        await owe(scope, Telling(row["connection"], told.type, told.id, sequence, body), [row["id"]], told.at)
    return len(rows)


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of a test at one of the client's systems; ``last_status`` is its answer over HTTP, if it gave one."""

    connection: str
    state: str
    """waiting, delivered or dead, or disabled: nothing goes there any more until it is switched on again."""
    attempts: int
    last_status: int | None
    last_error: str | None
    delivered_at: datetime | None


async def trials(scope: Scope, tests: Sequence[UUID]) -> Mapping[UUID, Sequence[Trial]]:
    """Return for each test to which systems it went, and what came of it; one that went nowhere is not among them."""
    found: dict[UUID, list[Trial]] = {}
    for row in await scope.fetch(_RESULTS, scope.tenant_id, list(tests), ALERT_TEST):
        off = row["state"] == "waiting" and row["endpoint_state"] == "disabled"
        found.setdefault(row["subject"], []).append(
            Trial(
                row["connection"], "disabled" if off else row["state"], row["attempts"], row["last_status"],
                row["last_error"], row["delivered_at"],
            )
        )  # fmt: skip
    return found
