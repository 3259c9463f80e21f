"""Prepare one database: roles with fresh passwords, schemas, the guard and its signing key. Needs a superuser, once.

Everything else is done by ``gf_migrator`` through Alembic. Idempotent: a second run changes the passwords of the logins
and brings the guard to this version.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit
from uuid import UUID

import asyncpg

from kit.guard import ContextSigner
from migrations.logins import LOGINS, SHARED, Logins

_HERE = Path(__file__).parent
_CONNECT_S = 10

_SCHEMAS = """
CREATE SCHEMA IF NOT EXISTS gf AUTHORIZATION gf_owner;
CREATE SCHEMA IF NOT EXISTS control AUTHORIZATION gf_owner;
GRANT USAGE ON SCHEMA gf TO gf_app, gf_worker, gf_sealer;
GRANT USAGE ON SCHEMA control TO gf_control;
CREATE SCHEMA IF NOT EXISTS deploy AUTHORIZATION gf_migrator;
"""
_BACKUP = "GRANT pg_read_all_data TO gf_backup"
# Who made a role may grant it, to itself too; while it prepares it acts as the owners of what it makes.
_LEND = "GRANT gf_owner, gf_guard, gf_migrator TO CURRENT_USER WITH INHERIT TRUE, SET TRUE"
_GIVE_BACK = "REVOKE gf_owner, gf_guard, gf_migrator FROM CURRENT_USER GRANTED BY CURRENT_USER"


@dataclass(frozen=True, slots=True)
class Prepared:
    """What the processes need to connect: a DSN per login, and the signer of tenant contexts."""

    dsns: dict[str, str]
    signer: ContextSigner


def login_dsn(admin_dsn: str, login: str, password: str) -> str:
    """Return the admin's address with another login."""
    parts = urlsplit(admin_dsn)
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{login}:{password}@{host}"))


async def prepare(
    admin_dsn: str,
    passwords: dict[str, str] | None = None,
    key: bytes | None = None,
    *,
    logins: Logins = SHARED,
    only: UUID | None = None,
) -> Prepared:
    """Prepare the database at ``admin_dsn``. Passwords and key are made when they are not given.

    ``only``: nobody but this tenant ever lives here; then ``logins`` have names of their own, and the login of
    ``admin_dsn`` may be one that is no superuser (``placements.target.LENT`` says what it needs).
    """
    passwords = passwords or {login: secrets.token_urlsafe(24) for login in LOGINS}
    signer = ContextSigner(kid=1, key=key or secrets.token_bytes(32))
    connection = await asyncpg.connect(admin_dsn, timeout=_CONNECT_S)
    try:
        lent = not await connection.fetchval("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        await connection.execute(logins.named(await _sql("roles.sql")))
        await connection.execute(logins.named(_LEND if lent else _BACKUP))
        for login in logins.connecting:
            await connection.execute(f"ALTER ROLE {logins.name(login)} PASSWORD '{passwords[login]}'")
        for login in set(LOGINS) - set(logins.connecting):  # named in grants, and nobody signs in as one of them here
            await connection.execute(f"ALTER ROLE {logins.name(login)} NOLOGIN")
        await connection.execute(logins.named(_SCHEMAS))
        async with connection.transaction():
            await connection.execute(logins.named(await _sql("guard.sql")))
            await _turn_key(connection, signer)
            if only is not None:
                await connection.execute("INSERT INTO guard.only VALUES ($1) ON CONFLICT DO NOTHING", only)
        await grant_database(connection, logins)
        if lent:
            await connection.execute(logins.named(_GIVE_BACK))
    finally:
        await connection.close()
    dsns = {login: login_dsn(admin_dsn, logins.name(login), passwords[login]) for login in logins.connecting}
    return Prepared(dsns, signer)


async def _turn_key(connection: asyncpg.Connection[asyncpg.Record], signer: ContextSigner) -> None:
    inner, outer = signer.pads()
    await connection.execute(
        "INSERT INTO guard.key VALUES ($1, $2, $3) ON CONFLICT (kid) DO UPDATE SET ipad = $2, opad = $3",
        signer.kid, inner, outer,
    )  # fmt: skip


async def grant_database(connection: asyncpg.Connection[asyncpg.Record], logins: Logins = SHARED) -> None:
    """Grant what lies on the database itself, which a copy by ``CREATE DATABASE .. TEMPLATE`` does not carry over."""
    name = await connection.fetchval("SELECT quote_ident(current_database())")
    await connection.execute(f"REVOKE CONNECT, TEMP ON DATABASE {name} FROM PUBLIC")
    allowed = ", ".join(logins.name(login) for login in logins.connecting)
    await connection.execute(f"GRANT CONNECT ON DATABASE {name} TO {allowed}")


async def _sql(name: str) -> str:
    return (_HERE / name).read_text(encoding="utf-8")
