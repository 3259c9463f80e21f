"""Raw SQL as the application's login in a client's own database: nobody gets in, and a missing wall is found."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import asyncpg
from fastapi import FastAPI

from kit.db import AccessibleTenantId, Database
from probe.core.canaries import Canaries
from probe.core.tally import Tally
from probe.service.ground import Ground as Attacked
from probe.service.statements import Statements
from probe.service.world import Side, World
from tests.placements.conftest import Ground


async def _attacked(ground: Ground, home: Database) -> Tally:
    def side(tenant: AccessibleTenantId) -> Side:
        victim: Any = None
        return Side("x", Canaries("x", "+1"), tenant, victim, "")

    world = World(side(ground.galaxy), side(ground.harbour))
    where = Attacked("", FastAPI(), world, ground.house.control, ground.planes, Path())
    tally = Tally()
    await Statements(where, tally, "own_data", {ground.galaxy: "your rows"}, home).run()
    return tally


async def test_raw_sql_in_a_clients_own_database(ground: Ground, empty: str) -> None:
    assert await ground.planes.own_database(ground.galaxy) is None
    await ground.move(empty)
    home = await ground.planes.own_database(ground.galaxy)
    assert home is not None
    clean = await _attacked(ground, home)
    assert clean.findings == []
    assert clean.attempts.total() > 300
    assert {attempt.what.rpartition(" (")[2] for attempt in clean.attempts} == {"your own database)"}
    for name in ("an expired signature", "a signature for another connection", "a signature for B"):
        answers = {a.answer for a in clean.attempts if a.what.startswith(f"{name} as context")}
        assert answers == {"InsufficientPrivilegeError"}, name
    admin = await asyncpg.connect(empty)
    await admin.execute("ALTER TABLE gf.queue NO FORCE ROW LEVEL SECURITY, DISABLE ROW LEVEL SECURITY")
    await admin.close()
    found = {finding.member for _, finding in (await _attacked(ground, home)).findings}
    assert "SELECT, gf.queue, your rows (your own database)" in found
    assert any(one.startswith("row-level security is on and forced") for one in found)
