"""A move whose mover is gone is taken up by itself: at once, by one of several, and not for ever."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import asyncpg
import pytest

from journal import service as journal
from placements import ledger
from placements.care import take_up
from placements.core.steps import ATTEMPTS, LATEST, Care, Standing, Step
from placements.move import Report
from tests.placements.conftest import Ground, rows_of
from tests.placements.test_move import Killed

MINUTE = timedelta(minutes=1)


async def cut_off(ground: Ground, empty: str, step: Step) -> None:
    def cut(reached: Step) -> None:
        if reached is step:
            raise Killed

    with pytest.raises(Killed):
        await ground.move(empty, report=Report(step=cut))


async def is_served(ground: Ground) -> bool:
    ground.planes.look_again()
    async with ground.planes.transaction(ground.galaxy) as scope:
        return bool(await journal.read(scope))


@pytest.mark.parametrize(
    ("standing", "care"),
    [
        (Standing(Step.COPYING, 0, timedelta(), MINUTE), Care.GO_ON),
        (Standing(Step.COPYING, 1, timedelta(seconds=9), MINUTE), Care.WAIT),
        (Standing(Step.COPYING, 1, timedelta(seconds=11), MINUTE), Care.GO_ON),
        (Standing(Step.COPYING, 4, timedelta(seconds=79), MINUTE), Care.WAIT),
        (Standing(Step.COPYING, ATTEMPTS, timedelta(), MINUTE), Care.GIVE_UP),
        (Standing(Step.CLEANING, ATTEMPTS + 90, timedelta(), MINUTE), Care.WAIT),
        (Standing(Step.CLEANING, ATTEMPTS + 90, LATEST, MINUTE), Care.GO_ON),
        (Standing(Step.PREPARING, 0, timedelta(), MINUTE, needs_address=True), Care.WAIT),
        (Standing(Step.PREPARING, 0, timedelta(), 61 * MINUTE, needs_address=True), Care.GIVE_UP),
        (Standing(Step.PREPARING, 0, timedelta(), MINUTE), Care.GO_ON),
    ],
)
def test_what_is_done_about_a_move_that_stands_still(standing: Standing, care: Care) -> None:
    assert standing.care is care


async def test_a_dead_movers_closed_client_is_brought_to_the_end_by_one_of_two(ground: Ground, empty: str) -> None:
    before = await rows_of(ground.house.admin_dsn, ground.galaxy)
    await cut_off(ground, empty, Step.COPYING)
    held = await asyncpg.connect(ground.house.dsns["gf_migrator"])
    await ledger.take(held, ground.galaxy)
    assert await take_up(ground.installation) == 0  # its mover lives
    await held.close()
    assert sorted(await asyncio.gather(take_up(ground.installation), take_up(ground.installation))) == [0, 1]
    assert await is_served(ground)
    assert await rows_of(ground.house.admin_dsn, ground.galaxy) == {}
    assert await rows_of(empty, ground.galaxy) == before | {"journal": before["journal"] + 2}
    assert await take_up(ground.installation) == 0


async def test_a_target_that_died_with_the_mover_keeps_nobody_closed_and_is_given_up_in_the_end(
    ground: Ground, empty: str
) -> None:
    await cut_off(ground, empty, Step.SWITCHING)
    name = empty.rpartition("/")[2]
    await ground.admin.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
    assert await take_up(ground.installation) == 1
    assert await is_served(ground)
    assert await take_up(ground.installation) == 0  # not yet again
    failed = "SELECT (progress->'failed'->>'times')::int FROM control.move"
    assert await ground.admin.fetchval(failed) == 1
    await ground.admin.execute(
        "UPDATE control.move SET progress = jsonb_set(progress, '{failed,times}', to_jsonb($1::int))", ATTEMPTS
    )
    assert await take_up(ground.installation) == 1
    assert await ground.admin.fetchval("SELECT outcome FROM control.move") == "abandoned"
    assert await ground.admin.fetchval("SELECT count(*) FROM deploy.placement") == 0
    assert await is_served(ground)
    await ground.admin.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")


async def test_a_move_that_only_a_person_can_go_on_with_is_given_up_after_an_hour(ground: Ground, empty: str) -> None:
    await cut_off(ground, empty, Step.PREPARING)
    assert await take_up(ground.installation) == 0
    await ground.admin.execute("UPDATE control.move SET started_at = started_at - interval '61 minutes'")
    assert await take_up(ground.installation) == 1
    assert await ground.admin.fetchval("SELECT outcome FROM control.move") == "abandoned"
