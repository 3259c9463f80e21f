"""A tenant that has left, or never lived here, is refused however well its context is signed (docs/placements.md)."""

from __future__ import annotations

import asyncio
import os

import asyncpg
import pytest

from kit.db import AccessibleTenantId, Database
from migrations.gate import offenders
from tests.isolation.conftest import Filled
from tests.isolation.fuzz import first_failure, named, verdict
from tests.isolation.test_context_fuzz import aim_at, guard_body
from tests.support.house import TENANT_A, TENANT_B, House

CLOSED, NOT_ITS_HOME = "TP001", "TP002"
SEED = int.from_bytes(os.urandom(4), "big")

SAYS = "THEN RAISE EXCEPTION 'this tenant is not here' USING ERRCODE = "
LOOKS_AT_CLOSED = "(tenant = ANY (away)) IS NOT FALSE"
LOOKS_AT_ONLY = "(tenant = ALL (just_for)) IS NOT TRUE"
MUTANTS = {
    "nobody is refused": (SAYS, f"AND false {SAYS}"),
    "closed is not looked at": (LOOKS_AT_CLOSED, "false"),
    "somebody else is closed": (LOOKS_AT_CLOSED, LOOKS_AT_CLOSED.replace("= ANY", "<> ANY")),
    "only is not looked at": (LOOKS_AT_ONLY, "false"),
    "a stranger is at home": (LOOKS_AT_ONLY, LOOKS_AT_ONLY.replace("= ALL", "<> ALL")),
}


async def state(database: Database, tenant_id: AccessibleTenantId, sql: str = "SELECT * FROM gf.skill") -> str:
    """Return the SQLSTATE of the refusal, or how many rows came."""
    try:
        async with database.transaction(tenant_id) as scope:
            return str(len(await scope.fetch(sql)))
    except asyncpg.PostgresError as error:
        return str(error.sqlstate)


async def close(house: House, tenant_id: AccessibleTenantId) -> None:
    """As the mover does it, under its login."""
    migrator = await asyncpg.connect(house.dsns["gf_migrator"])
    await migrator.execute("INSERT INTO guard.closed (tenant_id) VALUES ($1)", tenant_id)
    await migrator.close()


async def found(filled: Filled) -> list[str]:
    """Return everything that is not as it must be once A is closed."""
    house = filled.house
    statements = [sql for t in filled.tables for sql in (f"SELECT * FROM gf.{t.name}", t.insert(TENANT_A, TENANT_B))]
    said = {
        (login.dsn, sql): await state(login, TENANT_A, sql) for login in (house.app, house.worker) for sql in statements
    }
    wrong = [f"{sql}: {answer}" for (_, sql), answer in said.items() if answer not in {CLOSED, "42501"}]
    of_b = await state(house.app, TENANT_B)
    if of_b != (NOT_ITS_HOME if house.logins.suffix else "1"):
        wrong.append(f"B: {of_b}")
    return wrong


async def test_a_closed_tenant_is_served_by_no_login_and_no_table(filled: Filled) -> None:
    assert await state(filled.house.app, TENANT_A) == "1"
    await close(filled.house, TENANT_A)
    assert await found(filled) == []
    assert await state(filled.house.sealer, TENANT_A, "SELECT * FROM gf.journal") == CLOSED
    aim = await aim_at(filled)
    assert await first_failure(aim, SEED, 1_000) is None, f"seed {SEED}"
    assert {await verdict(aim, token) for token in (*named(aim), aim.signed(TENANT_A))} == {"refused"}
    await aim.connection.close()


async def test_a_statement_after_the_mark_is_refused_in_a_transaction_from_before_it(filled: Filled) -> None:
    async with filled.house.app.transaction(TENANT_A) as scope:
        assert len(await scope.fetch("SELECT * FROM gf.skill")) == 1
        await close(filled.house, TENANT_A)
        with pytest.raises(asyncpg.PostgresError, match="not here"):
            await scope.fetch("SELECT * FROM gf.skill")
        await scope.connection.execute("ROLLBACK")


@pytest.mark.parametrize("mutant", MUTANTS)
async def test_each_weakened_guard_is_found(filled: Filled, mutant: str) -> None:
    old, new = MUTANTS[mutant]
    body = await guard_body(filled)
    assert old in body
    await filled.admin.execute(body.replace(old, new))
    if filled.house.logins.suffix == "" and "just_for" in old:
        await filled.admin.execute(
            "INSERT INTO guard.only VALUES ($1)", TENANT_A
        )  # the shared database has no such row
        assert await state(filled.house.app, TENANT_B) != NOT_ITS_HOME or await state(filled.house.app, TENANT_A) != "1"
        return
    await close(filled.house, TENANT_A)
    assert await found(filled) != []


async def test_only_the_migrator_closes_and_opens_and_nobody_else_looks(filled: Filled) -> None:
    for login in (filled.house.app, filled.house.worker, filled.house.sealer):
        for table in ("closed", "only", "key"):
            for sql in (f"SELECT * FROM guard.{table}", f"DELETE FROM guard.{table}"):
                assert await state(login, TENANT_A, sql) == "42501", sql
    migrator = await asyncpg.connect(filled.house.dsns["gf_migrator"])
    for sql in ("DELETE FROM guard.only", "UPDATE guard.closed SET at = at", "SELECT * FROM guard.key"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await migrator.execute(sql)
    await migrator.close()


async def test_a_key_that_comes_later_knows_who_is_closed_and_two_marks_at_once_both_stay(filled: Filled) -> None:
    """The copies beside the keys, which the guard reads, follow the two tables in whatever order things happen."""
    copies = "SELECT DISTINCT closed, just_for FROM guard.key"
    one, two = [await asyncpg.connect(filled.house.dsns["gf_migrator"]) for _ in range(2)]
    mark = "INSERT INTO guard.closed (tenant_id) VALUES ($1)"
    first = one.transaction()
    await first.start()
    await one.execute(mark, TENANT_A)
    waiting = asyncio.create_task(two.execute(mark, TENANT_B))
    new_key = asyncio.create_task(
        filled.admin.execute("INSERT INTO guard.key (kid, ipad, opad) SELECT 2, ipad, opad FROM guard.key")
    )
    await asyncio.sleep(0.1)
    assert not waiting.done()
    assert not new_key.done()
    await first.commit()
    await asyncio.gather(waiting, new_key)
    ((closed, just_for),) = await filled.admin.fetch(copies)
    assert set(closed) == {TENANT_A, TENANT_B}
    assert just_for == ([TENANT_A] if filled.house.logins.suffix else [])
    await one.execute("DELETE FROM guard.closed WHERE tenant_id = $1", TENANT_B)
    await filled.admin.execute("UPDATE guard.closed SET tenant_id = $1", TENANT_B)
    assert [row["closed"] for row in await filled.admin.fetch(copies)] == [[TENANT_B]]
    assert await offenders(one, filled.house.logins) == []
    await filled.admin.execute("UPDATE guard.key SET closed = '{}' WHERE kid = 1")
    assert any("copies" in found for found in await offenders(one, filled.house.logins))
    for connection in (one, two):
        await connection.close()
