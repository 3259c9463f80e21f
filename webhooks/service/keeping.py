"""Keeping endpoints: added, changed, verified, switched, removed by the client's own people and systems.

Each act is a fact. ``of``: the connection that a caller is bound to, who sees no other's; None for people.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final
from uuid import UUID

from journal import service as journal
from journal.core.facts import Actor
from kit import vault
from kit.db import Scope
from kit.errors import NotFound, ValidationFailed
from kit.ids import new_id
from webhooks.core.events import TEST, Happened, endpoint_body
from webhooks.core.formats import CONNECTOR
from webhooks.core.signature import ASYMMETRIC, SHARED, Scheme, public_of
from webhooks.errors import (
    BlueprintsEndpoint,
    ConnectorsEndpoint,
    EndpointExists,
    EndpointUnverified,
    TooManyEndpoints,
)
from webhooks.facts import EndpointChanged
from webhooks.schemas import EndpointChange, NewEndpoint
from webhooks.service import figures
from webhooks.service.endpoints_of import enable, ensure_endpoints, new_secret, open_secret, sealed_secret
from webhooks.service.owed import Telling, owe
from webhooks.service.states import host_of

MOST: Final = 20
OLD_SIGNS_FOR: Final = timedelta(hours=24)
"""So long the secret before a rotation signs too."""

_COLUMNS = """e.id, e.connection, e.url, e.types, e.format, e.description, e.state, e.state_reason, e.blueprint,
  e.failing_since, e.verified_at, e.created_at, e.public_key,
  CASE WHEN e.old_secret_until > clock_timestamp() THEN e.old_secret_until END AS old_secret_until"""
_LIST = f"""
SELECT {_COLUMNS}, {figures.WAITING} AS waiting, {figures.DEAD} AS dead FROM gf.webhook_endpoint AS e
WHERE e.tenant_id = $1 AND e.state <> 'deleted' AND ($2::text IS NULL OR e.connection = $2)
  AND ($3::uuid IS NULL OR e.id = $3) ORDER BY e.connection, e.blueprint DESC, e.id
"""  # noqa: S608 - our own constants
_LOCK = """
SELECT e.id, e.connection, e.url, e.types, e.format, e.description, e.state, e.blueprint, e.secret, e.public_key,
  e.verified_at
FROM gf.webhook_endpoint AS e WHERE e.tenant_id = $1 AND e.id = $2 AND e.state <> 'deleted'
  AND ($3::text IS NULL OR e.connection = $3) FOR UPDATE
"""
_CONNECTION = "SELECT 1 FROM gf.connection WHERE tenant_id = $1 AND code = $2 AND retired_at IS NULL FOR UPDATE"
_CONNECTIONS = "SELECT code FROM gf.connection WHERE tenant_id = $1 AND retired_at IS NULL ORDER BY code"
_ADD = """
INSERT INTO gf.webhook_endpoint (tenant_id, id, connection, url, secret, public_key, blueprint, types, format,
  description, state) VALUES ($1, $2, $3, $4, $5, $6, false, $7, $8, $9, 'unverified')
"""
_CHANGE = """
UPDATE gf.webhook_endpoint SET url = $3, types = $4, format = $5, description = $6,
  state = CASE WHEN url <> $3 THEN 'unverified' ELSE state END,
  state_reason = CASE WHEN url = $3 THEN state_reason END, verified_at = CASE WHEN url = $3 THEN verified_at END,
  failing_since = CASE WHEN url = $3 THEN failing_since END,
  throttled_until = CASE WHEN url = $3 THEN throttled_until END
WHERE tenant_id = $1 AND id = $2
"""
"""What another address did, or asked for, is nothing that this one is judged by."""
_ROTATE = """
UPDATE gf.webhook_endpoint SET old_secret = $3, old_secret_until = clock_timestamp() + $6::interval, secret = $4,
  public_key = $5 WHERE tenant_id = $1 AND id = $2 RETURNING old_secret_until
"""
_VERIFIED = """
UPDATE gf.webhook_endpoint SET verified_at = clock_timestamp(),
  state = CASE WHEN state = 'unverified' THEN 'active' ELSE state END
