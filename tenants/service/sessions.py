"""Signed-in browsers. The cookie holds 256 random bits, the database their SHA-256 (isolation.md 11).

A session ends 12 hours after sign-in, or after 30 minutes without a request or a live socket; a seat's session has only
the first limit, because a long call sends no request. Signing in and choosing another client give a new token.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import delete
from sqlmodel import col

from kit.db import Database
from kit.errors import NotSignedIn
from tenants.access import Membership, Principal, enter
from tenants.core.permissions import Role
from tenants.models import Session
from tenants.service.rentals import IN_FORCE

LIFE = timedelta(hours=12)
IDLE = timedelta(minutes=30)
_TOUCH_EVERY = timedelta(seconds=60)

_READ = f"""
SELECT s.tenant_id AS chosen, s.seen_at, s.expires_at, u.id::text AS id, u.email, u.name, u.locale, u.staff_role,
  a.id AS agent_id, a.seat_id AS seat, a.floor_id AS floor, coalesce(a.desk_id, CASE
    WHEN EXISTS (SELECT FROM control.agent o WHERE o.desk_id = a.seat_id) THEN NULL ELSE a.seat_id END) AS desk,
  (SELECT json_agg(json_build_object('tenant_id', t.id, 'role', COALESCE(i.role, m.role), 'code', t.code,
                                     'name', t.name, 'zone', t.zone, 'open', t.state = 'active',
                                     'grant_id', m.grant_id, 'agent_id', x.id) ORDER BY t.name)
   FROM control.place m JOIN control.tenant t ON t.id = m.tenant_id
     LEFT JOIN control.agent_alias x ON x.tenant_id = m.tenant_id AND x.agent_id = a.id
     LEFT JOIN control.idp_policy p ON p.tenant_id = t.id AND p.only_idp
   WHERE m.user_id = u.id AND CASE WHEN s.identity_id IS NOT NULL THEN m.tenant_id = i.tenant_id
     ELSE p.tenant_id IS NULL OR p.recovery_user_id = u.id OR u.staff_role IS NOT NULL END
     AND (m.role <> 'agent' OR EXISTS (SELECT FROM control.rental r
       WHERE r.tenant_id = m.tenant_id AND r.agent_id = a.id AND {IN_FORCE.replace(":now", "$2")}))
  )::text AS memberships
FROM control.session s JOIN control."user" u ON u.id = s.user_id LEFT JOIN control.agent a ON a.user_id = u.id
  LEFT JOIN (control.idp_identity i JOIN control.idp d ON d.id = i.idp_id) ON i.id = s.identity_id
WHERE s.token_hash = $1 AND u.disabled_at IS NULL
  AND (s.identity_id IS NULL OR (d.enabled AND i.role IS NOT NULL AND u.staff_role IS NULL))
"""  # noqa: S608 - our own constant
"""A session that a tenant's own provider vouched for reaches that tenant only, in the role that the groups gave there;
one by password does not reach a tenant that has closed passwords (its recovery manager and the outsourcer's do)."""


def token_hash(token: str) -> bytes:
    """Return what is stored in place of a token."""
    return hashlib.sha256(token.encode()).digest()


def csrf_token(token: str) -> str:
    """Return the word that our own pages send with an unsafe request: bound to the session, no key needed.

    It is an HMAC under the session's token, so it tells nothing about the token and changes with it.
    """
    return hmac.new(token.encode(), b"csrf", hashlib.sha256).hexdigest()


async def open_session(control: Database, user_id: UUID, now: datetime, *, tenant_id: UUID | None = None) -> str:
    """Start a session and return its token, which is not stored anywhere."""
    token = secrets.token_urlsafe(32)
    async with control.plain() as session:
        session.add(
            Session(
                token_hash=token_hash(token),
                user_id=user_id,
                tenant_id=tenant_id,
                created_at=now,
                seen_at=now,
                expires_at=now + LIFE,
            )
        )
    return token


async def read_session(control: Database, token: str, now: datetime) -> Principal:
    """Return who is signed in with this token, with the memberships of this moment. Raises :class:`NotSignedIn`."""
    return await _read(control, token_hash(token), now)


async def renew(control: Database, principal: Principal, now: datetime) -> Principal:
    """Read a person again, for a socket that lives on; the session counts as used. Raises :class:`NotSignedIn`."""
    if principal.session is None:
        raise NotSignedIn
    return await _read(control, principal.session, now)


async def choose_tenant(control: Database, token: str, tenant_id: UUID, now: datetime) -> str:
    """Work in another tenant of one's own: a new session replaces the old one; return its token.

    Raises :class:`kit.errors.NotFound` for a tenant of others, as for none.
    """
    principal = await read_session(control, token, now)
    enter(principal, tenant_id)
    fresh = secrets.token_urlsafe(32)
    async with control.plain() as session:
        old = await session.get_one(Session, token_hash(token))
        session.add(
            Session(
                token_hash=token_hash(fresh),
                user_id=old.user_id,
                tenant_id=tenant_id,
                created_at=old.created_at,
                seen_at=now,
                expires_at=old.expires_at,
                identity_id=old.identity_id,
                idp_sid=old.idp_sid,
                id_hint=old.id_hint,
            )
        )
        await session.delete(old)
    return fresh


async def close_session(control: Database, token: str) -> None:
    """Sign out; harmless when the session is gone."""
    async with control.plain() as session:
        await session.execute(delete(Session).where(col(Session.token_hash) == token_hash(token)))


async def close_all(control: Database, user_id: UUID) -> None:
    """Sign a user out everywhere: a new password or another role."""
    async with control.plain() as session:
        await session.execute(delete(Session).where(col(Session.user_id) == user_id))


async def _read(control: Database, stored: bytes, now: datetime) -> Principal:
    pool = await control.pool()
    row = await pool.fetchrow(_READ, stored, now)
    if row is None or now >= row["expires_at"] or _idle(row, now):
        raise NotSignedIn
    if now - row["seen_at"] > _TOUCH_EVERY:
        await pool.execute("UPDATE control.session SET seen_at = $2 WHERE token_hash = $1", stored, now)
    return replace(_principal(row), session=stored)


def _idle(row: Mapping[str, Any], now: datetime) -> bool:
    at_a_seat = row["staff_role"] == Role.AGENT
    return not at_a_seat and bool(now - row["seen_at"] > IDLE)


def _principal(row: Mapping[str, Any]) -> Principal:
    places = [_membership(place) for place in orjson.loads(row["memberships"] or "[]")]
    memberships = {place.tenant_id: place for place in places}
    chosen = row["chosen"] if row["chosen"] in memberships else None
    return Principal(
        kind="user", id=row["id"], name=row["name"], email=row["email"], locale=row["locale"],
        staff_role=Role(row["staff_role"]) if row["staff_role"] else None, memberships=memberships,
        chosen=chosen or (places[0].tenant_id if len(places) == 1 else None), agent_id=row["agent_id"],
        seat=row["seat"], desk=row["desk"], floor=row["floor"],
    )  # fmt: skip


def _membership(place: Mapping[str, Any]) -> Membership:
    return Membership(
        UUID(place["tenant_id"]), Role(place["role"]), place["code"], place["name"], place["zone"], place["open"],
        grant_id=UUID(place["grant_id"]) if place["grant_id"] else None,
        agent_id=UUID(place["agent_id"]) if place["agent_id"] else None,
    )  # fmt: skip
