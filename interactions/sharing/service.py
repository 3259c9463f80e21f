"""Links to recordings: made under the client's policy, listed, ended, and judged each time that somebody shows one.

The address names tenant and link, is signed, and carries 32 random bytes, of which the digest is stored: nothing is
looked up for a forged one, and who has the database has no link. A passcode is stored as argon2id keeps it.
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

from interactions.sharing.errors import LinkOver, LinkUnknown, PartNotClear, SharingNotAllowed, TooManyLinks
from interactions.sharing.facts import RecordingLinkOpened, RecordingLinkRevoked, RecordingShared
from journal import service as journal
from journal.core.facts import Actor
from kit.db import Database, Scope
from kit.errors import NotFound
from kit.ids import new_id
from kit.signing import BadSignature, DocumentSigner
from tenants.core.sharing import ANYONE, SharingPolicy
from tenants.service import passwords
from tenants.service.policies import policy_of

PATHS = {"people": "/shared/", "anyone": "/r/"}
"""Where the page of a link is, by its audience: behind the sign-in, or not."""
MOST = 20
"""So many living links a conversation has at most."""
_SECRET = 32
_FORM = struct.Struct(f">16s16s{_SECRET}s")
_SIGNED = "recording-link/1"
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""What passcodes are made of: nothing that is mistaken for another; 2 groups of 5 are 49 bits."""
_COLUMNS = """
SELECT l.id, l.interaction_id, l.recording_id, l.from_ms, l.until_ms, l.audience, l.made_by, l.made_name, l.by_staff,
  l.made_at, l.expires_at, l.openings, l.opened, l.opened_at, l.revoked_at, l.revoked_name, l.secret_hash,
  l.passcode_hash, r.deleted_at IS NOT NULL OR r.id IS NULL AS gone, r.key
FROM gf.recording_link l LEFT JOIN gf.recording r ON r.tenant_id = l.tenant_id AND r.id = l.recording_id
  AND r.interaction_id = l.interaction_id
WHERE l.tenant_id = $1
"""
_OF = f"{_COLUMNS} AND l.interaction_id = $2 ORDER BY l.id DESC LIMIT 200"
_ALL = f"{_COLUMNS} ORDER BY l.id DESC LIMIT 500"
_ONE = f"{_COLUMNS} AND l.id = $2"
_COUNT = """
SELECT count(*) AS n FROM gf.recording_link
WHERE tenant_id = $1 AND interaction_id = $2 AND revoked_at IS NULL AND expires_at > $3
"""
_SOUND = """
SELECT duration_ms FROM gf.recording
WHERE tenant_id = $1 AND interaction_id = $2 AND id = $3 AND deleted_at IS NULL AND kind <> 'desktop'
"""
_MAKE = """
INSERT INTO gf.recording_link (tenant_id, id, interaction_id, recording_id, from_ms, until_ms, audience, secret_hash,
  passcode_hash, made_by, made_name, by_staff, made_at, expires_at, openings)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
"""
_OPEN = """
UPDATE gf.recording_link SET opened = opened + 1, opened_at = $3
WHERE tenant_id = $1 AND id = $2 AND opened < openings AND revoked_at IS NULL AND expires_at > $3 RETURNING opened
"""
_REVOKE = """
UPDATE gf.recording_link SET revoked_at = $3, revoked_name = $4
WHERE tenant_id = $1 AND id = $2 AND revoked_at IS NULL RETURNING id
"""

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Maker:
    """Who makes or ends a link, as the client knows it. ``staff``: one of the outsourcer's people."""

    actor: Actor
    name: str
    staff: bool


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a link shall be to: a recording of an interaction, or a part of it; for whom, how long and how often."""

    interaction: UUID
    recording: UUID
    audience: str
    hours: int
    openings: int
    from_ms: int = 0
    until_ms: int | None = None
    """None: to its end."""


@dataclass(frozen=True, slots=True)
class Pass:
    """What an address says that we signed."""

    tenant_id: UUID
    link_id: UUID
    secret: bytes


@dataclass(frozen=True, slots=True)
class Made:
    """A link that was just made: its address's secret part and its passcode (empty: none) are in no database."""

    place: Pass
    passcode: str


def token(signer: DocumentSigner, place: Pass) -> str:
    """Return the secret part of a link's address."""
    return signer.token(_SIGNED, _FORM.pack(place.tenant_id.bytes, place.link_id.bytes, place.secret))


def read_token(signer: DocumentSigner, text: str) -> Pass:
    """Return what an address says. Raises :class:`LinkUnknown` for one that we did not sign."""
    try:
        tenant, link, secret = _FORM.unpack(signer.content(_SIGNED, text))
    except (BadSignature, struct.error, UnicodeError) as error:
        raise LinkUnknown from error
    return Pass(UUID(bytes=tenant), UUID(bytes=link), secret)


