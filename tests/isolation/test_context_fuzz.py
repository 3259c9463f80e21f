from __future__ import annotations

import os
import time
from typing import Any

import asyncpg
import pytest

from tests.isolation.conftest import Filled
from tests.isolation.fuzz import Aim, first_failure, named, verdict
from tests.support.house import TENANT_A, TENANT_B

SEED = int.from_bytes(os.urandom(4), "big")
TOKENS = 10_000
FOR_A_MUTANT = 2_000

NO_COUNT = (
    "IF cardinality(p) IS DISTINCT FROM 5 THEN RAISE EXCEPTION 'bad tenant context' USING ERRCODE = '42501'; END IF;"
)
NO_TOKEN = "THEN RAISE EXCEPTION 'no tenant context' USING ERRCODE = '42501'; END IF;"
SIGNED = "convert_to(p[1]||'.'||p[2]||'.'||p[3]||'.'||p[4], 'UTF8')"
MAC = f"sha256(outer_pad || sha256(inner_pad || {SIGNED})) = decode(p[5], 'hex')"

MUTANTS: dict[str, tuple[tuple[str, str], ...]] = {
    "no mac": ((MAC, "true"),),
    "no pid": (("AND p[3]::bigint = pg_backend_pid()", ""),),
    "no expiry": (("AND to_timestamp(p[4]::bigint) >= statement_timestamp()", ""),),
    "no count of parts, and IF NOT ok": ((NO_COUNT, ""), ("IF ok IS NOT TRUE", "IF NOT ok")),
    "NULL when absent": ((NO_TOKEN, "THEN RETURN NULL; END IF;"),),
}


async def aim_at(filled: Filled) -> Aim:
    raw: asyncpg.Connection[Any] = await asyncpg.connect(filled.house.dsns["gf_app"])
    return Aim(raw, TENANT_A, TENANT_B, filled.house.signer, time.time())


async def guard_body(filled: Filled) -> str:
    return str(await filled.admin.fetchval("SELECT pg_get_functiondef('guard.tenant'::regproc)"))


async def test_no_token_that_nobody_signed_shows_anothers_rows_or_none_at_all(filled: Filled) -> None:
    print(f"seed {SEED}")  # noqa: T201 - a failure is repeated by its seed
    aim = await aim_at(filled)
    assert await first_failure(aim, SEED, TOKENS) is None, f"seed {SEED}"
    assert await verdict(aim, aim.signed(TENANT_A)) == "own rows"
    await aim.connection.close()


async def test_every_token_written_by_hand_is_refused(filled: Filled) -> None:
    aim = await aim_at(filled)
    said = {token: await verdict(aim, token) for token in named(aim)}
    assert set(said.values()) == {"refused"}, said
    assert len(said) > 15
    await aim.connection.close()


@pytest.mark.parametrize("mutant", MUTANTS)
async def test_the_fuzz_finds_each_weakened_guard(filled: Filled, mutant: str) -> None:
    await filled.admin.execute("DELETE FROM guard.only")  # it would hold where the rest of the guard does not
    body = await guard_body(filled)
    for old, new in MUTANTS[mutant]:
        assert old in body
        body = body.replace(old, new)
    await filled.admin.execute(body)
    aim = await aim_at(filled)
    assert await first_failure(aim, SEED, FOR_A_MUTANT) is not None, f"seed {SEED}"
    await aim.connection.close()
