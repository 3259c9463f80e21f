"""Keys of client systems: ``gf_<env>_<id8>_<secret43><check6>``, shown once, stored as SHA-256 (isolation.md 11).

The check digits let a scanner and a typing error be told from a wrong key without asking the database.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import string
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select, update
from sqlmodel import col

from kit.db import AccessibleTenantId, Database, Plane
from kit.errors import NotFound, NotSignedIn, ValidationFailed
from tenants.access import Membership, Principal
from tenants.core.origin import UNBOUND, Bounds
from tenants.core.permissions import Role, scopes
from tenants.errors import TooManyKeys
from tenants.models import Connection, Tenant
from tenants.oauth.models import ApiKey

MAX_LIFE = timedelta(days=365)
MOST_LIVING = 2
_ALPHABET = string.digits + string.ascii_letters
_PARTS = 4
_CHECK = 6
_SECRET = 43
"""62 ** 43 is a little more than 2 ** 256."""
_TOUCH_EVERY = timedelta(seconds=60)

_READ = """
SELECT q.place, k.tenant_id, k.connection, k.hash, k.scopes, k.expires_at, k.used_at, k.networks, k.certificates,
  t.code, t.name, t.zone, t.state, h.state AS held
FROM unnest($1::text[]) WITH ORDINALITY AS q(id, place) JOIN control.api_key k ON k.id = q.id
JOIN control.tenant t ON t.id = k.tenant_id
LEFT JOIN control.connection_hold h ON h.tenant_id = k.tenant_id AND h.connection = k.connection
WHERE k.revoked_at IS NULL
"""


@dataclass(frozen=True, slots=True)
class KeyRequest:
    """What a key is for. ``environment`` only shows: in a log or a scanner's report one sees what leaked."""

    tenant_id: UUID
    connection: str
    scopes: frozenset[str]
    life: timedelta = MAX_LIFE
    environment: str = "live"
    bounds: Bounds = UNBOUND
    by: str = "command line"
    """Who makes it: a user's id, or a part of the system."""


async def require_connection(plane: Plane, tenant_id: AccessibleTenantId, code: str) -> None:
    """Raise :class:`NotFound` unless the tenant has a connection with this code."""
    async with plane.session(tenant_id) as session:
        live = select(Connection).where(col(Connection.code) == code, col(Connection.retired_at).is_(None))
        if (await session.execute(live)).scalar_one_or_none() is None:
            raise NotFound(f"There is no connection {code!r}")


async def create_key(control: Database, wanted: KeyRequest, now: datetime) -> str:
    """Make a key for one connection of one tenant and return it: the only time that it can be read.

    Two keys of a connection may live at once, so that one can be replaced without a gap. Raises
    :class:`ValidationFailed` for an unknown scope or a life of more than a year, :class:`TooManyKeys` for a third.
    """
    unknown = ", ".join(sorted(wanted.scopes - scopes()))
    if unknown or not wanted.scopes:
        raise ValidationFailed(f"unknown scopes: {unknown}" if unknown else "name at least one scope")
    if not timedelta(0) < wanted.life <= MAX_LIFE:
        raise ValidationFailed("a key lives for a year at most")
    key_id = random_text(8)
    body = f"gf_{wanted.environment}_{key_id}_{random_text(_SECRET)}"
    key = body + check_digits(body)
    async with control.plain() as session:
        await session.get_one(Tenant, wanted.tenant_id, with_for_update=True)
        if (await session.scalar(_living(wanted, now)) or 0) >= MOST_LIVING:
            raise TooManyKeys
        session.add(
            ApiKey(
                id=key_id,
                tenant_id=wanted.tenant_id,
                connection=wanted.connection,
                hash=digest(key),
                scopes=sorted(wanted.scopes),
                created_at=now,
                expires_at=now + wanted.life,
                created_by=wanted.by,
                networks=list(wanted.bounds.networks),
                certificates=list(wanted.bounds.certificates),
            )
        )
    return key


async def read_key(control: Database, key: str, now: datetime) -> Principal:
    """Return the client system that holds this key. Raises :class:`NotSignedIn`, without saying why."""
    parts = key.split("_")
    if (
        len(parts) != _PARTS
        or not (parts[2].isascii() and parts[2].isalnum())
        or key[-_CHECK:] != check_digits(key[:-_CHECK])
    ):
        raise NotSignedIn
    row = await control.together.row(_READ, parts[2])
    if row is None or not hmac.compare_digest(row["hash"], digest(key)) or now >= row["expires_at"]:
        raise NotSignedIn
    if row["used_at"] is None or now - row["used_at"] > _TOUCH_EVERY:
        pool = await control.pool()
        await pool.execute("UPDATE control.api_key SET used_at = $2 WHERE id = $1", parts[2], now)
    return _principal(parts[2], row)


async def principal_of_key(control: Database, key_id: str, now: datetime) -> Principal:
    """Return the client system that holds a key, by the key's id, for who has shown it before.

    Raises :class:`NotSignedIn`.
    """
    row = await control.together.row(_READ, key_id)
    if row is None or now >= row["expires_at"]:
        raise NotSignedIn
    return _principal(key_id, row)


def _principal(key_id: str, row: Mapping[str, Any]) -> Principal:
    tenant_id = row["tenant_id"]
    place = Membership(tenant_id, Role.CLIENT_SYSTEM, row["code"], row["name"], row["zone"], row["state"] == "active")
    return Principal(
        kind="key", id=key_id, name=row["connection"], memberships={tenant_id: place}, chosen=tenant_id,
        connection=row["connection"], scopes=frozenset(row["scopes"]), held=row["held"],
        bounds=Bounds(row["networks"], row["certificates"]),
    )  # fmt: skip


async def revoke_key(control: Database, tenant_id: UUID, key_id: str, now: datetime, reason: str = "") -> str | None:
    """End a key of this tenant now; return its connection, or None when there was nothing to end."""
    async with control.plain() as session:
        mine = update(ApiKey).where(col(ApiKey.id) == key_id, col(ApiKey.tenant_id) == tenant_id)
        ended = mine.where(col(ApiKey.revoked_at).is_(None)).values(revoked_at=now, reason=reason or None)
        return (await session.execute(ended.returning(col(ApiKey.connection)))).scalar_one_or_none()


def _living(wanted: KeyRequest, now: datetime) -> Select[int]:
    """Count the keys of this connection that are in force."""
    theirs = select(func.count()).select_from(ApiKey).where(col(ApiKey.tenant_id) == wanted.tenant_id)
    return theirs.where(
        col(ApiKey.connection) == wanted.connection, col(ApiKey.revoked_at).is_(None), col(ApiKey.expires_at) > now
    )


def random_text(length: int) -> str:
    """Return so many letters and digits at random."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(length))


def digest(key: str) -> bytes:
    """Return what is stored in place of a key, a secret or a token."""
    return hashlib.sha256(key.encode()).digest()


def check_digits(body: str) -> str:
    """Return six characters that tell a typing error from a wrong key."""
    rest, digits = zlib.crc32(body.encode()), ""
    for _ in range(_CHECK):
        rest, digit = divmod(rest, len(_ALPHABET))
        digits = _ALPHABET[digit] + digits
    return digits
