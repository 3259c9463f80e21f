"""Keys and OAuth clients of a tenant's systems, made and ended by its people: each change with its fact."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from journal import service as journal
from journal.core.facts import SYSTEM
from kit.db import Database, Plane
from kit.errors import NotFound, TenantElsewhere, ValidationFailed
from tenants.access import for_system
from tenants.core.origin import UNBOUND, Bounds
from tenants.core.permissions import scopes
from tenants.errors import TooManyKeys
from tenants.idp.connections import Change, Planes, tell
from tenants.oauth import facts
from tenants.oauth.bounds import Kind, tell_bound
from tenants.oauth.server import METHODS
from tenants.service.keys import MAX_LIFE, KeyRequest, create_key, digest, random_text, require_connection, revoke_key

MOST_CLIENTS = 5
"""A connection has at most so many living OAuth clients."""
MOST_SECRETS = 2
SOON = timedelta(days=14)
CLIENT_PREFIX = "gfc_"
_SECRET_PREFIX = "gfs_"  # noqa: S105 - what every secret begins with
_SHOWN = 12
_MOST_JWKS = 4
_PARTS = {"RSA": {"kty", "n", "e"}, "EC": {"kty", "crv", "x", "y"}, "OKP": {"kty", "crv", "x"}}
_CURVES = {"EC": {"P-256"}, "OKP": {"Ed25519"}}
_SHORTEST_RSA = 2048
_KEYS = """
SELECT k.id, k.connection, k.scopes, k.created_at, k.expires_at, k.revoked_at, k.used_at, k.reason, k.created_by,
  k.networks, k.certificates, k.refused_at, k.refused_from, u.name AS creator
FROM control.api_key k LEFT JOIN control."user" u ON u.id::text = k.created_by
WHERE k.tenant_id = $1 ORDER BY k.revoked_at NULLS FIRST, k.created_at DESC LIMIT 200
"""
_CLIENTS = """
SELECT c.id, c.connection, c.method, c.scopes, c.created_at, c.expires_at, c.revoked_at, c.used_at, c.reason,
  c.networks, c.certificates, c.refused_at, c.refused_from, u.name AS creator,
  ARRAY(SELECT s.prefix FROM control.oauth_secret s WHERE s.client_id = c.id
                           AND s.revoked_at IS NULL ORDER BY s.created_at) AS secrets
FROM control.oauth_client c LEFT JOIN control."user" u ON u.id::text = c.created_by
WHERE c.tenant_id = $1 ORDER BY c.revoked_at NULLS FIRST, c.created_at DESC LIMIT 200
"""
_SOON = """
SELECT 'key' AS type, id, tenant_id, connection, expires_at FROM control.api_key
WHERE revoked_at IS NULL AND told_at IS NULL AND expires_at BETWEEN $1 AND $2
UNION ALL
SELECT 'client', id, tenant_id, connection, expires_at FROM control.oauth_client
WHERE revoked_at IS NULL AND told_at IS NULL AND expires_at BETWEEN $1 AND $2
"""
_TOLD = {
    "key": "UPDATE control.api_key SET told_at = $2 WHERE id = $1",
    "client": "UPDATE control.oauth_client SET told_at = $2 WHERE id = $1",
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a credential is for. ``method`` and ``jwks``: of an OAuth client."""

    connection: str
    scopes: frozenset[str]
    life: timedelta = MAX_LIFE
    method: str = METHODS[0]
    jwks: str = ""
    bounds: Bounds = UNBOUND


async def list_credentials(control: Database, tenant_id: UUID) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return the tenant's keys and its OAuth clients, living ones first; nothing in them is secret."""
    pool = await control.pool()
    keys, clients = await pool.fetch(_KEYS, tenant_id), await pool.fetch(_CLIENTS, tenant_id)
    return [dict(row) for row in keys], [dict(row) for row in clients]


def kind_of(credential: str) -> Kind:
    """Say what has this id."""
    return "client" if credential.startswith(CLIENT_PREFIX) else "key"


async def ends_at(control: Database, tenant_id: UUID, credential: str) -> datetime | None:
    """Return when a key or an OAuth client of this tenant ends."""
    pool = await control.pool()
    found: datetime | None = await pool.fetchval(
        "SELECT expires_at FROM control.api_key WHERE id = $1 AND tenant_id = $2"
        " UNION ALL SELECT expires_at FROM control.oauth_client WHERE id = $1 AND tenant_id = $2",
        credential, tenant_id,
    )  # fmt: skip
    return found


async def make_key(planes: Planes, change: Change, wanted: Wanted) -> str:
    """Make a key and return it, the only time. Raises ``ValidationFailed``, ``NotFound``, :class:`TooManyKeys`."""
    await require_connection(planes.plane, change.tenant_id, wanted.connection)
    request = KeyRequest(
        change.tenant_id, wanted.connection, wanted.scopes, wanted.life, bounds=wanted.bounds, by=change.by.id
    )
    key = await create_key(planes.control, request, change.at)
    await _tell_made(planes.plane, change, wanted, "key", key.split("_")[2])
    return key


