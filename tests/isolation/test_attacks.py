"""Tenant A's SQL against tenant B (isolation.md 13, S1 to S10 and Q2): raw statements under the app's login."""

from __future__ import annotations

import asyncio
import time
from io import BytesIO
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from kit.db import Database
from kit.guard import ContextSigner
from tests.isolation.conftest import Filled
from tests.isolation.seeds import Table, seeded_id
from tests.support.house import TENANT_A, TENANT_B, House

DENIED = asyncpg.InsufficientPrivilegeError


async def as_a(house: House, sql: str, *args: object) -> list[Any]:
    async with house.app.transaction(TENANT_A) as scope:
        return list(await scope.fetch(sql, *args))


async def outcome(house: House, sql: str) -> str:
    """Return how many rows came of a statement, or the name of its error."""
    try:
        return str(len(await as_a(house, house.logins.named(sql))))
    except asyncpg.PostgresError as error:
        return type(error).__name__


def _writes(table: Table) -> list[str]:
    theirs = f"WHERE tenant_id = '{TENANT_B}'"
    updates = [f"UPDATE gf.{table.name} SET {c} = {c} {theirs} RETURNING 1" for c in table.columns]
    return [f"SELECT * FROM gf.{table.name} {theirs}", f"DELETE FROM gf.{table.name} {theirs} RETURNING 1", *updates]


async def test_no_verb_on_any_table_reaches_the_other_tenant(filled: Filled) -> None:
    before = await filled.checksum()
    tried = 0
    for table in filled.tables:
        assert await outcome(filled.house, f"SELECT * FROM gf.{table.name}") == "1", table.name
        for sql in _writes(table):
            assert await outcome(filled.house, sql) in {"0", "InsufficientPrivilegeError"}, sql
            tried += 1
        planted = table.insert(TENANT_B, uuid4())
        assert await outcome(filled.house, planted) == "InsufficientPrivilegeError", planted
        moved = f"UPDATE gf.{table.name} SET tenant_id = '{TENANT_B}'"
        assert await outcome(filled.house, moved) == "InsufficientPrivilegeError", moved
        assert await outcome(filled.house, f"TRUNCATE gf.{table.name} CASCADE") == "InsufficientPrivilegeError"
    assert tried > 100
    assert await filled.checksum() == before


async def test_joins_subqueries_and_copies_see_only_ones_own(filled: Filled) -> None:
    for sql in (
        "SELECT DISTINCT tenant_id FROM gf.skill WHERE true OR tenant_id = tenant_id",
        "SELECT tenant_id FROM gf.skill UNION SELECT tenant_id FROM gf.queue",
        "WITH x AS MATERIALIZED (SELECT tenant_id FROM gf.queue) SELECT DISTINCT tenant_id FROM x",
        "SELECT (SELECT max(tenant_id::text) FROM gf.prompt)::uuid AS tenant_id",
    ):
        assert {row["tenant_id"] for row in await as_a(filled.house, sql)} == {TENANT_A}
    async with filled.house.app.transaction(TENANT_A) as scope:
        with pytest.raises(asyncpg.FeatureNotSupportedError):  # COPY FROM is refused on a forced table
            await scope.connection.copy_to_table("skill", schema_name="gf", source=BytesIO(b""))


async def test_without_a_context_every_table_refuses_and_none_is_empty(filled: Filled) -> None:
    raw = await asyncpg.connect(filled.house.dsns["gf_app"])
    for context in (None, "", "garbage", str(TENANT_B), f"1.{TENANT_B}"):
        if context is not None:
            await raw.execute(f"SET app.ctx = '{context}'")
        for table in filled.tables:
            with pytest.raises(DENIED):
                await raw.fetch(f"SELECT * FROM gf.{table.name}")
    await raw.close()


async def test_an_injected_expression_cannot_change_the_context(filled: Filled) -> None:
    token = filled.house.signer.token(TENANT_B, 1, time.time())
    for sql in (
        f"SELECT s.* FROM (SELECT set_config('app.ctx', '{token}', true)) c, gf.skill s",
        f"WITH c AS (SELECT set_config('app.ctx', '{token}', true)) SELECT s.* FROM c, gf.skill s",
        "SELECT * FROM guard.key",
        "SELECT ipad FROM guard.key UNION SELECT NULL",
        "UPDATE guard.key SET ipad = ipad",
        "CREATE OR REPLACE FUNCTION guard.tenant() RETURNS uuid LANGUAGE sql AS 'SELECT NULL::uuid'",
    ):
        assert await outcome(filled.house, sql) == "InsufficientPrivilegeError", sql
    with pytest.raises(asyncpg.PostgresSyntaxError):
        await as_a(filled.house, "SELECT 1 WHERE $1::int = 1; SELECT 2", 1)


