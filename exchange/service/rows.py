"""Connections as this room knows them: what the blueprint names, with what was agreed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from kit.db import Scope
from kit.errors import NotFound
from kit.ids import new_id

Row = Mapping[str, Any]

_ALL = """
SELECT c.id AS connection_id, c.code, c.name, c.url, x.id, coalesce(x.state, 'active') AS state,
  coalesce(x.side, '') AS side, coalesce(x.reason, '') AS reason, x.since, coalesce(x.adapter, 'native') AS adapter,
  coalesce(x.signed, true) AS signed, coalesce(x.networks, '{}') AS networks,
  coalesce(x.certificates, '{}') AS certificates, x.token_hash, x.secret, x.secret_before,
  x.ask_url, x.ask_secret, x.last_in_at, x.skew_ms,
  k.id IS NOT NULL AND x.adapter <> ALL (ARRAY['mail', 'drop']) AS called
FROM gf.connection AS c LEFT JOIN gf.exchange_connection AS x ON x.tenant_id = c.tenant_id AND x.connection = c.code
LEFT JOIN gf.exchange_connector AS k ON k.tenant_id = c.tenant_id AND k.connection = c.code
WHERE c.tenant_id = $1 AND c.retired_at IS NULL
"""
_ONE = f"{_ALL} AND c.code = $2"
_BY_ADDRESS = f"{_ALL} AND x.id = $2"
_LISTED = f"{_ALL} ORDER BY c.name, c.code"
_MAKE = """
INSERT INTO gf.exchange_connection (tenant_id, id, connection, state, side, reason, since)
VALUES ($1, $2, $3, 'active', '', '', clock_timestamp()) ON CONFLICT (tenant_id, connection) DO NOTHING
"""
_LOCK = "SELECT 1 FROM gf.exchange_connection WHERE tenant_id = $1 AND connection = $2 FOR UPDATE"


async def every(scope: Scope) -> list[Row]:
    """Return all connections of the client, by name."""
    return list(await scope.fetch(_LISTED, scope.tenant_id))


async def one(scope: Scope, code: str) -> Row:
    """Return a connection. Raises :class:`NotFound`."""
    rows = await scope.fetch(_ONE, scope.tenant_id, code) if "\0" not in code else []
    if not rows:
        raise NotFound
    return rows[0]


async def locked(scope: Scope, code: str) -> Row:
    """Return a connection that has a row of this room's, which no other transaction changes. Raises as :func:`one`."""
    await one(scope, code)
    await scope.fetch(_MAKE, scope.tenant_id, new_id(), code)
    await scope.fetch(_LOCK, scope.tenant_id, code)
    return await one(scope, code)


async def by_address(scope: Scope, row_id: object) -> Row | None:
    """Return the connection that has an address for messages, by the id that stands in it."""
    rows = await scope.fetch(_BY_ADDRESS, scope.tenant_id, row_id)
    return rows[0] if rows else None


async def connection_id(scope: Scope, code: str) -> UUID:
    """Return the id of a connection by its code. Raises :class:`NotFound`."""
    return UUID(str((await one(scope, code))["connection_id"]))
