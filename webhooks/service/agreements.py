"""Let a connection's deliveries wait while nothing may be exchanged, and tell its system of each step of that."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from kit.db import Scope
from webhooks.core.events import connection_body
from webhooks.service.endpoints_of import WANTED, ensure_endpoints
from webhooks.service.owed import Telling, owe, waiting

HELD = "connection_not_active"
"""Why an endpoint is not called: what waits there is kept, and goes out in order once it may."""

_HOLD = """
UPDATE gf.webhook_endpoint SET state = 'disabled', state_reason = $3
WHERE tenant_id = $1 AND connection = $2 AND state = 'active'
"""
_RELEASE = """
UPDATE gf.webhook_endpoint SET state = 'active', state_reason = NULL, failing_since = NULL, throttled_until = NULL
WHERE tenant_id = $1 AND connection = $2 AND state_reason = $3
"""
_TOLD = f"""
SELECT e.id FROM gf.webhook_endpoint AS e WHERE e.tenant_id = $1 AND e.connection = $2
  AND e.state IN ('active', 'disabled') AND {WANTED.format(type="$3::text")}
"""  # noqa: S608 - our own constants
_LOCK = "SELECT 1 FROM gf.connection WHERE tenant_id = $1 AND id = $2 FOR NO KEY UPDATE"
"""Whoever tells something of a connection waits for who does so already: each counts what the other has told."""
_SO_FAR = """
SELECT coalesce(max(sequence), 0) AS n FROM gf.webhook_event
WHERE tenant_id = $1 AND subject = $2 AND connection = $3
"""


@dataclass(frozen=True, slots=True)
class AgreementTold:
    """A step of a connection's agreement. ``subject``: the connection; ``type``: the event's."""

    subject: UUID
    connection: str
    type: str
    at: datetime
    data: Mapping[str, Any]


async def hold(scope: Scope, connection: str) -> None:
    """Call none of a connection's endpoints until :func:`release`."""
    await ensure_endpoints(scope)
    await scope.fetch(_HOLD, scope.tenant_id, connection, HELD)


async def release(scope: Scope, connection: str) -> None:
    """Call a connection's endpoints again; what waited goes out."""
    await scope.fetch(_RELEASE, scope.tenant_id, connection, HELD)


async def push_agreement(scope: Scope, told: AgreementTold) -> int:
    """Owe it to the connection's endpoints; return to how many. Raises ``KeysAway``."""
    await scope.fetch(_LOCK, scope.tenant_id, told.subject)
    stored = (await scope.fetch(_SO_FAR, scope.tenant_id, told.subject, told.connection))[0]["n"]
    sequence = stored + waiting(scope, told.subject, told.connection) + 1
    telling = Telling(
        told.connection, told.type, told.subject, sequence,
        partial(connection_body, at=told.at.isoformat().replace("+00:00", "Z"), told=told, sequence=sequence),
    )  # fmt: skip
    endpoints = await scope.fetch(_TOLD, scope.tenant_id, told.connection, told.type)
    await owe(scope, telling, [endpoint["id"] for endpoint in endpoints], told.at)
    return len(endpoints)
