"""Looking through what happened: newest first, by type, work order and time, with how far each event came."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from kit import vault
from kit.db import Scope
from kit.errors import NotFound
from webhooks.core.events import place
from webhooks.service.endpoints_of import WANTED

_COLUMNS = "v.id, v.connection, v.type, v.subject, v.sequence, v.origin, v.created_at, v.position"
_LIST = f"""
SELECT {_COLUMNS}, ARRAY(SELECT d.state FROM gf.webhook_endpoint AS e
  JOIN gf.webhook_delivery AS d ON d.tenant_id = $1 AND d.endpoint_id = e.id AND d.event_id = v.id
  WHERE e.tenant_id = $1 AND e.connection = $2) AS states
FROM gf.webhook_event AS v, (SELECT $3::text[] AS types) AS e
WHERE v.tenant_id = $1 AND v.connection = $2 AND {WANTED.format(type="v.type")}
  AND ($4::uuid IS NULL OR v.subject = $4) AND ($5::timestamptz IS NULL OR v.created_at >= $5)
  AND ($6::timestamptz IS NULL OR v.created_at < $6) AND ($7::bigint IS NULL OR v.position < $7)
ORDER BY v.position DESC LIMIT $8
"""  # noqa: S608 - our own constants
_ONE = f"SELECT {_COLUMNS}, v.body FROM gf.webhook_event AS v WHERE v.tenant_id = $1 AND v.id = $2"  # noqa: S608 - as above
_WENT = """
SELECT d.id, d.endpoint_id, d.state, d.attempts, d.last_status, d.last_error, d.delivered_at, e.url
FROM gf.webhook_endpoint AS e
JOIN gf.webhook_delivery AS d ON d.tenant_id = $1 AND d.endpoint_id = e.id AND d.event_id = $3
WHERE e.tenant_id = $1 AND e.connection = $2 AND e.state <> 'deleted' ORDER BY e.url
"""


@dataclass(frozen=True, slots=True)
class Look:
    """What is looked for in the feed of a connection: types (exact or families), a work order, a time, older than."""

    connection: str
    types: Sequence[str] = ()
    subject: UUID | None = None
    since: datetime | None = None
    until: datetime | None = None
    before: int | None = None
    limit: int = 50


@dataclass(frozen=True, slots=True)
class Told:
    """One event with the bytes that were told, and where it went."""

    event: Mapping[str, Any]
    body: bytes
    went: Sequence[Mapping[str, Any]]


async def look(scope: Scope, wanted: Look) -> tuple[list[dict[str, Any]], int | None]:
    """Return events without what is in them, each with how many deliveries are in which state; and where to go on."""
    rows = await scope.fetch(
        _LIST, scope.tenant_id, wanted.connection, list(wanted.types), wanted.subject, wanted.since, wanted.until,
        wanted.before, wanted.limit + 1,
    )  # fmt: skip
    shown = [{**row, "states": dict(sorted(Counter(row["states"]).items()))} for row in rows[: wanted.limit]]
    return shown, shown[-1]["position"] if len(rows) > wanted.limit else None


async def one(scope: Scope, event_id: UUID) -> Told:
    """Return one event. Raises :class:`NotFound` and ``KeysAway``."""
    rows = await scope.fetch(_ONE, scope.tenant_id, event_id)
    if not rows:
        raise NotFound
    body = await vault.opened(scope, lambda keys: keys.open_bytes(rows[0]["body"], place(event_id)))
    went = await scope.fetch(_WENT, scope.tenant_id, rows[0]["connection"], event_id)
    return Told(rows[0], body, went)