def passcode() -> str:
    """Return a new passcode, as people read it aloud."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(5)) for _ in range(2))


def plain(typed: str) -> str:
    """Return a passcode as it is compared: blanks, hyphens and capitals do not matter."""
    return "".join(letter for letter in typed.lower() if letter.isalnum())


async def make(scope: Scope, wanted: Wanted, by: Maker, now: datetime) -> Made:
    """Make a link. Raises :class:`SharingNotAllowed`, :class:`PartNotClear`, :class:`TooManyLinks`, ``NotFound``."""
    policy = (await policy_of(scope)).sharing
    if wanted.audience not in policy.audiences or (by.staff and not policy.by_staff):
        raise SharingNotAllowed
    found = await scope.fetch(_SOUND, scope.tenant_id, wanted.interaction, wanted.recording)
    if not found:
        raise NotFound
    lasts = int(found[0]["duration_ms"])
    until = lasts if wanted.until_ms is None else min(lasts, wanted.until_ms)
    if not 0 <= wanted.from_ms < until or not _within(policy, wanted):
        raise PartNotClear
    if (await scope.fetch(_COUNT, scope.tenant_id, wanted.interaction, now))[0]["n"] >= MOST:
        raise TooManyLinks
    code = passcode() if wanted.audience == ANYONE else ""
    stored = await passwords.hash_password(plain(code)) if code else None
    place = Pass(scope.tenant_id, new_id(), secrets.token_bytes(_SECRET))
    ends = now + timedelta(hours=wanted.hours)
    await scope.fetch(
        _MAKE, scope.tenant_id, place.link_id, wanted.interaction, wanted.recording, wanted.from_ms, until,
        wanted.audience, digest(place.secret), stored, by.actor.id, by.name, by.staff, now, ends, wanted.openings,
    )  # fmt: skip
    fact = RecordingShared(
        str(place.link_id), str(wanted.recording), by.actor.id, by.name, wanted.audience, wanted.from_ms, until,
        ends.isoformat(), wanted.openings,
    )  # fmt: skip
    journal.append(scope, fact, subject=wanted.interaction, at=now, actor=by.actor)
    return Made(place, code)


def _within(policy: SharingPolicy, wanted: Wanted) -> bool:
    return 1 <= wanted.hours <= policy.longest_h and 1 <= wanted.openings <= policy.openings


async def of_interaction(scope: Scope, interaction: UUID, now: datetime) -> list[dict[str, Any]]:
    """Return the links of a conversation, newest first, each with how it stands."""
    return await _listed(scope, _OF, now, interaction)


async def all_of(scope: Scope, now: datetime) -> list[dict[str, Any]]:
    """Return the client's newest links, at most 500, each with how it stands."""
    return await _listed(scope, _ALL, now)


async def revoke(scope: Scope, link: UUID, interaction: UUID, by: Maker, now: datetime) -> None:
    """End a link of a conversation; harmless when it is ended. Raises ``NotFound``."""
    found = await scope.fetch(_ONE, scope.tenant_id, link)
    if not found or UUID(str(found[0]["interaction_id"])) != interaction:
        raise NotFound
    if await scope.fetch(_REVOKE, scope.tenant_id, link, now, by.name):
        fact = RecordingLinkRevoked(str(link), by.actor.id, by.name)
        journal.append(scope, fact, subject=interaction, at=now, actor=by.actor)


async def standing(scope: Scope, place: Pass, now: datetime, *, opened: bool) -> dict[str, Any]:
    """Return the link behind an address. ``opened``: the browser has opened it, so its openings may be used up.

    Raises :class:`LinkUnknown` and :class:`LinkOver`.
    """
    found = await scope.fetch(_ONE, scope.tenant_id, place.link_id)
    if not found or not hmac.compare_digest(bytes(found[0]["secret_hash"]), digest(place.secret)):
        raise LinkUnknown
    state = state_of(found[0], (await policy_of(scope)).sharing, now)
    if state != "lives" and not (opened and state == "used_up"):
        raise LinkOver
    return dict(found[0])


async def open_link(scope: Scope, row: Row, user: str, network: str, now: datetime) -> None:
    """Count an opening, by one of the client's people or (empty) by anyone. Raises :class:`LinkOver`."""
    if not await scope.fetch(_OPEN, scope.tenant_id, row["id"], now):
        raise LinkOver
    fact = RecordingLinkOpened(str(row["id"]), row["made_name"], user, network)
    who = Actor("user", user) if user else Actor("link", str(row["id"]))
    journal.append(scope, fact, subject=row["interaction_id"], at=now, actor=who)


async def is_active(control: Database, tenant_id: UUID) -> bool:
    """Say whether the client behind an address still works with us."""
    pool = await control.pool()
    state = await pool.fetchval("SELECT state FROM control.tenant WHERE id = $1", tenant_id)
    return bool(state == "active")


def state_of(row: Row, policy: SharingPolicy, now: datetime) -> str:
    """Return how a link stands: lives, used_up, over (its time), ended, gone (its recording) or closed (the policy)."""
    if row["revoked_at"] is not None:
        return "ended"
    if row["gone"]:
        return "gone"
    if now >= min(row["expires_at"], row["made_at"] + policy.longest):
        return "over"
    if row["audience"] not in policy.audiences or (row["by_staff"] and not policy.by_staff):
        return "closed"
    return "lives" if row["opened"] < min(row["openings"], policy.openings) else "used_up"


def digest(secret: bytes) -> bytes:
    """Return what is stored in place of a secret."""
    return hashlib.sha256(secret).digest()


async def _listed(scope: Scope, statement: str, now: datetime, *values: UUID) -> list[dict[str, Any]]:
    policy = (await policy_of(scope)).sharing
    rows = await scope.fetch(statement, scope.tenant_id, *values)
    hidden = {"secret_hash", "passcode_hash", "gone", "key"}
    return [{**{k: v for k, v in row.items() if k not in hidden}, "state": state_of(row, policy, now)} for row in rows]
