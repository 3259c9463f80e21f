"""Links that let a person set its password: the first one (invite), or another one (reset).

256 random bits, stored as SHA-256, good for a day and for one use; a person has one at a time, so a newer one ends it.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlmodel import col

from journal.core.facts import SYSTEM, Actor
from kit.db import Database
from tenants.identity.errors import LinkSpent
from tenants.identity.facts import PasswordChanged, SignInLinkMade
from tenants.models import User
from tenants.service import factors, passwords
from tenants.service.entrance import Entrance, tell
from tenants.service.letters import write
from tenants.service.new_password import refuse_weak, store_password
from tenants.service.second import show_second
from tenants.service.sessions import token_hash

LIFE = timedelta(hours=24)

_MAKE = """
INSERT INTO control.sign_in_link (user_id, token_hash, purpose, created_at, expires_at) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (user_id) DO UPDATE SET token_hash = $2, purpose = $3, created_at = $4, expires_at = $5
"""
_READ = """
SELECT l.user_id, l.purpose, u.email, u.name, u.password_hash IS NOT NULL AS password
FROM control.sign_in_link l JOIN control."user" u ON u.id = l.user_id
WHERE l.token_hash = $1 AND l.expires_at > $2 AND u.disabled_at IS NULL
"""


@dataclass(frozen=True, slots=True)
class Link:
    """A living link: whose it is, and whether its use asks for a second factor, too."""

    user_id: UUID
    purpose: str
    email: str
    name: str
    second: bool


async def make_link(
    entrance: Entrance, user_id: UUID, now: datetime, *, actor: Actor | None = None
) -> tuple[str, bool]:
    """Make a person's link; return its token and whether it goes by mail. An older link has ended then."""
    token, pool = secrets.token_urlsafe(32), await entrance.control.pool()
    has_one = await pool.fetchval('SELECT password_hash IS NOT NULL FROM control."user" WHERE id = $1', user_id)
    purpose = "reset" if has_one else "invite"
    await tell(entrance, user_id, SignInLinkMade(str(user_id), purpose, entrance.mail), now, actor=actor)
    await pool.execute(_MAKE, user_id, token_hash(token), purpose, now, now + LIFE)
    mailed = await write(entrance, user_id, "reset" if has_one else "invite", now, secret=token)
    return token, mailed


async def ask_for_link(entrance: Entrance, email: str, now: datetime) -> None:
    """Send a link to whoever has this address; nothing happens for a stranger, a disabled person, or without mail."""
    async with entrance.control.plain() as session:
        known = select(col(User.id)).where(col(User.email) == email, col(User.disabled_at).is_(None))
        user_id = await session.scalar(known)
    if user_id is not None and entrance.mail:
        await make_link(entrance, user_id, now, actor=SYSTEM)


async def read_link(control: Database, token: str, now: datetime) -> Link:
    """Return what a link is for, without using it. Raises :class:`LinkSpent`."""
    row = await (await control.pool()).fetchrow(_READ, token_hash(token), now)
    if row is None:
        raise LinkSpent
    second = row["password"] and (await factors.factors_of(control, row["user_id"])).second
    return Link(row["user_id"], row["purpose"], row["email"], row["name"], bool(second))


async def use_link(entrance: Entrance, token: str, password: str, code: str, now: datetime) -> UUID:
    """Set the password by a link and end every session; return the person.

    A person with a second factor shows it, too: whoever reads its mail alone gets nowhere. Raises :class:`LinkSpent`,
    ``WeakPassword`` (the link lives on), ``WrongCode`` and ``SignInLocked``.
    """
    link = await read_link(entrance.control, token, now)
    await refuse_weak(entrance.control, link.user_id, password)
    hashed = await passwords.hash_password(password)
    if link.second:
        await show_second(entrance, link.user_id, code, now)
    await tell(entrance, link.user_id, PasswordChanged(str(link.user_id), "link"), now)
    async with (await entrance.control.pool()).acquire() as connection, connection.transaction():
        used = await connection.fetchval(
            "DELETE FROM control.sign_in_link WHERE token_hash = $1 AND user_id = $2 RETURNING 1",
            token_hash(token), link.user_id,
        )  # fmt: skip
        if used is None:  # the same link was used at the same time
            raise LinkSpent
        await store_password(connection, link.user_id, hashed)
    await write(entrance, link.user_id, "password_changed", now)
    return link.user_id
