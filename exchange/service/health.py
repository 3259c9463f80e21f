"""How a connection is: what waits, what was refused, how fast it goes, and the messages that came last."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import orjson

from exchange.core.agreement import possible
from exchange.service import agreements, connectors, drops, mailing, maps
from exchange.service.inbox import place
from exchange.service.rows import Row
from kit import vault
from kit.db import Scope
from webhooks.service import figures
from workorders.service.sealing import REFERENCE, where

_IN = """
SELECT count(*) FILTER (WHERE state IN ('received', 'fetching')) AS waiting,
  count(*) FILTER (WHERE state = 'needs_mapping') AS needs_mapping,
  count(*) FILTER (WHERE state = 'dead') AS dead, count(*) FILTER (WHERE state = 'refused') AS refused,
  min(received_at) FILTER (WHERE processed_at IS NULL) AS oldest_at,
  (percentile_disc(0.95) WITHIN GROUP (ORDER BY extract(epoch FROM processed_at - received_at) * 1000)
    FILTER (WHERE processed_at IS NOT NULL))::bigint AS p95_ms
FROM (SELECT * FROM gf.exchange_inbox WHERE tenant_id = $1 AND connection = $2 ORDER BY id DESC LIMIT 1000) AS newest
"""
_HELD = """
SELECT connection, count(*) AS n FROM gf.exchange_inbox
WHERE tenant_id = $1 AND processed_at IS NULL AND state = 'needs_mapping' GROUP BY connection ORDER BY connection
"""
_MESSAGES = """
SELECT id, message_id, external_id, state, outcome, needs, error, attempts, received_at, processed_at
FROM gf.exchange_inbox WHERE tenant_id = $1 AND connection = $2 AND ($3::text[] IS NULL OR state = ANY($3))
ORDER BY id DESC LIMIT $4
"""
_LINKS = """
SELECT l.work_order_id, r.external_id, r.id AS ref_id, l.external_url, l.external_status, l.last_in_at, l.taken,
  (SELECT max(d.sequence) FROM gf.webhook_delivery AS d JOIN gf.webhook_endpoint AS e ON e.tenant_id = $1
    AND e.id = d.endpoint_id AND e.connection = l.connection WHERE d.tenant_id = $1 AND d.subject = l.work_order_id
    AND d.state = 'delivered') AS last_out,
  (SELECT CASE WHEN bool_or(d.state = 'waiting' AND d.attempts > 0) THEN 'failing'
      WHEN bool_or(d.state = 'waiting') THEN 'queued' WHEN bool_or(d.state = 'dead') THEN 'dead'
      WHEN count(*) > 0 THEN 'sent' ELSE 'acknowledged' END
    FROM gf.webhook_delivery AS d JOIN gf.webhook_endpoint AS e ON e.tenant_id = $1 AND e.id = d.endpoint_id
      AND e.connection = l.connection WHERE d.tenant_id = $1 AND d.subject = l.work_order_id) AS out_state,
  (SELECT max(d.delivered_at) FROM gf.webhook_delivery AS d JOIN gf.webhook_endpoint AS e ON e.tenant_id = $1
    AND e.id = d.endpoint_id AND e.connection = l.connection WHERE d.tenant_id = $1 AND d.subject = l.work_order_id)
    AS out_at
FROM gf.exchange_link AS l LEFT JOIN gf.work_order_reference AS r ON r.tenant_id = $1
  AND r.work_order_id = l.work_order_id AND r.connection = l.connection AND r.owner = l.connection AND r.type = ''
