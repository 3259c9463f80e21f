"""A sign-in under way: what is remembered between sending a browser to its provider and its coming back.

The row holds hashes only. State is drawn at random; nonce and code verifier are derived from the browser's own cookie
and the state, so that an answer is of use in no other browser, and a reader of the database learns nothing.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from kit.db import Database
from tenants.idp.client import Connection, Idps
from tenants.idp.errors import IdpRefused

LIFE = timedelta(minutes=10)
INVITATION_LIFE = timedelta(days=7)
Purpose = Literal["sign_in", "test", "invited", "confirm"]

_INSERT = """
WITH gone AS (DELETE FROM control.idp_flow WHERE expires_at < $8)
INSERT INTO control.idp_flow (state_hash, idp_id, tenant_id, browser_hash, purpose, next, user_id, expires_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $9)
"""
_TAKE = """
DELETE FROM control.idp_flow WHERE state_hash = $1 RETURNING idp_id, browser_hash, purpose, next, user_id, expires_at
"""


@dataclass(frozen=True, slots=True)
class Wish:
    """Why somebody is sent to a provider. ``user_id``: who tries the connection, was invited, or has to confirm."""

    purpose: Purpose = "sign_in"
    next: str = "/"
    user_id: UUID | None = None
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Flow:
    """A flow that came back: used up now."""

    purpose: Purpose
    next: str
    user_id: UUID | None
    nonce: str
    verifier: str
    begun_at: datetime


@dataclass(frozen=True, slots=True)
class Sent:
    """Where the browser goes, and the cookie that it has to bring back."""

    url: str
    browser: str


def digest(value: str) -> bytes:
    """Return what is stored of a random value."""
    return hashlib.sha256(value.encode()).digest()


async def begin(control: Database, idps: Idps, connection: Connection, wish: Wish, browser: str | None,
                now: datetime) -> Sent:  # fmt: skip
    """Remember a flow and return where to send the browser. Raises :class:`tenants.idp.errors.IdpAway`."""
    browser = browser if browser and len(browser) == _COOKIE else secrets.token_urlsafe(32)
    state = secrets.token_urlsafe(32)
    url = await idps.authorization_url(
        connection, state=state, nonce=_derived(browser, "nonce", state),
        verifier=_derived(browser, "verifier", state), hint=wish.hint,
        anew=wish.purpose == "confirm",
    )  # fmt: skip
    pool = await control.pool()
    await pool.execute(
        _INSERT, digest(state), connection.id, connection.tenant_id, digest(browser), wish.purpose, wish.next,
        wish.user_id, now, now + LIFE,
    )  # fmt: skip
    return Sent(url, browser)


_COOKIE = len(secrets.token_urlsafe(32))


async def take(control: Database, idp_id: UUID, state: str, browser: str | None, now: datetime) -> Flow:
    """Use a flow up, whatever becomes of it. Raises :class:`IdpRefused` for a state that is not this browser's.

    A state of another connection is refused: an answer of one provider is never taken to another (mix-up, RFC 9207).
    """
    pool = await control.pool()
    row = await pool.fetchrow(_TAKE, digest(state))
    if row is None or browser is None or now >= row["expires_at"]:
        raise IdpRefused("expired_flow", "no such state, or too late")
    if row["idp_id"] != idp_id or not hmac.compare_digest(row["browser_hash"], digest(browser)):
        raise IdpRefused("expired_flow", "another connection's or another browser's state")
    return Flow(
        row["purpose"], row["next"], row["user_id"], _derived(browser, "nonce", state),
        _derived(browser, "verifier", state), row["expires_at"] - LIFE,
    )  # fmt: skip


def _derived(browser: str, purpose: str, state: str) -> str:
    made = hmac.new(browser.encode(), f"{purpose}|{state}".encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(made).rstrip(b"=").decode()
