"""A tenant moves to a database of its own and comes home: everything arrives, nothing stays, nobody else notices."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from journal import seals
from journal import service as journal
from kit.errors import TenantMoving
from kit.objects import Folder
from placements import service, tables
from placements.core.steps import Step
from placements.errors import MoveRefused, NotTheSame
from placements.ledger import Record
from placements.move import Report
from tests.placements.conftest import Ground, rows_of
from tests.support.desks import EVENTS, an_interaction, desk_of, keep_desk


async def kinds(ground: Ground) -> list[str]:
    async with ground.planes.transaction(ground.galaxy) as scope:
        return [fact.kind for fact in await journal.read(scope)]


async def test_there_and_back(ground: Ground, empty: str, tmp_path: Path) -> None:
    house, kept = ground.house, Folder(tmp_path)
    async with house.app.transaction(ground.galaxy) as scope:
        interaction = await an_interaction(scope)
        await keep_desk(scope, kept, interaction)
    before, harbour = await rows_of(house.admin_dsn, ground.galaxy), await rows_of(house.admin_dsn, ground.harbour)
    assert sum(before.values()) > 20
    record = await ground.move(empty)
    assert record.outcome is None
    assert await rows_of(house.admin_dsn, ground.galaxy) == {}
    there = await rows_of(empty, ground.galaxy)
    assert there == before | {"journal": before["journal"] + 2}
    assert await kinds(ground) == ["BlueprintApplied", "DesktopRecorded", "TenantMoveStarted", "TenantMoveFinished"]
    async with ground.planes.transaction(ground.galaxy) as scope:
        assert await desk_of(scope, kept, interaction) == EVENTS, "the row has moved, the store is the same"
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
    assert (walked, unsealed, broken) == (6, 0, None)


class Killed(BaseException):
    """As kill -9 does: no step's own clean-up is run."""


@pytest.mark.parametrize("step", [step for step in Step if step is not Step.DONE])
async def test_a_move_that_was_cut_off_in_any_step_goes_on_and_nothing_is_lost_or_doubled(
    ground: Ground, empty: str, step: Step
) -> None:
    before = await rows_of(ground.house.admin_dsn, ground.galaxy)

    def cut(reached: Step) -> None:
        if reached is step:
            raise Killed

    def cut_at_table(_name: str, _done: int, _of: int) -> None:
        raise Killed

    with pytest.raises(Killed):
        await ground.move(empty, report=Report(step=cut))
    if step in {Step.COPYING, Step.SWITCHING}:  # closed, until somebody ends the move
        with pytest.raises(TenantMoving):
            await kinds(ground)
    record: Record | None = None
    with suppress(Killed):  # once more in the middle of a table, where there are tables left to copy
        record = await ground.move(empty, report=Report(table=cut_at_table))
    record = record or await ground.move(empty)
    assert record.step is Step.DONE
    assert await rows_of(ground.house.admin_dsn, ground.galaxy) == {}
    assert await rows_of(empty, ground.galaxy) == before | {"journal": before["journal"] + 2}
    assert await kinds(ground) == ["BlueprintApplied", "TenantMoveStarted", "TenantMoveFinished"]


@pytest.mark.parametrize("step", [Step.PREPARING, Step.COPYING_AHEAD, Step.CLOSING, Step.COPYING])
async def test_a_move_can_be_given_up_until_the_tenant_lives_elsewhere(ground: Ground, empty: str, step: Step) -> None:
    before = await rows_of(ground.house.admin_dsn, ground.galaxy)

    def cut(reached: Step) -> None:
        if reached is step:
            raise Killed

    with pytest.raises(Killed):
        await ground.move(empty, report=Report(step=cut))
    await service.give_up(ground.installation, ground.order())
    ground.planes.look_again()
    stays = await rows_of(ground.house.admin_dsn, ground.galaxy)
    assert stays | {"journal": before["journal"]} == before
    assert (await kinds(ground))[0] == "BlueprintApplied"
    with pytest.raises(MoveRefused):
        await service.give_up(ground.installation, ground.order())


async def test_after_the_switch_it_is_too_late_to_give_up(ground: Ground, empty: str) -> None:
    def cut(reached: Step) -> None:
        if reached is Step.CLEANING:
            raise Killed

    with pytest.raises(Killed):
        await ground.move(empty, report=Report(step=cut))
    with pytest.raises(MoveRefused):
        await service.give_up(ground.installation, ground.order())
    await ground.move(empty)


async def test_a_copy_that_differs_is_found_and_the_tenant_is_served_where_it_was(
    ground: Ground, empty: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = tables.copy

    async def lossy(source: Any, target: Any, table: Any, tenant: Any, **options: Any) -> int:
        done = await real(source, target, table, tenant, **options)
        if table.name == "skill":
            await target.execute("UPDATE gf.skill SET name = name || ' ' WHERE tenant_id = $1", tenant)
        return done

    monkeypatch.setattr(tables, "copy", lossy)
    with pytest.raises(NotTheSame, match="skill"):
        await ground.move(empty)
    assert (await kinds(ground))[-1] == "TenantMoveStarted"
    assert await rows_of(empty, ground.galaxy) == {"journal": 2}
    monkeypatch.setattr(tables, "copy", real)
    await ground.move(empty)


async def test_a_transaction_from_before_the_mark_is_waited_for(ground: Ground, empty: str) -> None:
    async with ground.house.app.transaction(ground.galaxy) as scope:
        await scope.fetch("SELECT count(*) FROM gf.skill")
        moving = asyncio.create_task(ground.move(empty))
        for _ in range(500):
            if await ground.admin.fetchval("SELECT count(*) FROM guard.closed"):
                break
            await asyncio.sleep(0.02)
        await asyncio.sleep(0.3)
        assert not moving.done()
        assert await rows_of(ground.house.admin_dsn, ground.galaxy)
    await moving
    assert not await rows_of(ground.house.admin_dsn, ground.galaxy)


async def test_two_movers_of_one_tenant_take_turns(ground: Ground, empty: str) -> None:
    first = asyncio.create_task(ground.move(empty))
    await asyncio.sleep(0.2)
    with pytest.raises(MoveRefused, match="Another process"):
        await ground.move(empty)
    await first


async def test_a_rehearsal_changes_nothing(ground: Ground, empty: str) -> None:
    found = await service.rehearse(ground.installation, ground.order(empty))
    assert found["flow"] > 0
    assert await ground.admin.fetchval("SELECT count(*) FROM control.move") == 0
    target = await asyncpg.connect(empty)
    assert await target.fetchval("SELECT to_regnamespace('gf') IS NULL")
    await target.close()