WHERE l.tenant_id = $1 AND l.connection = $2 ORDER BY l.last_in_at DESC LIMIT $3
"""


async def of(scope: Scope, row: Row, side: str) -> dict[str, Any]:
    """Return how a connection is, and what ``side`` may do about it."""
    code = row["code"]
    standing = await agreements.standing(scope, row)
    came = dict((await scope.fetch(_IN, scope.tenant_id, code))[0])
    went = await figures.of_connection(scope, code)
    chosen = await maps.in_force(scope, row)
    return {
        **brief(row),
        "possible": [each.value for each in possible(standing, side)],
        "map_version": chosen.version,
        "address": row["token_hash"] is not None, "adapter": row["adapter"], "signed": row["signed"],
        "has_secret": row["secret"] is not None,
        "networks": list(row["networks"]), "certificates": list(row["certificates"]), "ask_url": row["ask_url"],
        "connector": await _connector(scope, row),
        "mail": await mailing.state(scope, code) if row["adapter"] == "mail" else None,
        "files": await drops.state(scope, code) if row["adapter"] == "drop" else None,
        "in": {**came, "last_at": row["last_in_at"], "skew_ms": row["skew_ms"]},
        "out": went,
    }  # fmt: skip


async def _connector(scope: Scope, row: Row) -> dict[str, Any] | None:
    return await connectors.shown(scope, row["code"]) if row["called"] else None


async def held(scope: Scope) -> dict[str, int]:
    """Return how many messages wait for a map, by connection; those that only wait behind them are not counted."""
    return {row["connection"]: row["n"] for row in await scope.fetch(_HELD, scope.tenant_id)}


def brief(row: Row) -> dict[str, Any]:
    """Return what a list says of a connection. ``state_side`` empty: agreed with the blueprint."""
    return {
        "connection": row["code"], "name": row["name"], "url": row["url"], "state": row["state"],
        "state_side": row["side"], "state_reason": row["reason"], "since": row["since"],
    }  # fmt: skip


async def messages(
    scope: Scope, code: str, states: list[str] | None = None, limit: int = 50
) -> list[dict[str, Any]]:  # fmt: skip
    """Return the newest messages of a connection with what each step came to; never what was in them."""
    found = await scope.fetch(_MESSAGES, scope.tenant_id, code, states, limit)
    return await vault.opened(scope, lambda keys: [_message(keys, row) for row in found]) if found else []


async def linked(scope: Scope, code: str, limit: int = 50) -> list[dict[str, Any]]:
    """Return the newest links, each with ``exchange_state``: derived from deliveries, and what came back since."""
    found = await scope.fetch(_LINKS, scope.tenant_id, code, limit)
    if not found:
        return []
    return await vault.opened(scope, lambda keys: [_link(keys, row) for row in found])


def _message(keys: Any, row: Mapping[str, Any]) -> dict[str, Any]:  # noqa: ANN401 - kit.tenantkeys.TenantKeys
    def open_(column: str) -> str | None:
        return keys.open(row[column], place(column, row["id"])) if row[column] else None

    told = open_("outcome")
    return {
        "id": str(row["id"]), "message_id": row["message_id"], "external_id": open_("external_id"),
        "state": row["state"], "needs": open_("needs"), "error": row["error"], "attempts": row["attempts"],
        "received_at": row["received_at"], "processed_at": row["processed_at"],
        "steps": orjson.loads(told) if told and told.startswith("[") else [],
    }  # fmt: skip


def _link(keys: Any, row: Mapping[str, Any]) -> dict[str, Any]:  # noqa: ANN401 - as above
    state, out_at, named = row["out_state"], row["out_at"], row["external_id"]
    if state == "sent" and row["last_in_at"] > _or_old(out_at, row["last_in_at"]):
        state = "acknowledged"
    return {
        "work_order_id": str(row["work_order_id"]),
        "external_id": named and keys.open(named, where(REFERENCE, "external_id", row["ref_id"])),
        "external_url": row["external_url"], "external_status": row["external_status"], "exchange_state": state,
        "last_in_at": row["last_in_at"], "taken": row["taken"], "last_out_sequence": row["last_out"],
    }  # fmt: skip


def _or_old(at: datetime | None, other: datetime) -> datetime:
    return at if at is not None else other
