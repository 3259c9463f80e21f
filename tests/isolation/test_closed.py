"""A tenant that has left, or never lived here, is refused however well its context is signed (docs/placements.md)."""

from __future__ import annotations

import os

import asyncpg
import pytest

from kit.db import AccessibleTenantId, Database
from tests.isolation.conftest import Filled
from tests.isolation.fuzz import first_failure, named, verdict
from tests.isolation.test_context_fuzz import aim_at, guard_body
from tests.support.house import TENANT_A, TENANT_B, House

CLOSED, NOT_ITS_HOME = "TP001", "TP002"
SEED = int.from_bytes(os.urandom(4), "big")

REFUSES = "IF refusal IS NOT NULL THEN RAISE EXCEPTION 'this tenant is not here' USING ERRCODE = refusal; END IF;"
LOOKS_AT_CLOSED = "EXISTS (SELECT FROM guard.closed c WHERE c.tenant_id = p[2]::uuid)"
LOOKS_AT_ONLY = "EXISTS (SELECT FROM guard.only o WHERE o.tenant_id <> p[2]::uuid)"
MUTANTS = {
    "nobody is refused": (REFUSES, ""),
    "closed is not looked at": (LOOKS_AT_CLOSED, "false"),
    "somebody else is closed": (LOOKS_AT_CLOSED, LOOKS_AT_CLOSED.replace("=", "<>")),
    "only is not looked at": (LOOKS_AT_ONLY, "false"),
    "a stranger is at home": (LOOKS_AT_ONLY, LOOKS_AT_ONLY.replace("<>", "=")),
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
    if filled.house.logins.suffix == "" and "only" in old:
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
