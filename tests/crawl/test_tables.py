"""Every table of the catalogue, every verb, as gf_app inside B's transaction against A's rows."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import asyncpg
import pytest

from probe.service.world import rows_of, tables
from tests.crawl.ground import SiteGround
from tests.crawl.settling import checksum


async def test_raw_sql_inside_the_others_transaction_reaches_no_row(ground: SiteGround) -> None:
    world, admin = ground.world, ground.site.house.admin_dsn
    connection = await asyncpg.connect(admin)
    theirs = await rows_of(connection, world.a.tenant)
    plane = [table for table in theirs if table.startswith("gf.")]
    assert len(plane) >= 22
    empty = [table for table in plane if not theirs[table]]
    assert empty == [], "fill these tables in tests/crawl/filling.py"
    before = await checksum(admin, world.a, ground.folder)
    try:
        for table in plane:
            await _read(ground, table)
            for column in await _granted(connection, table, "UPDATE"):
                await _change(ground, f"UPDATE {table} SET {column} = {column} WHERE tenant_id = $1")
            await _change(ground, f"DELETE FROM {table} WHERE tenant_id = $1")
            await _insert(ground, connection, table)
    finally:
        await connection.close()
    assert await checksum(admin, world.a, ground.folder) == before


async def test_the_control_plane_is_closed_to_the_applications_login(ground: SiteGround) -> None:
    connection = await asyncpg.connect(ground.site.house.admin_dsn)
    try:
        control = [table for table in await tables(connection) if table.startswith("control.")]
    finally:
        await connection.close()
    assert len(control) >= 5
    for table in [*control, 'control."user"', "control.agent", "control.seat"]:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with ground.site.house.app.transaction(ground.world.b.tenant) as scope:
                await scope.fetch(f"SELECT * FROM {table}")


async def _read(ground: SiteGround, table: str) -> None:
    async with ground.site.house.app.transaction(ground.world.b.tenant) as scope:
        rows = await scope.fetch(f"SELECT t::text AS row, tenant_id FROM {table} t")
        named = await scope.fetch(f"SELECT 1 FROM {table} WHERE tenant_id = $1", ground.world.a.tenant)
    assert named == []
    assert {row["tenant_id"] for row in rows} <= {ground.world.b.tenant}
    assert ground.world.a.words.found_in(*(row["row"] for row in rows)) == set(), table


async def _change(ground: SiteGround, sql: str) -> None:
    try:
        async with ground.site.house.app.transaction(ground.world.b.tenant) as scope:
            assert await scope.fetch(sql + " RETURNING 1", ground.world.a.tenant) == [], sql
    except asyncpg.InsufficientPrivilegeError:
        assert sql.startswith("DELETE"), sql


async def _insert(ground: SiteGround, admin: Any, table: str) -> None:
    """Write a copy of B's own row as A's, and of A's row as B's with everything that it points at still A's."""
    world = ground.world
    for owner, stamp in ((world.b.tenant, world.a.tenant), (world.a.tenant, world.b.tenant)):
        row = await admin.fetchval(f"SELECT to_jsonb(t)::text FROM {table} t WHERE tenant_id = $1 LIMIT 1", owner)
        if row is None:
            continue
        sql = (f"INSERT INTO {table} SELECT (jsonb_populate_record(NULL::{table}, $1::jsonb ||"
               " jsonb_build_object('tenant_id', $2::uuid))).*")  # fmt: skip
        await _refused_or_harmless(ground, table, sql, (row, stamp))


async def _refused_or_harmless(ground: SiteGround, table: str, sql: str, args: tuple[str, UUID]) -> None:
    world = ground.world
    try:
        async with ground.site.house.app.transaction(world.b.tenant) as scope:
            await scope.fetch(sql, *args)
            raise _RollBack  # noqa: TRY301 - leaves the transaction
    except asyncpg.InsufficientPrivilegeError:
        return
    except asyncpg.IntegrityConstraintViolationError as error:
        assert args[1] == world.b.tenant, "RLS must speak before a constraint does"
        assert str(world.a.tenant) not in f"{error} {error.detail}"  # noqa: PT017 - one of three outcomes
    except _RollBack:
        assert args[1] == world.b.tenant, f"{table}: a row of A was written in B's transaction"


async def _granted(admin: Any, table: str, verb: str) -> list[str]:
    schema, name = table.split(".")
    rows = await admin.fetch(
        "SELECT column_name FROM information_schema.column_privileges WHERE grantee = 'gf_app'"
        " AND table_schema = $1 AND table_name = $2 AND privilege_type = $3", schema, name, verb,
    )  # fmt: skip
    return [row["column_name"] for row in rows]


class _RollBack(Exception):
    """Leave nothing behind."""
