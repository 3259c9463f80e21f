"""Signed-in browsers. The cookie holds 256 random bits, the database their SHA-256 (isolation.md 11).

A session ends 12 hours after sign-in, or after 30 minutes without a request or a live socket; a seat's session has only
the first limit, because a long call sends no request. Signing in, confirming and choosing another client give a new
token; its owner knows the session by an id that opens nothing.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
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
from tenants.core.preferences import stored
from tenants.models import Session
from tenants.service.rentals import DESK, IN_FORCE

LIFE = timedelta(hours=12)
IDLE = timedelta(minutes=30)
FRESH = timedelta(minutes=10)
"""How long a sign-in or a confirmation is good for what cannot be taken back."""
SKEW = timedelta(minutes=5)
"""How far in the future a session may have begun: another server's clock, or ours before it was set back."""
_TOUCH_EVERY = timedelta(seconds=60)

_READ = f"""
SELECT q.place, s.tenant_id AS chosen, s.seen_at, s.expires_at, s.confirmed_at, s.identity_id, u.id::text AS id,
  u.email, u.name, u.locale, u.preferences::text AS preferences, u.staff_role,
  a.id AS agent_id, a.seat_id AS seat, a.floor_id AS floor, {DESK} AS desk,
  s.identity_id IS NULL AND EXISTS (
    SELECT FROM control.sign_in_policy p WHERE p.second_factor AND (
      (u.staff_role IS NOT NULL AND p.tenant_id = '00000000-0000-7000-8000-000000000001')
      OR EXISTS (SELECT FROM control.membership m WHERE m.user_id = u.id AND m.tenant_id = p.tenant_id
                 AND u.staff_role IS NULL)))
  AND NOT EXISTS (SELECT FROM control.authenticator f WHERE f.user_id = u.id AND f.confirmed_at IS NOT NULL)
  AND NOT EXISTS (SELECT FROM control.passkey k WHERE k.user_id = u.id) AS must_enrol,
  (SELECT json_agg(json_build_object('tenant_id', t.id, 'role', COALESCE(i.role, m.role), 'code', t.code,
                                     'name', t.name, 'zone', t.zone, 'open', t.state = 'active',
                                     'grant_id', m.grant_id, 'agent_id', x.id) ORDER BY t.name)
   FROM control.place m JOIN control.tenant t ON t.id = m.tenant_id
     LEFT JOIN control.agent_alias x ON x.tenant_id = m.tenant_id AND x.agent_id = a.id
     LEFT JOIN control.idp_policy p ON p.tenant_id = t.id AND p.only_idp
   WHERE m.user_id = u.id AND CASE WHEN s.identity_id IS NOT NULL THEN m.tenant_id = i.tenant_id
     ELSE p.tenant_id IS NULL OR p.recovery_user_id = u.id OR u.staff_role IS NOT NULL END
     AND (m.role <> 'agent' OR EXISTS (SELECT FROM control.rental r
       WHERE r.tenant_id = m.tenant_id AND r.agent_id = a.id AND {IN_FORCE.replace(":now", "q.now")}))
  )::text AS memberships
FROM unnest($1::bytea[], $2::timestamptz[]) WITH ORDINALITY AS q(token_hash, now, place)
  JOIN control.session s ON s.token_hash = q.token_hash
  JOIN control."user" u ON u.id = s.user_id LEFT JOIN control.agent a ON a.user_id = u.id
  LEFT JOIN (control.idp_identity i JOIN control.idp d ON d.id = i.idp_id) ON i.id = s.identity_id
WHERE u.disabled_at IS NULL
  AND (s.identity_id IS NULL OR (d.enabled AND i.role IS NOT NULL AND u.staff_role IS NULL))
"""  # noqa: S608 - our own constant
"""A session that a tenant's own provider vouched for reaches that tenant only, in the role that the groups gave there;
one by password does not reach a tenant that has closed passwords (its recovery manager and the outsourcer's do)."""

_LIVING = """
SELECT s.* FROM control.session s JOIN control."user" u ON u.id = s.user_id
WHERE s.user_id = $1 AND s.expires_at > $2 AND (s.seen_at >= $3 OR u.staff_role = $4) AND u.disabled_at IS NULL
  AND ($5::uuid IS NULL OR s.identity_id = $5)
ORDER BY s.seen_at DESC, s.id
"""


def token_hash(token: str) -> bytes:
    """Return what is stored in place of a token."""
    return hashlib.sha256(token.encode()).digest()


def csrf_token(token: str) -> str:
    """Return the word that our own pages send with an unsafe request: bound to the session, no key needed.

    It is an HMAC under the session's token, so it tells nothing about the token and changes with it.
    """
    return hmac.new(token.encode(), b"csrf", hashlib.sha256).hexdigest()


@dataclass(frozen=True, slots=True)
class How:
    """What a browser showed to get in, and what its owner will recognise it by."""

    method: str = "password"
    browser: str = ""
    address: str = ""
    """The network only (tenants.core.browsers)."""