WHERE tenant_id = $1 AND id = $2 AND url = $3 RETURNING id
"""
_DISABLE = """
UPDATE gf.webhook_endpoint SET state = 'disabled', state_reason = 'by_hand'
WHERE tenant_id = $1 AND id = $2 AND state = 'active'
"""
_DELETE = """
UPDATE gf.webhook_endpoint SET state = 'deleted', secret = '', old_secret = NULL, public_key = NULL
WHERE tenant_id = $1 AND id = $2
"""
_GIVE_UP = """
UPDATE gf.webhook_delivery SET state = 'dead', lease_until = NULL
WHERE tenant_id = $1 AND endpoint_id = $2 AND state = 'waiting'
"""
_COUNT = "UPDATE gf.webhook_endpoint SET changes = changes + 1 WHERE tenant_id = $1 AND id = $2 RETURNING changes"


async def endpoints(scope: Scope, of: str | None = None) -> Sequence[Mapping[str, Any]]:
    """Return the endpoints with how much waits and was given up at each."""
    await ensure_endpoints(scope)
    return await scope.fetch(_LIST, scope.tenant_id, of, None)


async def connections(scope: Scope) -> list[str]:
    """Return the codes of the connections that an endpoint can belong to."""
    return [row["code"] for row in await scope.fetch(_CONNECTIONS, scope.tenant_id)]


async def endpoint(scope: Scope, endpoint_id: UUID, of: str | None = None) -> Mapping[str, Any]:
    """Return one. Raises :class:`NotFound`."""
    rows = await scope.fetch(_LIST, scope.tenant_id, of, endpoint_id)
    if not rows:
        raise NotFound
    return rows[0]


async def add(scope: Scope, wanted: NewEndpoint, connection: str, by: Actor, now: datetime) -> tuple[UUID, str | None]:
    """Add an endpoint that has to be verified before anything goes there; return its id and its secret, once.

    There is no secret to show where we sign with a key of our own: its public half stands in the endpoint. Raises
    ``ValidationFailed`` for a connection that is not there, ``EndpointExists``, ``TooManyEndpoints`` and ``KeysAway``.
    """
    if not await scope.fetch(_CONNECTION, scope.tenant_id, connection):
        raise ValidationFailed("there is no such connection")
    there = await endpoints(scope, connection)
    for row in there:
        if row["url"] == wanted.url:
            raise EndpointExists(existing=str(row["id"]))
    if len(there) >= MOST:
        raise TooManyEndpoints
    made, secret = new_id(), new_secret(wanted.signature)
    public, sealed = public_of(secret), sealed_secret(await vault.sealing(scope), made, secret)
    await scope.fetch(
        _ADD, scope.tenant_id, made, connection, wanted.url, sealed, public, list(wanted.types), wanted.format,
        wanted.description,
    )  # fmt: skip
    _tell(scope, await locked(scope, made), "created", by, now)
    return made, secret if public is None else None


async def change(
    scope: Scope, endpoint_id: UUID, wanted: EndpointChange, of: str | None, by: Actor, now: datetime
) -> None:
    """Change it. Raises as :func:`own`, and for another address ``BlueprintsEndpoint`` and ``EndpointExists``."""
    row = await own(scope, endpoint_id, of)
    given = {name: value for name, value in wanted.model_dump(exclude_unset=True).items() if value is not None}
    new = {**row, **given}
    if new["url"] != row["url"]:
        if row["blueprint"]:
            raise BlueprintsEndpoint
        await scope.fetch(_CONNECTION, scope.tenant_id, row["connection"])  # nobody adds the same address meanwhile
        for there in await endpoints(scope, row["connection"]):
            if there["url"] == new["url"]:
                raise EndpointExists(existing=str(there["id"]))
    await scope.fetch(
        _CHANGE, scope.tenant_id, endpoint_id, new["url"], list(new["types"]), new["format"], new["description"]
    )
    _tell(scope, new, "changed", by, now)


async def rotate(
    scope: Scope, endpoint_id: UUID, of: str | None, by: Actor, now: datetime, scheme: Scheme | None = None
) -> str | None:
    """Sign anew, by another ``scheme`` if one is given; return the new secret, once, if it is one that is shown.

    For a day the old one signs too. Raises as :func:`own`, and ``KeysAway``.
    """
    row = await own(scope, endpoint_id, of)
    before, keys = await secret_of(scope, row), await vault.sealing(scope)
    secret = new_secret(scheme or scheme_of(row))
    public = public_of(secret)
    await scope.fetch(
        _ROTATE, scope.tenant_id, endpoint_id, sealed_secret(keys, endpoint_id, before, "old_secret"),
        sealed_secret(keys, endpoint_id, secret), public, OLD_SIGNS_FOR,
    )  # fmt: skip
    _tell(scope, row, "rotated", by, now)
    return secret if public is None else None


async def verified(scope: Scope, endpoint_id: UUID, url: str, of: str | None, by: Actor, now: datetime) -> None:
    """Let events go to an address that agreed. Raises :class:`NotFound` when it has another address by now."""
    row = await locked(scope, endpoint_id, of)
    if not await scope.fetch(_VERIFIED, scope.tenant_id, endpoint_id, url):
        raise NotFound
    _tell(scope, row, "verified", by, now)


async def switch(scope: Scope, endpoint_id: UUID, of: str | None, by: Actor, now: datetime, *, on: bool) -> None:
    """Enable or disable it; what waits is kept, and goes out in order when it is enabled.

    Raises :class:`NotFound`, and ``EndpointUnverified`` for one that never agreed.
    """
    row = await locked(scope, endpoint_id, of)
    if row["state"] == "unverified":
        raise EndpointUnverified
    if on:
        await enable(scope, endpoint_id)
    else:
        await scope.fetch(_DISABLE, scope.tenant_id, endpoint_id)
    _tell(scope, row, "enabled" if on else "disabled", by, now)


async def remove(scope: Scope, endpoint_id: UUID, of: str | None, by: Actor, now: datetime) -> None:
    """Remove it; its deliveries stay in the books. Raises as :func:`own`, and ``BlueprintsEndpoint``."""
    row = await own(scope, endpoint_id, of)
    if row["blueprint"]:
        raise BlueprintsEndpoint
    await scope.fetch(_DELETE, scope.tenant_id, endpoint_id)
    await scope.fetch(_GIVE_UP, scope.tenant_id, endpoint_id)
    _tell(scope, row, "deleted", by, now)


async def send_test(scope: Scope, endpoint_id: UUID, of: str | None, now: datetime) -> None:
    """Owe it an ``endpoint.test``. Raises :class:`NotFound`, ``EndpointUnverified`` and ``KeysAway``."""
    row = await locked(scope, endpoint_id, of)
    if row["state"] == "unverified":
        raise EndpointUnverified
    sequence = (await scope.fetch(_COUNT, scope.tenant_id, endpoint_id))[0]["changes"]
    data = {"connection": row["connection"], "sequence": sequence}
    happened = Happened("EndpointTested", str(endpoint_id), now.isoformat().replace("+00:00", "Z"), data)
    body = partial(endpoint_body, happened=happened)
    await owe(scope, Telling(row["connection"], TEST, endpoint_id, sequence, body), [endpoint_id], now)


async def locked(scope: Scope, endpoint_id: UUID, of: str | None = None) -> Mapping[str, Any]:
    """Return an endpoint with its secret, locked. Raises :class:`NotFound`."""
    rows = await scope.fetch(_LOCK, scope.tenant_id, endpoint_id, of)
    if not rows:
        raise NotFound
    return rows[0]


async def own(scope: Scope, endpoint_id: UUID, of: str | None = None) -> Mapping[str, Any]:
    """Return one that takes messages, as :func:`locked` does. Raises also ``ConnectorsEndpoint``."""
    row = await locked(scope, endpoint_id, of)
    if row["format"] == CONNECTOR:
        raise ConnectorsEndpoint
    return row


async def secret_of(scope: Scope, row: Mapping[str, Any]) -> str:
    """Return what signs for an endpoint. Raises ``KeysAway``."""
    return await vault.opened(scope, lambda keys: open_secret(keys, row["id"], row["secret"]))


def scheme_of(row: Mapping[str, Any]) -> Scheme:
    """Return how an endpoint's messages are signed."""
    return SHARED if row["public_key"] is None else ASYMMETRIC


def _tell(scope: Scope, row: Mapping[str, Any], what: str, by: Actor, now: datetime) -> None:
    fact = EndpointChanged(
        connection=row["connection"], change=what, host=host_of(row["url"]), types=list(row["types"]),
        format=row["format"],
    )  # fmt: skip
    journal.append(scope, fact, subject=row["id"], at=now, actor=by)
