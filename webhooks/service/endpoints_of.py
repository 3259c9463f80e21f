"""The endpoints that follow a blueprint: one for each connection that has an address; more are the client's to add."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from uuid import UUID

from kit import vault
from kit.db import Scope
from kit.errors import KeysDestroyed, NotFound
from kit.ids import new_id
from kit.tenantkeys import TenantKeys
from tenants.models import Connection
from webhooks.core.signature import ASYMMETRIC, SHARED, Scheme, encode_private, encode_secret

_KEY_BYTES = 32

_LACKING = f"""
SELECT c.code, c.url FROM gf.{Connection.__tablename__} AS c
LEFT JOIN gf.webhook_endpoint AS e ON e.tenant_id = $1 AND e.connection = c.code AND e.blueprint
WHERE c.tenant_id = $1 AND c.retired_at IS NULL AND c.url <> '' AND e.url IS DISTINCT FROM c.url
"""  # noqa: S608 - the model's own name
"""The connections whose first endpoint is not there, or at another address."""

_ENSURE = """
INSERT INTO gf.webhook_endpoint AS e (tenant_id, id, connection, url, secret, blueprint)
VALUES ($1, $2, $3, $4, $5, true)
ON CONFLICT (tenant_id, connection) WHERE blueprint DO UPDATE SET url = excluded.url, failing_since = NULL,
  throttled_until = NULL WHERE e.url <> excluded.url
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
    """Make the endpoints that connections lack, and follow changed addresses; return how many were made or changed.

    Raises ``KeysAway`` when there is one to make.
    """
    changed = 0
    for row in await scope.fetch(_LACKING, scope.tenant_id):
        made = new_id()
        sealed = sealed_secret(await vault.sealing(scope), made, new_secret())
        changed += len(await scope.fetch(_ENSURE, scope.tenant_id, made, row["code"], row["url"], sealed))
    return changed


def new_secret(scheme: Scheme = SHARED) -> str:
    """Return a secret of 32 random bytes, as it is shown; or a private key, which is never shown to anybody."""
    made = secrets.token_bytes(_KEY_BYTES)
    return encode_private(made) if scheme == ASYMMETRIC else encode_secret(made)


def sealed_secret(keys: TenantKeys, endpoint_id: UUID, secret: str, column: str = "secret") -> str:
    """Return a secret as it is stored; ``column``: ``secret``, or ``old_secret``."""
    return keys.seal(secret, _place(endpoint_id, column))


def open_secret(keys: TenantKeys, endpoint_id: UUID, sealed: str, column: str = "secret") -> str:
    """Return a stored secret as it signs. Raises ``UnknownKey``, and ``KeysDestroyed`` for an erased client."""
    if keys.destroyed:
        raise KeysDestroyed
    return keys.open(sealed, _place(endpoint_id, column))


def _place(endpoint_id: UUID, column: str) -> str:
    return f"webhook_endpoint|{column}|{endpoint_id}"


async def endpoint_of(scope: Scope, connection: str) -> Endpoint:
    """Return a connection's first endpoint with its secret. Raises :class:`NotFound` and ``KeysAway``."""
    rows = await scope.fetch(
        "SELECT id, connection, url, secret, state FROM gf.webhook_endpoint"
        " WHERE tenant_id = $1 AND connection = $2 AND blueprint",
        scope.tenant_id, connection,
    )  # fmt: skip
    if not rows:
        raise NotFound
    found = Endpoint(**rows[0])
    secret = await vault.opened(scope, lambda keys: open_secret(keys, found.id, found.secret))
    return replace(found, secret=secret)


async def enable(scope: Scope, endpoint_id: UUID) -> None:
    """Send to a disabled endpoint again; what waited for it goes out by itself. Raises :class:`NotFound`."""
    if not await scope.fetch(_ENABLE, scope.tenant_id, endpoint_id):
        raise NotFound