async def open_session(
    control: Database, user_id: UUID, now: datetime, *, tenant_id: UUID | None = None, how: How = How()
) -> str:
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
                confirmed_at=now,
                method=how.method,
                browser=how.browser,
                address=how.address,
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
    return await _turn(control, token, "tenant_id = $3, seen_at = $4", tenant_id, now)


async def confirm_session(control: Database, token: str, now: datetime) -> str:
    """Count this moment as the person's last proof (step-up): a new token replaces the old one; return it."""
    return await _turn(control, token, "confirmed_at = $3, seen_at = $3", now)


async def _turn(control: Database, token: str, changes: str, *values: object) -> str:
    """Give a session another token in one statement, so that of two at once only one has a session afterwards."""
    fresh = secrets.token_urlsafe(32)
    turned = await (await control.pool()).fetchval(
        f"UPDATE control.session SET token_hash = $2, {changes} WHERE token_hash = $1 RETURNING 1",  # noqa: S608 - our own words
        token_hash(token), token_hash(fresh), *values,
    )  # fmt: skip
    if turned is None:
        raise NotSignedIn
    return fresh


@dataclass(frozen=True, slots=True)
class Seen:
    """A living session as its owner sees it; ``current``: the one that asks."""

    id: UUID
    created_at: datetime
    seen_at: datetime
    method: str
    browser: str
    address: str
    current: bool


async def sessions_of(control: Database, who: Principal, now: datetime) -> list[Seen]:
    """Return a person's living sessions, the last used first.

    Whom one client's own provider vouches for sees and ends what that provider opened, and nothing of another client's.
    """
    rows = await (await control.pool()).fetch(_LIVING, UUID(who.id), now, now - IDLE, Role.AGENT, who.identity_id)
    return [
        Seen(
            r["id"], r["created_at"], r["seen_at"], r["method"], r["browser"], r["address"],
            r["token_hash"] == who.session,
        )
        for r in rows
    ]  # fmt: skip


async def end_session(control: Database, who: Principal, session_id: UUID) -> bool:
    """End one session of this person; another's, or none, is False."""
    gone = (
        "DELETE FROM control.session WHERE user_id = $1 AND id = $2 AND ($3::uuid IS NULL OR identity_id = $3)"
        " RETURNING 1"
    )
    return await (await control.pool()).fetchval(gone, UUID(who.id), session_id, who.identity_id) is not None


async def end_ones_others(control: Database, who: Principal) -> int:
    """End all sessions of a person but the one that asks, as far as it sees them; return how many they were."""
    gone = (
        "DELETE FROM control.session WHERE user_id = $1 AND token_hash <> $2 AND ($3::uuid IS NULL OR identity_id = $3)"
    )
    ended = await (await control.pool()).execute(gone, UUID(who.id), who.session, who.identity_id)
    return int(str(ended).rpartition(" ")[2])


async def end_others(control: Database, user_id: UUID, keep: bytes | None) -> int:
    """End all sessions of a person but the one with this hash; return how many they were."""
    gone = "DELETE FROM control.session WHERE user_id = $1 AND token_hash IS DISTINCT FROM $2"
    return int(str(await (await control.pool()).execute(gone, user_id, keep)).rpartition(" ")[2])


async def close_session(control: Database, token: str) -> None:
    """Sign out; harmless when the session is gone."""
    async with control.plain() as session:
        await session.execute(delete(Session).where(col(Session.token_hash) == token_hash(token)))


async def close_all(control: Database, user_id: UUID) -> None:
    """Sign a user out everywhere: a new password or another role."""
    async with control.plain() as session:
        await session.execute(delete(Session).where(col(Session.user_id) == user_id))


async def _read(control: Database, stored: bytes, now: datetime) -> Principal:
    row = await control.together.row(_READ, stored, now)
    if row is None or not row["expires_at"] - LIFE - SKEW <= now < row["expires_at"] or _idle(row, now):
        raise NotSignedIn
    if abs(now - row["seen_at"]) > _TOUCH_EVERY:  # also when the clock was set back: no use in the future prolongs it
        pool = await control.pool()
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
        preferences=stored(orjson.loads(row["preferences"])), memberships=memberships,
        staff_role=Role(row["staff_role"]) if row["staff_role"] else None,
        chosen=chosen or (places[0].tenant_id if len(places) == 1 else None), agent_id=row["agent_id"],
        seat=row["seat"], desk=row["desk"], floor=row["floor"], confirmed_at=row["confirmed_at"],
        must_enrol=row["must_enrol"], identity_id=row["identity_id"],
    )  # fmt: skip


def _membership(place: Mapping[str, Any]) -> Membership:
    return Membership(
        UUID(place["tenant_id"]), Role(place["role"]), place["code"], place["name"], place["zone"], place["open"],
        grant_id=UUID(place["grant_id"]) if place["grant_id"] else None,
        agent_id=UUID(place["agent_id"]) if place["agent_id"] else None,
    )  # fmt: skip
