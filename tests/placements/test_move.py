"""A tenant moves to a database of its own and comes home: everything arrives, nothing stays, nobody else notices."""

from __future__ import annotations

import asyncpg
import pytest

from journal import seals
from journal import service as journal
from tests.placements.conftest import Ground, rows_of


async def kinds(ground: Ground) -> list[str]:
    async with ground.planes.transaction(ground.galaxy) as scope:
        return [fact.kind for fact in await journal.read(scope)]


async def test_there_and_back(ground: Ground, empty: str) -> None:
    house = ground.house
    before, harbour = await rows_of(house.admin_dsn, ground.galaxy), await rows_of(house.admin_dsn, ground.harbour)
    assert sum(before.values()) > 20
    record = await ground.move(empty)
    assert record.outcome is None
    assert await rows_of(house.admin_dsn, ground.galaxy) == {}
    there = await rows_of(empty, ground.galaxy)
    assert there == before | {"journal": before["journal"] + 2}
    assert await kinds(ground) == ["BlueprintApplied", "TenantMoveStarted", "TenantMoveFinished"]
    with pytest.raises(asyncpg.PostgresError, match="not here"):  # the old login, with a good signature
        async with house.app.transaction(ground.galaxy) as scope:
            await scope.fetch("SELECT * FROM gf.queue")

    await ground.move(back=True)
    assert await rows_of(empty, ground.galaxy) == {}
    assert await rows_of(house.admin_dsn, ground.galaxy) == before | {"journal": before["journal"] + 4}
    assert await rows_of(house.admin_dsn, ground.harbour) == harbour
    async with house.app.transaction(ground.galaxy) as scope:
        assert len(await scope.fetch("SELECT * FROM gf.queue WHERE tenant_id = $1", ground.galaxy)) > 0
    await seals.seal_new(house.sealer, ground.galaxy)
    walked, unsealed, broken = await seals.verify(ground.planes, ground.galaxy)
    assert (walked, unsealed, broken) == (5, 0, None)