@pytest.mark.parametrize(
    "sql",
    [
        "SET ROLE gf_owner",
        "SET ROLE gf_migrator",
        "SET SESSION AUTHORIZATION postgres",
        "ALTER TABLE gf.skill DISABLE ROW LEVEL SECURITY",
        "DROP POLICY tenant ON gf.skill",
        "CREATE POLICY mine ON gf.skill USING (true)",
        "CREATE TEMP TABLE loot (a int)",
        "CREATE TABLE gf.loot (a int)",
        "CREATE TABLE public.loot (a int)",
        "CREATE VIEW gf.loot AS SELECT * FROM gf.skill",
        "CREATE FUNCTION gf.loot() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "COPY gf.skill TO '/tmp/loot'",
        "COPY (SELECT 1) TO PROGRAM 'true'",
        "SELECT * FROM pg_prepared_statements",
        "SELECT * FROM pg_cursors",
        "SELECT * FROM pg_stat_activity",
        "SELECT pg_read_file('PG_VERSION')",
        "SELECT * FROM pg_authid",
        "SELECT * FROM control.tenant",
        "ALTER ROLE gf_app BYPASSRLS",
    ],
)
async def test_no_way_around_the_policy(filled: Filled, sql: str) -> None:
    assert await outcome(filled.house, sql) in {"InsufficientPrivilegeError", "InvalidParameterValueError"}


async def test_row_security_cannot_be_turned_off(filled: Filled) -> None:
    async with filled.house.app.transaction(TENANT_A) as scope:
        await scope.connection.execute("SET LOCAL row_security = off")
        with pytest.raises(DENIED):
            await scope.fetch("SELECT * FROM gf.skill")


async def test_partitions_and_statistics_tell_nothing(filled: Filled) -> None:
    children = await filled.admin.fetch(
        "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
        " WHERE n.nspname = 'gf' AND c.relispartition AND c.relkind = 'r'"
    )
    assert len(children) > 5
    for (child,) in children:
        for verb in (f"SELECT * FROM gf.{child}", f"DELETE FROM gf.{child}", f"INSERT INTO gf.{child} DEFAULT VALUES"):
            assert await outcome(filled.house, verb) == "InsufficientPrivilegeError", verb
    assert await filled.admin.fetchval("SELECT count(*) FROM pg_stats WHERE schemaname = 'gf'") > 0
    assert await outcome(filled.house, "SELECT attname FROM pg_stats WHERE schemaname = 'gf'") == "0"


async def test_another_tenants_row_is_refused_as_a_reference_like_a_random_one(filled: Filled) -> None:
    tried = 0
    for table in filled.tables:
        for column, parent in table.parents.items():
            foreign = table.insert(TENANT_A, uuid4(), **{column: seeded_id(TENANT_B, parent)})
            random = table.insert(TENANT_A, uuid4(), **{column: uuid4()})
            assert await outcome(filled.house, foreign) == await outcome(filled.house, random) != "0", foreign
            assert "Violation" in await outcome(filled.house, foreign), foreign
            tried += 1
    assert tried > 0


# --------------------------------------------------------------------------------- S8, S10: what a connection keeps


async def test_a_token_of_another_connection_of_yesterday_or_of_another_key_is_worthless(filled: Filled) -> None:
    house = filled.house
    async with house.app.transaction(TENANT_B) as scope:
        (row,) = await scope.fetch("SELECT current_setting('app.ctx') AS token")
    raw = await asyncpg.connect(house.dsns["gf_app"])
    pid, now = raw.get_server_pid(), time.time()
    stranger = ContextSigner(1, bytes(reversed(house.signer.key)))
    await raw.execute(f"SET app.ctx = '{house.signer.token(TENANT_A, pid, now)}'")
    assert [r["tenant_id"] for r in await raw.fetch("SELECT tenant_id FROM gf.skill")] == [TENANT_A]
    for token in (
        row["token"],
        house.signer.token(TENANT_B, pid, now - 61),
        house.signer.token(TENANT_B, pid + 1, now),
        stranger.token(TENANT_B, pid, now),
        ContextSigner(2, house.signer.key).token(TENANT_B, pid, now),
    ):
        await raw.execute(f"SET app.ctx = '{token}'")
        with pytest.raises(DENIED):
            await raw.fetch("SELECT * FROM gf.skill")
    await raw.close()


