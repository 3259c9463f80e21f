"""Raw SQL as the application's login inside B's transaction, against the rows of A. Everything is rolled back.

The catalogue says which tables there are. Whatever the database lets through is a finding: rows of A, a write that
names A, a table whose wall is not as it must be, a way around the guard.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import asyncpg

from kit.db import Database, Plane, Transaction
from migrations.gate import RULES
from migrations.logins import SHARED, Logins
from probe.core.oracles import Finding
from probe.core.tally import Attempt, Group, Outcome, Tally
from probe.service.ground import Ground
from probe.service.world import tables

WAYS_AROUND = (
    "SET ROLE gf_owner", "SET ROLE gf_migrator", "SET SESSION AUTHORIZATION postgres",
    "ALTER TABLE gf.queue DISABLE ROW LEVEL SECURITY", "DROP POLICY tenant ON gf.queue",
    "CREATE POLICY mine ON gf.queue USING (true)", "CREATE TEMP TABLE loot (a int)", "CREATE TABLE gf.loot (a int)",
    "CREATE TABLE public.loot (a int)", "CREATE VIEW gf.loot AS SELECT * FROM gf.queue",
    "CREATE FUNCTION gf.loot() RETURNS int LANGUAGE sql AS 'SELECT 1'", "COPY gf.queue TO '/dev/null'",
    "COPY (SELECT 1) TO PROGRAM 'true'", "SELECT * FROM pg_prepared_statements", "SELECT * FROM pg_stat_activity",
    "SELECT pg_read_file('PG_VERSION')", "SELECT * FROM pg_authid", "SELECT * FROM control.tenant",
    "ALTER ROLE gf_app BYPASSRLS", "SELECT set_config('app.ctx', 'x', true)", "SELECT * FROM guard.key",
    "UPDATE guard.key SET ipad = ipad", "SELECT * FROM pg_largeobject",
    "CREATE OR REPLACE FUNCTION guard.tenant() RETURNS uuid LANGUAGE sql AS 'SELECT NULL::uuid'",
    "SELECT tenant_id FROM control.membership", "SELECT * FROM dblink('', '') AS t(a int)",
)  # fmt: skip
"""Each must end in an error. A transaction that could be fooled is rolled back all the same."""
_NOTHING_TOLD = ("SELECT attname FROM pg_stats WHERE schemaname = 'gf'", "SELECT name FROM pg_cursors")
"""Each must return nothing."""
_HARMLESS_ERRORS = frozenset({"DeadlockDetectedError", "LockNotAvailableError", "QueryCanceledError"})


_OWN = " (your own database)"
_STALE = (
    "an expired signature", "a signature for another connection", "a signature for B", "a signature that was cut",
    "a context without its signature",
)  # fmt: skip
"""Contexts made with the real key that must not be believed all the same."""


class _RolledBackError(Exception):
    """Leaves a transaction without a trace."""


@dataclass
class Statements:
    """One run of raw SQL. ``foreign``: whose rows B must not reach, with a name for the report.

    ``own``: the database of one client alone, if it is that which is attacked, with what it is called in the report.
    """

    ground: Ground
    tally: Tally
    group: Group = "sql"
    foreign: dict[UUID, str] = field(default_factory=dict)
    own: Database | None = None
    _logins: Logins = SHARED

    async def run(self) -> None:
        """Judge every table, try every verb on it, then every way around."""
        async with self._plane.transaction(self.ground.world.b.tenant) as scope:
            found = [name for name in await tables(scope) if name.startswith("gf.")]
            self._logins = Logins((await scope.fetch("SELECT session_user::text AS name"))[0]["name"].partition("_")[2]
                                  if self.own else "")  # fmt: skip
        for table in found:
            for tenant, whose in self.foreign.items():
                await self._table(table, tenant, whose)
        if self.group == "sql" or self.own is not None:
            await self._walls()
            await self._around()
            await self._without_context(found)

    @property
    def _plane(self) -> Plane:
        return self.own or self.ground.plane

    async def _table(self, table: str, tenant: UUID, whose: str) -> None:
        theirs = "WHERE tenant_id = $1"
        if self.group == "own_data":  # were there no wall, one row at most would be touched, and given back
            theirs += " AND ctid = '(0,1)'"
        one = f"SELECT 1 FROM {table} WHERE tenant_id = $1 LIMIT 1"  # noqa: S608 - a name of the catalogue
        await self._nothing(one, tenant, f"SELECT, {table}, {whose}")
        other = f"SELECT 1 FROM {table} WHERE tenant_id <> $1 OR tenant_id IS NULL LIMIT 1"  # noqa: S608 - the same
        await self._nothing(other, self.ground.world.b.tenant, f"SELECT, {table}, anybody's rows")
        gone = f"DELETE FROM {table} {theirs} RETURNING 1"  # noqa: S608 - the same
        await self._nothing(gone, tenant, f"DELETE, {table}, {whose}")
        for column in await self._columns(table):
            sql = f"UPDATE {table} SET {column} = {column} {theirs} RETURNING 1"  # noqa: S608 - the same
            await self._nothing(sql, tenant, f"UPDATE {table}.{column}, {whose}")
        await self._insert(table, tenant, whose)
        await self._refused(f"TRUNCATE {table}", f"TRUNCATE {table}")

    async def _insert(self, table: str, tenant: UUID, whose: str) -> None:
        """Write B's own row as A's: the policy must refuse it before any constraint speaks."""
        sql = (
            f"INSERT INTO {table} SELECT (jsonb_populate_record(NULL::{table}, to_jsonb(t) ||"  # noqa: S608 - the same
            f" jsonb_build_object('tenant_id', $1::uuid))).* FROM {table} t LIMIT 1 RETURNING 1"
        )
        await self._nothing(sql, tenant, f"INSERT into {table}, {whose}")

    async def _columns(self, table: str) -> list[str]:
        schema, name = table.split(".")
        rows = await self._rows(
            "SELECT column_name FROM information_schema.column_privileges WHERE grantee = session_user"
            " AND table_schema = $1 AND table_name = $2 AND privilege_type = 'UPDATE'", schema, name.strip('"'),
        )  # fmt: skip
        return [row["column_name"] for row in rows if not isinstance(row, str)]

    async def _walls(self) -> None:
        """Ask the catalogue itself: a wall that is missing where nothing lies yet lets nothing through today."""
        for rule, sql in RULES.items():
            rows = await self._rows(self._logins.named(sql))
            if rows and isinstance(rows[0], str):  # what this login may not even look at
                self._count(f"catalogue: {rule}", rows[0], bad=False)
                continue
            offenders = ", ".join(str(row[0]) for row in rows)
            self._count(f"catalogue: {rule}", "no offender" if not rows else "offenders", bad=bool(rows))
            if rows:
                self._find("wall", f"{rule}: {offenders}")

    async def _around(self) -> None:
        for sql in WAYS_AROUND:
            await self._refused(sql, sql)
        for sql in _NOTHING_TOLD:
            await self._nothing(sql, None, sql)
        off = "SELECT 1 FROM gf.queue"
        await self._refused(off, "row_security = off", before="SET LOCAL row_security = off")

    async def _without_context(self, found: Sequence[str]) -> None:
        """Ask on a connection that entered no tenant, then with contexts that nobody signed, or for another moment."""
        database = self.own or self.ground.shared
        if database is None:
            return
        pool = await database.pool()
        for table in found:
            async with pool.acquire() as connection:
                await self._bare(connection, None, table, f"SELECT from {table} without a context")
        for name in ("", "garbage", "only an id", "a wrong signature", *_STALE):
            async with pool.acquire() as connection:
                context = self._context(name, connection, database)
                for table in found[:3] if context is not None else ():
                    await self._bare(connection, context, table, f"{name or 'empty'} as context on {table}")

    def _context(self, name: str, connection: Any, database: Database) -> str | None:  # noqa: ANN401 - the pool's proxy
        """Return a context that must not be believed, or None where there is no key to make it with."""
        victim = next(iter(self.foreign))
        plain = {"only an id": str(victim), "a wrong signature": f"1.{victim}.0.9999999999.{'00' * 32}"}
        if name not in _STALE or database.signer is None:
            return None if name in _STALE else plain.get(name, name)
        pid, at = connection.get_server_pid(), time.time()
        good, b = (database.signer.token(tenant, pid, at) for tenant in (victim, self.ground.world.b.tenant))
        made = {
            "an expired signature": database.signer.token(victim, pid, at - 3600),
            "a signature for another connection": database.signer.token(victim, pid + 1, at),
            "a signature for B": ".".join([*good.split(".")[:4], b.rpartition(".")[2]]),
            "a signature that was cut": good[:-1],
            "a context without its signature": good.rpartition(".")[0],
        }
        return made[name]

    async def _bare(self, connection: Any, context: str | None, table: str, what: str) -> None:  # noqa: ANN401 - the pool's proxy
        transaction = connection.transaction()
        await transaction.start()
        try:
            if context is not None:
                await connection.execute(f"SET LOCAL app.ctx = '{context}'")
            rows = await connection.fetch(f"SELECT 1 FROM {table} LIMIT 1")  # noqa: S608 - a name of the catalogue
            self._count(what, f"{len(rows)} rows", bad=bool(rows))  # an empty table asks nobody: no row, no error
            if rows:
                self._find("wall", what)
        except asyncpg.PostgresError as error:
            self._count(what, type(error).__name__, bad=False)
        finally:
            await transaction.rollback()

    async def _nothing(self, sql: str, argument: UUID | None, what: str) -> None:
        """Expect no row, or to be refused."""
        rows = await self._rows(sql, *([] if argument is None else [argument]))
        if rows and isinstance(rows[0], str):
            self._count(what, rows[0], bad=False)
            return
        self._count(what, f"{len(rows)} rows", bad=bool(rows))
        if rows:
            self._find("wall", what)

    async def _refused(self, sql: str, what: str, before: str = "") -> None:
        """Expect an error."""
        rows = await self._rows(sql, before=before)
        answered = not (rows and isinstance(rows[0], str))
        self._count(what, "answered" if answered else str(rows[0]), bad=answered)
        if answered:
            self._find("wall", what)

    async def _rows(self, sql: str, *args: object, before: str = "") -> list[Any]:
        """Return the rows of a statement in B's transaction, or the one name of its error."""
        found: list[Any] = []
        try:
            async with self._plane.transaction(self.ground.world.b.tenant) as scope:
                found = await self._tried(scope, sql, args, before)
                raise _RolledBackError  # noqa: TRY301 - leaves the transaction
        except _RolledBackError:
            return found
        except (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError) as error:
            return [type(error).__name__]

    async def _tried(self, scope: Transaction, sql: str, args: tuple[object, ...], before: str) -> list[Any]:
        await scope.connection.execute("SET LOCAL lock_timeout = '500ms'")
        await scope.connection.execute("SET LOCAL statement_timeout = '5s'")
        if before:
            await scope.connection.execute(before)
        return list(await scope.fetch(sql, *args))

    def _count(self, what: str, answer: str, *, bad: bool) -> None:
        what = f"{what}{_OWN}" if self.own else what
        outcome: Outcome = "finding" if bad else "alike" if answer in {"0 rows", "no offender"} else "refused"
        if answer in _HARMLESS_ERRORS:
            outcome = "left_out"
        self.tally.add(Attempt(self.group, "the application's login", what, "tenant_id", answer, outcome))

    def _find(self, oracle: str, what: str) -> None:
        what = f"{what}{_OWN}" if self.own else what
        self.tally.find(self.group, Finding(oracle, what, "the application's login", ""))
