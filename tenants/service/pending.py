"""Proofs that are half done: the right password without its second factor, and the challenge of a passkey.

Each is a row under the SHA-256 of a token of its own, which lives in a cookie of its own: it names a person and opens
nothing. It ends after five minutes or five tries, and is used once.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from kit.db import Database
from tenants.identity.errors import SignInExpired
from tenants.service.sessions import token_hash

LIFE = timedelta(minutes=5)
MOST_TRIES = 5
_MOST_AT_ONCE = 8
"""So many half-done proofs of one person live; the oldest goes first."""

Purpose = Literal["second_step", "passkey", "confirm", "register"]

_OPEN = """
INSERT INTO control.pending_sign_in (token_hash, user_id, purpose, challenge, expires_at) VALUES ($1, $2, $3, $4, $5)
"""
_FORGET = "DELETE FROM control.pending_sign_in WHERE expires_at <= $1"
_FORGET_MORE = """
DELETE FROM control.pending_sign_in WHERE token_hash IN (
  SELECT token_hash FROM control.pending_sign_in WHERE user_id = $1 ORDER BY expires_at DESC OFFSET $2)
"""
_ROW = """
SELECT p.user_id, p.challenge, p.purpose FROM control.pending_sign_in p LEFT JOIN control."user" u ON u.id = p.user_id
WHERE p.token_hash = $1 AND p.expires_at > $2 AND p.tries < $3 AND u.disabled_at IS NULL
"""
_TRY = """
UPDATE control.pending_sign_in p SET tries = tries + 1 WHERE p.token_hash = $1 AND p.expires_at > $2 AND p.tries < $3
  AND NOT EXISTS (SELECT FROM control."user" u WHERE u.id = p.user_id AND u.disabled_at IS NOT NULL)
RETURNING p.user_id, p.purpose
"""
_CHALLENGE = """
UPDATE control.pending_sign_in SET challenge = $3 WHERE token_hash = $1 AND expires_at > $2 AND tries < $4
RETURNING user_id
"""
_TAKE_CHALLENGE = """
WITH had AS (SELECT token_hash, challenge FROM control.pending_sign_in WHERE token_hash = $1 FOR UPDATE)
UPDATE control.pending_sign_in p SET challenge = NULL, tries = p.tries + 1 FROM had
WHERE p.token_hash = had.token_hash AND had.challenge IS NOT NULL AND p.expires_at > $2 AND p.tries < $3
RETURNING p.user_id, p.purpose, had.challenge
"""


@dataclass(frozen=True, slots=True)
class Pending:
    """A half-done proof: whose (None: a passkey will say), what for, and the challenge that was asked."""

    user_id: UUID | None
    purpose: str
    challenge: bytes | None = None

    def person(self) -> UUID:
        """Return whose proof it is. Raises :class:`SignInExpired` for one that names nobody."""
        if self.user_id is None:
            raise SignInExpired
        return self.user_id


async def open_pending(
    control: Database, purpose: Purpose, now: datetime, *, user_id: UUID | None = None, challenge: bytes | None = None
) -> str:
    """Begin a proof and return its token; what has ended is forgotten."""
    token, pool = secrets.token_urlsafe(32), await control.pool()
    await pool.execute(_FORGET, now)
    if user_id is not None:
        await pool.execute(_FORGET_MORE, user_id, _MOST_AT_ONCE - 1)
    await pool.execute(_OPEN, token_hash(token), user_id, purpose, challenge, now + LIFE)
    return token


async def look_at(control: Database, token: str, purpose: Purpose, now: datetime) -> Pending:
    """Return a living proof without using it. Raises :class:`SignInExpired`."""
    row = await (await control.pool()).fetchrow(_ROW, token_hash(token), now, MOST_TRIES)
    if row is None or row["purpose"] != purpose:
        raise SignInExpired
    return Pending(row["user_id"], row["purpose"], row["challenge"])


async def claim(control: Database, token: str, purpose: Purpose, now: datetime) -> Pending:
    """Count a try, before the code is looked at. Raises :class:`SignInExpired`."""
    row = await (await control.pool()).fetchrow(_TRY, token_hash(token), now, MOST_TRIES)
    if row is None or row["purpose"] != purpose:
        raise SignInExpired
    return Pending(row["user_id"], row["purpose"])


async def set_challenge(control: Database, token: str, challenge: bytes, now: datetime) -> None:
    """Ask a new challenge within a living proof; the one before is worth nothing. Raises :class:`SignInExpired`."""
    asked = await (await control.pool()).fetchrow(_CHALLENGE, token_hash(token), now, challenge, MOST_TRIES)
    if asked is None:
        raise SignInExpired


async def take_challenge(control: Database, token: str, now: datetime) -> Pending:
    """Return the proof with its challenge and forget the challenge: an answer counts once, right or wrong.

    Raises :class:`SignInExpired`.
    """
    row = await (await control.pool()).fetchrow(_TAKE_CHALLENGE, token_hash(token), now, MOST_TRIES)
    if row is None:
        raise SignInExpired
    return Pending(row["user_id"], row["purpose"], row["challenge"])


async def finish(control: Database, token: str) -> None:
    """Use the proof up. Raises :class:`SignInExpired` when somebody else has just done so."""
    gone = "DELETE FROM control.pending_sign_in WHERE token_hash = $1 RETURNING 1"
    if await (await control.pool()).fetchval(gone, token_hash(token)) is None:
        raise SignInExpired


async def forget_all(control: Database, user_id: UUID) -> None:
    """End every half-done proof of a person: its password or its factors changed."""
    await (await control.pool()).execute("DELETE FROM control.pending_sign_in WHERE user_id = $1", user_id)
