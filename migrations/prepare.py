"""Prepare one database: roles with fresh passwords, schemas, the guard and its signing key. Needs a superuser, once.

Everything else is done by ``gf_migrator`` through Alembic. Idempotent: a second run changes the passwords of the logins
and leaves the guard alone.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import asyncpg

from kit.guard import ContextSigner

LOGINS = ("gf_app", "gf_worker", "gf_sealer", "gf_control", "gf_migrator", "gf_backup")
"""Every login that exists; which process gets which is said in kit.settings."""

_HERE = Path(__file__).parent

_SCHEMAS = """
CREATE SCHEMA IF NOT EXISTS gf AUTHORIZATION gf_owner;
CREATE SCHEMA IF NOT EXISTS control AUTHORIZATION gf_owner;
GRANT USAGE ON SCHEMA gf TO gf_app, gf_worker, gf_sealer;
GRANT USAGE ON SCHEMA control TO gf_control;
CREATE SCHEMA IF NOT EXISTS deploy AUTHORIZATION gf_migrator;
"""


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


async def prepare(admin_dsn: str, passwords: dict[str, str] | None = None, key: bytes | None = None) -> Prepared:
    """Prepare the database at ``admin_dsn``. Passwords and key are made when they are not given."""
    passwords = passwords or {login: secrets.token_urlsafe(24) for login in LOGINS}
    signer = ContextSigner(kid=1, key=key or secrets.token_bytes(32))
    connection = await asyncpg.connect(admin_dsn)
    try:
        await connection.execute(await _sql("roles.sql"))
        for login, password in passwords.items():
            await connection.execute(f"ALTER ROLE {login} PASSWORD '{password}'")
        await connection.execute(_SCHEMAS)
        if not await connection.fetchval("SELECT to_regnamespace('guard') IS NOT NULL"):
            async with connection.transaction():
                await connection.execute(await _sql("guard.sql"))
        await connection.execute("GRANT USAGE ON SCHEMA guard TO gf_migrator")  # to name it in policies, not to run it
        inner, outer = signer.pads()
        await connection.execute(
            "INSERT INTO guard.key VALUES ($1, $2, $3) ON CONFLICT (kid) DO UPDATE SET ipad = $2, opad = $3",
            signer.kid, inner, outer,
        )  # fmt: skip
        await grant_database(connection)
    finally:
        await connection.close()
    return Prepared({login: login_dsn(admin_dsn, login, p) for login, p in passwords.items()}, signer)


async def grant_database(connection: asyncpg.Connection[asyncpg.Record]) -> None:
    """Grant what lies on the database itself, which a copy by ``CREATE DATABASE .. TEMPLATE`` does not carry over."""
    name = await connection.fetchval("SELECT quote_ident(current_database())")
    await connection.execute(f"REVOKE CONNECT, TEMP ON DATABASE {name} FROM PUBLIC")
    await connection.execute(f"GRANT CONNECT ON DATABASE {name} TO {', '.join(LOGINS)}")


async def _sql(name: str) -> str:
    return (_HERE / name).read_text(encoding="utf-8")