async def _refuses(database: Database) -> None:
    """Assert that a connection of the pool, taken without entering, sees nothing: the last user left nothing."""
    pool = await database.pool()
    async with pool.acquire() as connection:
        assert await connection.fetchval("SELECT current_setting('app.ctx', true)") in {None, ""}
        with pytest.raises(DENIED):
            await connection.fetch("SELECT * FROM gf.skill")


@pytest.fixture
async def one(filled: Filled) -> Any:
    """A database with a single connection, so that the next user gets the last one's."""
    database = Database(filled.house.dsns["gf_app"], filled.house.signer, size=1)
    yield database
    await database.close()


async def test_a_connection_keeps_nothing_after_commit_error_cancel_or_savepoint(one: Database) -> None:
    async with one.transaction(TENANT_A) as scope:
        assert len(await scope.fetch("SELECT * FROM gf.skill")) == 1
    await _refuses(one)
    with pytest.raises(asyncpg.DivisionByZeroError):
        async with one.transaction(TENANT_A) as scope:
            await scope.fetch("SELECT 1/0")
    await _refuses(one)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.2), one.transaction(TENANT_A) as scope:
            await scope.fetch("SELECT pg_sleep(5)")
    await _refuses(one)
    async with one.transaction(TENANT_A) as scope:
        with pytest.raises(asyncpg.DivisionByZeroError):
            async with scope.connection.transaction():
                await scope.fetch("SELECT 1/0")
        assert len(await scope.fetch("SELECT * FROM gf.skill")) == 1
    await _refuses(one)


async def test_a_token_that_was_never_sent_is_not_left_to_the_next_user(one: Database) -> None:
    pool = await one.pool()
    async with pool.acquire() as held:
        held._con.enter(one.signer, TENANT_A)  # type: ignore[attr-defined] # the pool's proxy hides our methods
    async with pool.acquire() as connection, connection.transaction():
        with pytest.raises(DENIED):
            await connection.fetch("SELECT * FROM gf.skill")
    async with one.engine.connect() as idle:
        driver = (await idle.get_raw_connection()).driver_connection
        assert driver is not None
        driver.enter(one.signer, TENANT_A)
    async with one.engine.connect() as next_user:
        with pytest.raises(Exception, match="no tenant context"):
            await next_user.exec_driver_sql("SELECT * FROM gf.skill")


async def test_tokens_are_never_prepared_statements(one: Database, filled: Filled) -> None:
    async with one.transaction(TENANT_A) as scope:
        await scope.fetch("SELECT * FROM gf.skill")
    async with one.session(TENANT_A) as session:
        await session.fetch("SELECT * FROM gf.skill")
    app = filled.house.logins.name("gf_app")
    await filled.admin.execute(f"GRANT SELECT ON pg_catalog.pg_prepared_statements TO {app}")
    await filled.admin.execute(f"GRANT EXECUTE ON FUNCTION pg_catalog.pg_prepared_statement() TO {app}")
    for database in (one,):
        async with database.transaction(TENANT_B) as scope:
            texts = [row["statement"] for row in await scope.fetch("SELECT statement FROM pg_prepared_statements")]
        assert any("gf.skill" in text for text in texts)
        assert not any("app.ctx" in text for text in texts)


async def test_arrays_of_uuids_bind_although_set_config_is_revoked(filled: Filled) -> None:
    wanted = [TENANT_A, TENANT_B]
    (row,) = await as_a(filled.house, "SELECT $1::uuid[] AS ids", wanted)
    assert row["ids"] == wanted
    async with filled.house.app.session(TENANT_A) as session:
        (row,) = await session.fetch("SELECT $1::uuid[] AS ids", wanted)
        assert [UUID(str(i)) for i in row["ids"]] == wanted
    raw = await asyncpg.connect(filled.house.dsns["gf_app"])
    with pytest.raises(DENIED, match="set_config"):  # the planted bug: a connection without our class
        await raw.fetch("SELECT $1::uuid[] AS ids", wanted)
    await raw.close()