async def replace_key(planes: Planes, change: Change, key_id: str) -> str:
    """Make a second key like this one, for as long and from where it had; both live until one is ended."""
    pool = await planes.control.pool()
    row = await pool.fetchrow(
        "SELECT connection, scopes, networks, certificates, expires_at - created_at AS life FROM control.api_key"
        " WHERE id = $1 AND tenant_id = $2 AND revoked_at IS NULL", key_id, change.tenant_id,
    )  # fmt: skip
    if row is None:
        raise NotFound
    bounds = Bounds(row["networks"], row["certificates"])
    wanted = Wanted(row["connection"], frozenset(row["scopes"]), row["life"], bounds=bounds)
    return await make_key(planes, change, wanted)


async def end_key(planes: Planes, change: Change, key_id: str, reason: str) -> None:
    """End a key of this tenant, with a reason; harmless when it has ended, or is another's."""
    connection = await revoke_key(planes.control, change.tenant_id, key_id, change.at, reason)
    if connection is not None:
        await _tell_ended(planes.plane, change, ("key", key_id, connection), reason)


async def make_client(planes: Planes, change: Change, wanted: Wanted) -> tuple[str, str | None]:
    """Register an OAuth client; return its id, and its secret the only time (None for ``private_key_jwt``).

    Raises ``ValidationFailed``, ``NotFound`` for the connection, :class:`TooManyKeys`.
    """
    await require_connection(planes.plane, change.tenant_id, wanted.connection)
    unknown = ", ".join(sorted(wanted.scopes - scopes()))
    if unknown or not wanted.scopes:
        raise ValidationFailed(f"unknown scopes: {unknown}" if unknown else "name at least one scope")
    if wanted.method not in METHODS or not timedelta(0) < wanted.life <= MAX_LIFE:
        raise ValidationFailed("an unknown method, or a life of more than a year")
    jwks = read_jwks(wanted.jwks) if wanted.method == "private_key_jwt" else None
    client_id = CLIENT_PREFIX + random_text(12)
    pool = await planes.control.pool()
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute("SELECT 1 FROM control.tenant WHERE id = $1 FOR UPDATE", change.tenant_id)
        living = await connection.fetchval(
            "SELECT count(*) FROM control.oauth_client WHERE tenant_id = $1 AND connection = $2"
            " AND revoked_at IS NULL AND expires_at > $3", change.tenant_id, wanted.connection, change.at,
        )  # fmt: skip
        if living >= MOST_CLIENTS:
            raise TooManyKeys
        await connection.execute(
            "INSERT INTO control.oauth_client (id, tenant_id, connection, method, scopes, jwks, created_by, created_at,"
            " expires_at, networks, certificates) VALUES ($1, $2, $3, $4, $5, $6::jsonb, $7, $8, $9, $10, $11)",
            client_id, change.tenant_id, wanted.connection, wanted.method, sorted(wanted.scopes),
            None if jwks is None else orjson.dumps(jwks).decode(), change.by.id, change.at, change.at + wanted.life,
            list(wanted.bounds.networks), list(wanted.bounds.certificates),
        )  # fmt: skip
        secret = None if jwks is not None else await _new_secret(connection, client_id, change.at)
        await _tell_made(planes.plane, change, wanted, "client", client_id)
    return client_id, secret


async def add_secret(planes: Planes, change: Change, client_id: str) -> str:
    """Give a client a second secret, so that the first can be replaced without a gap; return it, the only time.

    Raises ``NotFound`` and :class:`TooManyKeys`.
    """
    pool = await planes.control.pool()
    async with pool.acquire() as connection, connection.transaction():
        row = await connection.fetchrow(
            "SELECT connection, scopes, expires_at FROM control.oauth_client WHERE id = $1 AND tenant_id = $2"
            " AND revoked_at IS NULL AND jwks IS NULL FOR UPDATE", client_id, change.tenant_id,
        )  # fmt: skip
        if row is None:
            raise NotFound
        living = await connection.fetchval(
            "SELECT count(*) FROM control.oauth_secret WHERE client_id = $1 AND revoked_at IS NULL", client_id
        )
        if living >= MOST_SECRETS:
            raise TooManyKeys
        secret = await _new_secret(connection, client_id, change.at)
        wanted = Wanted(row["connection"], frozenset(row["scopes"]), row["expires_at"] - change.at)
        await _tell_made(planes.plane, change, wanted, "secret", secret[:_SHOWN])
    return secret


