"""Views of the board without sign-in: screens on walls and tiles in pages. Made, changed, renewed, ended, shown.

Each has an address with a secret of its own, of which the digest is stored. The address also names tenant and view
and is signed, so nothing is looked up for a forged one. What is said is in the tenant's journal.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import orjson

from journal import service as journal
from journal.core.facts import Actor
from kit.db import Database, Scope
from kit.errors import NotFound
from kit.ids import new_id
from kit.signing import BadSignature, DocumentSigner
from live.service import Watched
from live.walls.errors import TooManyWallViews, WallNotAllowed, WallOver, WallUnknown
from live.walls.facts import WallViewChanged, WallViewMade, WallViewRevoked, WallViewShown
from live.walls.schemas import ScreenLook, TileLook
from tenants.access import for_system
from tenants.service import reading
from tenants.service.policies import policy_of

SCREEN, TILE = "screen", "tile"
MOST = 50
"""So many living screens and tiles a client has at most."""
STANDING = "standing"
_SECRET = 16
"""Bytes at random in an address."""
_FORM = struct.Struct(f">16s16s{_SECRET}s")
_SIGNED = {SCREEN: "wall-screen/1", TILE: "wall-tile/1"}
_SEEN_EVERY = timedelta(seconds=60)
_ROWS = """
SELECT id, kind, name, look::text AS look, made_by, made_name, by_staff, made_at, changed_at, expires_at, revoked_at,
  revoked_name, seen_at, seen_from, secret_hash FROM gf.wall_view WHERE tenant_id = $1
"""
_LATELY = "(revoked_at IS NULL OR revoked_at > now() - interval '30 days')"
_ALL = f"{_ROWS} AND {_LATELY} ORDER BY revoked_at NULLS FIRST, id"
_ONE = f"{_ROWS} AND id = $2"
_COUNT = "SELECT count(*) AS n FROM gf.wall_view WHERE tenant_id = $1 AND revoked_at IS NULL"
_MAKE = """
INSERT INTO gf.wall_view (tenant_id, id, kind, name, look, secret_hash, made_by, made_name, by_staff, made_at,
  changed_at, expires_at) VALUES ($1, $2, $3, $4, $5::jsonb, $6, $7, $8, $9, $10, $10, $11)
"""
_CHANGE = "UPDATE gf.wall_view SET name = $3, look = $4::jsonb, changed_at = $5 WHERE tenant_id = $1 AND id = $2"
_RENEW = """
UPDATE gf.wall_view SET secret_hash = $3, changed_at = $4, expires_at = $5 WHERE tenant_id = $1 AND id = $2
"""
_REVOKE = "UPDATE gf.wall_view SET revoked_at = $3, revoked_name = $4 WHERE tenant_id = $1 AND id = $2"
_SEEN = "UPDATE gf.wall_view SET seen_at = $3, seen_from = $4 WHERE tenant_id = $1 AND id = $2"
_WRAPS = "SELECT id::text AS id, wrap_up_s FROM gf.queue WHERE tenant_id = $1"

View = Mapping[str, Any]
"""A row of ``gf.wall_view`` with its ``look`` opened."""


@dataclass(frozen=True, slots=True)
class Maker:
    """Who makes, changes or ends a view, as the client knows it. ``staff``: one of the outsourcer's people."""

    user_id: str
    name: str
    role: str
    staff: bool

    @property
    def said(self) -> tuple[str, str, str]:
        """What a fact says of it."""
        return self.user_id, self.name, self.role

    @property
    def actor(self) -> Actor:
        """Who it is in the journal."""
        return Actor("user", self.user_id)


@dataclass(frozen=True, slots=True)
class Pass:
    """What an address says that we signed."""

    tenant_id: UUID
    view_id: UUID
    secret: bytes


def address(signer: DocumentSigner, kind: str, place: Pass) -> str:
    """Return the secret part of the address of a view."""
    return signer.token(_SIGNED[kind], _FORM.pack(place.tenant_id.bytes, place.view_id.bytes, place.secret))


def read_address(signer: DocumentSigner, kind: str, text: str) -> Pass:
    """Return what the address says. Raises :class:`WallUnknown` for one that we did not sign."""
    try:
        tenant, found, secret = _FORM.unpack(signer.content(_SIGNED[kind], text))
    except (BadSignature, struct.error, UnicodeError) as error:
        raise WallUnknown from error
    return Pass(UUID(bytes=tenant), UUID(bytes=found), secret)


async def all_of(scope: Scope) -> list[dict[str, Any]]:
    """Return every view, living ones first; those that were ended for a month."""
    return [_opened(row) for row in await scope.fetch(_ALL, scope.tenant_id)]


async def one(scope: Scope, view_id: UUID) -> dict[str, Any]:
    """Return a view of this tenant. Raises :class:`NotFound`."""
    found = await scope.fetch(_ONE, scope.tenant_id, view_id)
    if not found:
        raise NotFound
    return _opened(found[0])


