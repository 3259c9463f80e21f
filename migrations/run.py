"""Run the revisions from code: one head, under a lock, then the journal's partitions: those to come, those emptied."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import date
from functools import lru_cache
from pathlib import Path

import asyncpg
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

from migrations.gate import offenders
from migrations.logins import SHARED, Logins

_MONTHS_AHEAD = 13
_CONNECT_S = 10
_MONTHS = """
SELECT c.relname AS name FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
WHERE i.inhparent = 'gf.journal'::regclass AND c.relname ~ '^journal_p[0-9]{6}$' AND c.relname < $1
"""


class GateClosed(Exception):
    """The database's own catalogue breaks a rule of isolation: nothing may be started on it."""

    def __init__(self, found: list[str]) -> None:
        """Name each rule with what breaks it."""
        super().__init__("the database does not hold tenants apart:\n" + "\n".join(found))


def alembic_config(dsn: str, logins: Logins = SHARED) -> Config:
    """Return Alembic's configuration for the database of ``dsn`` (login ``gf_migrator``)."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.set_main_option("path_separator", "os")
    config.attributes["dsn"] = dsn
    config.attributes["logins"] = logins
    return config


@lru_cache(maxsize=1)
def head() -> str:
    """Return the newest revision of this version of the code."""
    return str(ScriptDirectory.from_config(alembic_config("")).get_current_head())


async def migrate(dsn: str, *, today: date, logins: Logins = SHARED, lent: bool = False) -> None:
    """Bring the database to the head and make the journal's monthly partitions. Idempotent; two at once take turns.

    ``lent``: see :func:`migrations.gate.offenders`.

    Raises :class:`GateClosed` when the catalogue says that something does not hold tenants apart.
    """
    connection = await asyncpg.connect(dsn, timeout=_CONNECT_S)
    try:
        await connection.execute("SELECT pg_advisory_lock(hashtext('glassfloor migrate'))")
        await asyncio.to_thread(command.upgrade, alembic_config(dsn, logins), "head")
        await connection.execute(f"COMMENT ON SCHEMA gf IS '{head()}'")  # kit.db.TABLES_VERSION
        for ahead in range(-1, _MONTHS_AHEAD):
            await _ensure_partition(connection, _month(today, ahead))
        await _drop_empty_partitions(connection, _month(today, -12))
        found = await offenders(connection, logins, lent=lent)
        if found:
            raise GateClosed(found)
    finally:
        await connection.close()


def _month(today: date, ahead: int) -> date:
    months = today.year * 12 + today.month - 1 + ahead
    return date(months // 12, months % 12 + 1, 1)


async def _ensure_partition(connection: asyncpg.Connection[asyncpg.Record], start: date) -> None:
    end = _month(start, 1)
    name = f"journal_p{start:%Y%m}"
    if await connection.fetchval("SELECT to_regclass($1) IS NULL", f"gf.{name}"):
        await connection.execute(
            f"CREATE TABLE gf.{name} PARTITION OF gf.journal FOR VALUES FROM ('{start}Z') TO ('{end}Z');"
            f"ALTER TABLE gf.{name} OWNER TO gf_owner;"
        )


async def _drop_empty_partitions(connection: asyncpg.Connection[asyncpg.Record], before: date) -> None:
    """Drop old months of which no client keeps a fact; one that somebody is using is left for the next time."""
    for row in await connection.fetch(_MONTHS, f"journal_p{before:%Y%m}"):
        empty = f"SELECT NOT EXISTS (SELECT FROM gf.{row['name']})"
        if not await connection.fetchval(empty):
            continue
        with suppress(asyncpg.LockNotAvailableError):
            async with connection.transaction():
                await connection.execute("SET LOCAL lock_timeout = '3s'")
                await connection.execute(f"LOCK TABLE gf.{row['name']} IN ACCESS EXCLUSIVE MODE")
                if await connection.fetchval(empty):
                    await connection.execute(f"DROP TABLE gf.{row['name']}")
