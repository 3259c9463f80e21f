"""A new password: checked against the rule, stored, and whoever was signed in with the old one is signed out."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlmodel import col

from journal.core.facts import SYSTEM
from kit.db import Database
from kit.errors import NotFound
from tenants.access import INSTALLATION, Principal
from tenants.core.password_rule import objection
from tenants.errors import WrongPassword
from tenants.identity.errors import WeakPassword
from tenants.identity.facts import PasswordChanged, SignInFailed
from tenants.models import User
from tenants.service import passwords
from tenants.service.entrance import Entrance, tell
from tenants.service.letters import write
from tenants.service.sessions import close_all

_KNOWN = """
SELECT u.email, u.name, ARRAY(
  SELECT t.code || ' ' || t.name FROM control.tenant t
  WHERE CASE WHEN u.staff_role IS NULL
    THEN EXISTS (SELECT FROM control.membership m WHERE m.user_id = u.id AND m.tenant_id = t.id)
    ELSE t.id = $2 END) AS companies
FROM control."user" u WHERE u.id = $1
"""


async def refuse_weak(control: Database, user_id: UUID, password: str) -> None:
    """Raise :class:`WeakPassword` with the reason."""
    (row,) = await (await control.pool()).fetch(_KNOWN, user_id, INSTALLATION)
    why = objection(password, [row["email"], row["name"], *row["companies"]])
    if why is not None:
        raise WeakPassword(why)


async def store_password(connection: Any, user_id: UUID, hashed: str, *, keep: bytes | None = None) -> None:  # noqa: ANN401 - asyncpg's connection
    """Store the hash in the caller's transaction; sessions but the one to keep, half-done proofs and links end."""
    await connection.execute('UPDATE control."user" SET password_hash = $2 WHERE id = $1', user_id, hashed)
    ended = "DELETE FROM control.session WHERE user_id = $1 AND token_hash IS DISTINCT FROM $2"
    await connection.execute(ended, user_id, keep)
    for table in ("pending_sign_in", "sign_in_link"):
        await connection.execute(f"DELETE FROM control.{table} WHERE user_id = $1", user_id)  # noqa: S608 - our own names


async def change_password(entrance: Entrance, who: Principal, old: str, new: str, now: datetime) -> None:
    """Change one's own password; every other session ends. Raises :class:`WrongPassword`, :class:`WeakPassword`."""
    user_id, pool = UUID(who.id), await entrance.control.pool()
    stored = await pool.fetchval('SELECT password_hash FROM control."user" WHERE id = $1', user_id)
    await entrance.door.knock("", who.email)
    if not await passwords.verify(old, stored):
        await tell(entrance, user_id, SignInFailed(who.id, "password"), now)
        raise WrongPassword
    await entrance.door.welcome("", who.email)
    await refuse_weak(entrance.control, user_id, new)
    hashed = await passwords.hash_password(new)
    await tell(entrance, user_id, PasswordChanged(who.id, "itself"), now)
    async with pool.acquire() as connection, connection.transaction():
        await store_password(connection, user_id, hashed, keep=who.session)
    await write(entrance, user_id, "password_changed", now)


async def set_password(control: Database, email: str, password: str) -> UUID:
    """Give a person a new password and end all its sessions; return the person. For commands and the demo.

    Raises :class:`NotFound` and :class:`WeakPassword`.
    """
    async with control.plain() as session:
        user = (
            await session.execute(select(User).where(col(User.email) == email.strip().lower()))
        ).scalar_one_or_none()
    if user is None:
        raise NotFound("Nobody has this e-mail address")
    await refuse_weak(control, user.id, password)
    hashed = await passwords.hash_password(password)
    async with (await control.pool()).acquire() as connection, connection.transaction():
        await store_password(connection, user.id, hashed)
    return user.id


async def set_by_command(entrance: Entrance, email: str, password: str, now: datetime) -> None:
    """Set a password from the command line, with its fact. Raises :class:`NotFound` and :class:`WeakPassword`."""
    user_id = await set_password(entrance.control, email, password)
    await tell(entrance, user_id, PasswordChanged(str(user_id), "command"), now, actor=SYSTEM)
    await close_all(entrance.control, user_id)