async def make(
    scope: Scope, wanted: tuple[str, str, ScreenLook | TileLook], by: Maker, now: datetime,
    expires_at: datetime | None = None,
) -> Pass:  # fmt: skip
    """Make a view of this kind, name and look; what is returned is in no database.

    Raises :class:`WallNotAllowed` and :class:`TooManyWallViews`.
    """
    kind, name, look = wanted
    await _refuse_staff(scope, by)
    if (await scope.fetch(_COUNT, scope.tenant_id))[0]["n"] >= MOST:
        raise TooManyWallViews
    made = Pass(scope.tenant_id, new_id(), secrets.token_bytes(_SECRET))
    await scope.fetch(
        _MAKE, scope.tenant_id, made.view_id, kind, name, _text(look), digest(made.secret), by.user_id, by.name,
        by.staff, now, expires_at,
    )  # fmt: skip
    fact = WallViewMade(kind, name, *by.said, expires_at.isoformat() if expires_at else "")
    journal.append(scope, fact, subject=made.view_id, at=now, actor=by.actor)
    return made


async def change(scope: Scope, view_id: UUID, name: str, look: ScreenLook | TileLook, by: Maker, now: datetime) -> None:
    """Let a living view show something else, within two seconds. Raises as :func:`make`, and :class:`NotFound`."""
    row = await _living(scope, view_id, by)
    await scope.fetch(_CHANGE, scope.tenant_id, view_id, name, _text(look), now)
    fact = WallViewChanged(row["kind"], name, *by.said, renewed=False)
    journal.append(scope, fact, subject=view_id, at=now, actor=by.actor)


async def renew(scope: Scope, view_id: UUID, by: Maker, now: datetime, expires_at: datetime | None = None) -> Pass:
    """Give a living view a new address; the old one opens nothing any more. Raises as :func:`change`."""
    row = await _living(scope, view_id, by)
    made = Pass(scope.tenant_id, view_id, secrets.token_bytes(_SECRET))
    await scope.fetch(_RENEW, scope.tenant_id, view_id, digest(made.secret), now, expires_at)
    fact = WallViewChanged(row["kind"], row["name"], *by.said, renewed=True)
    journal.append(scope, fact, subject=view_id, at=now, actor=by.actor)
    return made


async def revoke(scope: Scope, view_id: UUID, by: Maker, now: datetime) -> None:
    """End a view; harmless when it is ended. Raises :class:`NotFound`."""
    row = await one(scope, view_id)
    if row["revoked_at"] is not None:
        return
    await scope.fetch(_REVOKE, scope.tenant_id, view_id, now, by.name)
    fact = WallViewRevoked(row["kind"], row["name"], *by.said)
    journal.append(scope, fact, subject=view_id, at=now, actor=by.actor)


async def standing(scope: Scope, place: Pass, now: datetime) -> dict[str, Any]:
    """Return the view behind an address that is in force. Raises :class:`WallUnknown` and :class:`WallOver`."""
    found = await scope.fetch(_ONE, scope.tenant_id, place.view_id)
    if not found:
        raise WallUnknown
    row = _opened(found[0])
    if not hmac.compare_digest(found[0]["secret_hash"], digest(place.secret)) or state_of(row, now) != "lives":
        raise WallOver
    if row["by_staff"] and (await policy_of(scope)).approval != STANDING:
        raise WallOver
    return row


async def begins(scope: Scope, row: View, network: str, now: datetime) -> None:
    """Note that a view begins to be shown at that network: once in ten minutes it is a fact."""
    await scope.fetch(_SEEN, scope.tenant_id, row["id"], now, network)
    fact = WallViewShown(row["kind"], row["name"], network)
    await reading.note(scope, Actor(row["kind"], str(row["id"])), fact, row["id"])


async def goes_on(scope: Scope, row: View, network: str, now: datetime) -> None:
    """Note that a view is shown still, at most once a minute."""
    if row["seen_at"] is None or now - row["seen_at"] > _SEEN_EVERY:
        await scope.fetch(_SEEN, scope.tenant_id, row["id"], now, network)


async def wraps(scope: Scope) -> dict[str, int]:
    """Return how long the wrap-up of each queue lasts, in seconds, by the queue's id."""
    return {row["id"]: row["wrap_up_s"] for row in await scope.fetch(_WRAPS, scope.tenant_id)}


async def watched(control: Database, place: Pass) -> Watched:
    """Return whose board it is. Raises :class:`WallOver` when the client is closed."""
    pool = await control.pool()
    row = await pool.fetchrow("SELECT name, zone, state FROM control.tenant WHERE id = $1", place.tenant_id)
    if row is None or row["state"] != "active":
        raise WallOver
    return Watched(for_system(place.tenant_id, "a signed view of the board"), row["name"], row["zone"])


def state_of(row: View, now: datetime) -> str:
    """Return how a view stands: lives, over (its time), or ended."""
    if row["revoked_at"] is not None:
        return "ended"
    return "over" if row["expires_at"] is not None and now >= row["expires_at"] else "lives"


def digest(secret: bytes) -> bytes:
    """Return what is stored in place of a secret."""
    return hashlib.sha256(secret).digest()


async def _living(scope: Scope, view_id: UUID, by: Maker) -> dict[str, Any]:
    await _refuse_staff(scope, by)
    row = await one(scope, view_id)
    if row["revoked_at"] is not None:
        raise WallOver
    return row


async def _refuse_staff(scope: Scope, by: Maker) -> None:
    if by.staff and (await policy_of(scope)).approval != STANDING:
        raise WallNotAllowed


def _text(look: ScreenLook | TileLook) -> str:
    return look.model_dump_json()


def _opened(row: Mapping[str, Any]) -> dict[str, Any]:
    return {**{name: value for name, value in row.items() if name != "secret_hash"}, "look": orjson.loads(row["look"])}
