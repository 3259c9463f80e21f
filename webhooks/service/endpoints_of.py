"""The endpoints that follow a blueprint: one for each connection that has an address; more are the client's to add."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from uuid import UUID

from kit.db import Scope
from kit.errors import NotFound
from kit.ids import new_id
from tenants.models import Connection
from webhooks.core.signature import encode_secret

_KEY_BYTES = 32

_CONNECTIONS = (
    f"SELECT code, url FROM gf.{Connection.__tablename__} WHERE tenant_id = $1 AND retired_at IS NULL AND url <> ''"  # noqa: S608 - the model's own name
)

_ENSURE = """
INSERT INTO gf.webhook_endpoint AS e (tenant_id, id, connection, url, secret, blueprint)
VALUES ($1, $2, $3, $4, $5, true)
ON CONFLICT (tenant_id, connection) WHERE blueprint DO UPDATE SET url = excluded.url WHERE e.url <> excluded.url
RETURNING id
"""
WANTED = """(cardinality(e.types) = 0 OR EXISTS (SELECT FROM unnest(e.types) AS t
  WHERE t = {type} OR (right(t, 2) = '.*' AND starts_with({type}, left(t, -1)))))"""
"""That the endpoint ``e`` wants events of a type: of all, exactly it, or ``work_order.*``."""

_ENABLE = """
UPDATE gf.webhook_endpoint SET state = 'active', state_reason = NULL, failing_since = NULL, throttled_until = NULL
WHERE tenant_id = $1 AND id = $2 AND state IN ('active', 'disabled') RETURNING id
"""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a connection's events go, and the secret that they are signed with."""

    id: UUID
    connection: str
    url: str
    secret: str
    state: str


async def ensure_endpoints(scope: Scope) -> int:
    """Make the endpoints that connections lack, and follow changed addresses; return how many were made or changed."""
    changed = 0
    for row in await scope.fetch(_CONNECTIONS, scope.tenant_id):
        changed += len(await scope.fetch(_ENSURE, scope.tenant_id, new_id(), row["code"], row["url"], new_secret()))
    return changed


def new_secret() -> str:
    """Return a secret of 32 random bytes, as it is shown."""
    return encode_secret(secrets.token_bytes(_KEY_BYTES))


async def endpoint_of(scope: Scope, connection: str) -> Endpoint:
    """Return a connection's first endpoint with its secret. Raises :class:`NotFound`."""
    rows = await scope.fetch(
        "SELECT id, connection, url, secret, state FROM gf.webhook_endpoint"
        " WHERE tenant_id = $1 AND connection = $2 AND blueprint",
        scope.tenant_id, connection,
    )  # fmt: skip
    if not rows:
        raise NotFound
    return Endpoint(**rows[0])


async def enable(scope: Scope, endpoint_id: UUID) -> None:
    """Send to a disabled endpoint again; what waited for it goes out by itself. Raises :class:`NotFound`."""
    if not await scope.fetch(_ENABLE, scope.tenant_id, endpoint_id):
        raise NotFound