async def end_secret(planes: Planes, change: Change, client_id: str, prefix: str) -> None:
    """End one secret of a client, and the tokens that it has now; harmless when there is none such."""
    pool = await planes.control.pool()
    async with pool.acquire() as connection, connection.transaction():
        row = await connection.fetchrow(
            "UPDATE control.oauth_secret s SET revoked_at = $4 FROM control.oauth_client c WHERE c.id = s.client_id"
            " AND s.client_id = $1 AND s.prefix = $2 AND c.tenant_id = $3 AND s.revoked_at IS NULL"
            " RETURNING c.connection", client_id, prefix, change.tenant_id, change.at,
        )  # fmt: skip
        if row is None:
            return
        await connection.execute("UPDATE control.oauth_token SET revoked_at = $2 WHERE client_id = $1 AND"
                                 " revoked_at IS NULL", client_id, change.at)  # fmt: skip
        await _tell_ended(planes.plane, change, ("secret", prefix, row["connection"]), "")


async def end_client(planes: Planes, change: Change, client_id: str, reason: str) -> None:
    """End a client and with it every token of it, at once; harmless when it has ended, or is another's."""
    pool = await planes.control.pool()
    async with pool.acquire() as connection, connection.transaction():
        row = await connection.fetchrow(
            "UPDATE control.oauth_client SET revoked_at = $3, reason = $4 WHERE id = $1 AND tenant_id = $2"
            " AND revoked_at IS NULL RETURNING connection", client_id, change.tenant_id, change.at, reason or None,
        )  # fmt: skip
        if row is not None:
            await _tell_ended(planes.plane, change, ("client", client_id, row["connection"]), reason)


async def tell_expiring(control: Database, plane: Plane, now: datetime) -> int:
    """Write a fact for each key and client that ends within :data:`SOON`, once; return how many."""
    pool = await control.pool()
    rows = await pool.fetch(_SOON, now, now + SOON)
    for row in rows:
        tenant_id = for_system(row["tenant_id"], "credentials that end soon")
        fact = facts.CredentialExpiresSoon(
            type=row["type"], credential=row["id"], connection=row["connection"],
            expires_at=row["expires_at"].isoformat(),
        )  # fmt: skip
        with suppress(TenantElsewhere):  # told when its database is there again
            async with plane.transaction(tenant_id) as scope:
                journal.append(scope, fact, subject=row["tenant_id"], at=now, actor=SYSTEM)
            await pool.execute(_TOLD[row["type"]], row["id"], now)
    return len(rows)


def read_jwks(text: str) -> dict[str, Any]:
    """Return the public keys of a JWK or a JWKS: RSA from 2048 bits, P-256, Ed25519. Raises ``ValidationFailed``."""
    try:
        given = orjson.loads(text)
        listed = given.get("keys", [given])
        if not 1 <= len(listed) <= _MOST_JWKS:
            raise ValidationFailed(f"1 to {_MOST_JWKS} public keys")
        kept = [_public(key) for key in listed]
        KeySet.import_key_set({"keys": kept})
    except (JoseError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise ValidationFailed("this is no public JWK or JWKS") from error
    return {"keys": kept}


def _public(key: Mapping[str, Any]) -> dict[str, Any]:
    """Return the public parts, and refuse a key that brings private ones: it is not secret any more."""
    if {"d", "k", "p", "q"} & set(key):
        raise ValidationFailed("this is a private key; it must not leave your system, so make another")
    kind = key["kty"]
    if not all(isinstance(key[part], str) for part in _PARTS[kind]) or key.get("use", "sig") != "sig":
        raise ValidationFailed("this key cannot be used for signatures")
    if kind in _CURVES and key["crv"] not in _CURVES[kind]:
        raise ValidationFailed("only P-256 and Ed25519 curves are used")
    if kind == "RSA" and len(key["n"]) * 6 < _SHORTEST_RSA:
        raise ValidationFailed("an RSA key has at least 2048 bits")
    return {name: key[name] for name in (*sorted(_PARTS[kind]), "kid") if isinstance(key.get(name), str)}


async def _new_secret(connection: Any, client_id: str, now: datetime) -> str:  # noqa: ANN401 - asyncpg's proxy
    secret = _SECRET_PREFIX + random_text(43)
    await connection.execute(
        "INSERT INTO control.oauth_secret (hash, client_id, prefix, created_at) VALUES ($1, $2, $3, $4)",
        digest(secret), client_id, secret[:_SHOWN], now,
    )  # fmt: skip
    return secret


async def _tell_made(plane: Plane, change: Change, wanted: Wanted, kind: str, credential: str) -> None:
    fact = facts.CredentialCreated(
        type=kind, credential=credential, connection=wanted.connection, scopes=sorted(wanted.scopes),
        expires_at=(change.at + wanted.life).isoformat(),
    )  # fmt: skip
    await tell(plane, change, fact, change.tenant_id)
    if wanted.bounds:
        await tell_bound(plane, change, (kind, credential, wanted.connection), wanted.bounds)


async def _tell_ended(plane: Plane, change: Change, what: tuple[str, str, str], reason: str) -> None:
    kind, credential, connection = what
    fact = facts.CredentialRevoked(type=kind, credential=credential, connection=connection, reason=reason)
    await tell(plane, change, fact, change.tenant_id)
