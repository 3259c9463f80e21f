"""A target that cannot take a client is refused before anything is changed; logins of one server stay apart."""

from __future__ import annotations

import asyncio
import os
import secrets
import signal
from pathlib import Path

import asyncpg
import pytest

from kit.db import Database
from kit.errors import PlacementBehind
from migrations.prepare import login_dsn
from migrations.run import head
from placements import service
from placements.errors import MoveRefused, TargetRefused
from placements.overview import migrate_all, survey
from tenants.placements import Planes
from tests.placements.conftest import BOX, Ground, rows_of
from tests.support.commands import Command
from tests.support.house import TODAY


async def untouched(ground: Ground) -> bool:
    return not await ground.admin.fetchval("SELECT count(*) FROM control.move")


async def test_wrong_unreachable_full_and_unprivileged_targets_are_refused(ground: Ground, empty: str) -> None:
    admin = await asyncpg.connect(empty)
    name = f"someone_{secrets.token_hex(4)}"
    await admin.execute(f"CREATE ROLE {name} LOGIN PASSWORD 'p' CREATEROLE CREATEDB")
    await admin.execute("CREATE TABLE left_over (a int)")
    for target, why in (
        ("nonsense", "Give the target as"),
        ("postgresql://nobody:x@127.0.0.1:9/x", "cannot be entered"),
        (login_dsn(empty, "postgres", "wrong"), "cannot be entered"),
        (empty.rpartition("/")[0] + "/no_such_database", "cannot be entered"),
        (ground.house.admin_dsn, "shared database itself"),
        (empty, "not empty"),
        (login_dsn(empty, name, "p"), "no superuser"),
    ):
        with pytest.raises(TargetRefused, match=why):
            await ground.move(target)
    assert await untouched(ground)
    assert await admin.fetchval("SELECT to_regnamespace('gf') IS NULL")
    await admin.execute(f"DROP ROLE {name}")
    await admin.close()
    with pytest.raises(MoveRefused, match="lives in the shared database"):
        await ground.move(back=True)
    with pytest.raises(MoveRefused, match="--to"):
        await ground.move()
    assert await untouched(ground)


async def test_the_logins_of_one_server_enter_one_database_each(ground: Ground, empty: str) -> None:
    await ground.move(empty)
    admin = await asyncpg.connect(empty)
    logins = [
        row["rolname"]
        for row in await admin.fetch("SELECT rolname FROM pg_roles WHERE rolname ~ '^[twsm]_[0-9a-f]{16}$'")
    ]
    may_connect = "SELECT has_database_privilege($1, current_database(), 'CONNECT')"
    mine = [name for name in logins if await admin.fetchval(may_connect, name)]
    assert len(mine) == 4
    shared = await asyncpg.connect(ground.house.admin_dsn)
    for name in mine:
        assert not await shared.fetchval(may_connect, name)
    assert not await admin.fetchval(may_connect, "gf_app")
    await shared.close()
    await admin.close()


async def test_the_list_of_places_and_one_migration_for_all(ground: Ground, empty: str) -> None:
    await ground.move(empty)
    lines = {line.code: line for line in await survey(ground.house.dsns["gf_migrator"], BOX)}
    assert (lines["galaxy"].kind, lines["galaxy"].state) == ("dedicated", "open")
    assert (lines["harbour-light"].kind, lines["harbour-light"].bytes) == ("shared", None)
    assert (lines["galaxy"].bytes or 0) > 1_000_000
    done = await migrate_all(ground.house.dsns["gf_migrator"], lambda: BOX, TODAY, lambda _place: None)
    assert [(place.name, place.error) for place in done] == [("shared", None), ("galaxy", None)]


async def test_a_place_that_could_not_be_migrated_is_closed_alone_and_opened_by_the_run_that_can(
    ground: Ground, empty: str
) -> None:
    await ground.move(empty)
    await ground.admin.execute("UPDATE control.placement SET head = '0001'")  # as before a newer version's migration
    admin = await asyncpg.connect(empty)
    name = empty.rpartition("/")[2]
    await admin.execute(f"ALTER DATABASE {name} CONNECTION LIMIT 0")
    done = await migrate_all(ground.house.dsns["gf_migrator"], lambda: BOX, TODAY, lambda _place: None)
    assert [place.name for place in done if place.error] == ["galaxy"]
    assert await ground.admin.fetchval("SELECT state FROM control.placement") == "behind"
    ground.planes.look_again()
    with pytest.raises(PlacementBehind):
        async with ground.planes.transaction(ground.galaxy):
            pass
    async with ground.planes.transaction(ground.harbour) as scope:
        await scope.fetch("SELECT 1")
    await admin.execute(f"ALTER DATABASE {name} CONNECTION LIMIT -1")
    done = await migrate_all(ground.house.dsns["gf_migrator"], lambda: BOX, TODAY, lambda _place: None)
    assert [place.name for place in done if place.error] == []
    assert await ground.admin.fetchval("SELECT state FROM control.placement") == "open"
    await admin.close()


async def test_tables_of_another_version_close_their_client_alone_until_they_are_migrated(
    ground: Ground, empty: str
) -> None:
    await ground.move(empty)
    house, admin = ground.house, await asyncpg.connect(empty)

    async def opens(of: str) -> list[bool]:
        """Whether a process written for a version serves the two clients."""
        planes = Planes(Database(house.dsns["gf_app"], house.signer), house.control, BOX, "app", of)
        served = []
        for tenant in (ground.galaxy, ground.harbour):
            for enter in (planes.transaction, planes.session):
                try:
                    async with enter(tenant) as scope:
                        await scope.fetch("SELECT * FROM gf.queue")
                    served.append(True)
                except PlacementBehind:
                    served.append(False)
        await planes.close()
        return served

    closed, everybody = [False, False, True, True], [True] * 4
    assert await opens(head()) == everybody
    # In the middle of an update: the processes of before work with new tables, in the shared database and in others.
    assert await opens("0001") == everybody
    await ground.admin.execute("COMMENT ON SCHEMA gf IS '0001'")
    assert await opens("0001") == closed  # newer than the shared database and than the code
    await ground.admin.execute(f"COMMENT ON SCHEMA gf IS '{head()}'")
    await ground.admin.execute("UPDATE control.placement SET head = '0001'")
    assert await opens(head()) == closed  # older, as the control plane knows
    await ground.admin.execute(f"UPDATE control.placement SET head = '{head()}'")
    await admin.execute("COMMENT ON SCHEMA gf IS '0001'")
    assert await opens(head()) == closed  # older, as it says itself: a backup of before was brought back
    await migrate_all(house.dsns["gf_migrator"], lambda: BOX, TODAY, lambda _place: None)
    assert await opens(head()) == everybody
    await admin.close()


def _killed_at(process: Command, sign: str) -> tuple[int, str]:
    """Kill it once it has said this; return how it ended and what it said."""
    said = ""
    for line in process.stdout:
        said += line
        if sign in said:
            process.kill()
            break
    code, rest = process.finish()
    return code, said + rest


async def test_the_command_is_killed_again_and_again_and_the_mover_ends_its_move(
    ground: Ground, empty: str, tmp_path: Path
) -> None:
    """kill -9 on the real process, each time a step further on; then nobody but the mover is there."""
    before = await rows_of(ground.house.admin_dsn, ground.galaxy)
    dsns = {f"{login.upper()}_DSN": dsn for login, dsn in ground.house.dsns.items()}
    env = {
        **os.environ, **dsns, "GF_CONTEXT_KEY": ground.house.signer.key.hex(), "GF_MASTER_KEY": bytes(range(32)).hex(),
        "COLUMNS": "200",
    }  # fmt: skip
    for sign in ("preparing", "journal", "closing", "comparing", "switching"):
        moving = Command(("tenants", "move", "galaxy", "--to", empty), tmp_path, env)
        code, said = await asyncio.to_thread(_killed_at, moving, sign)
        assert code == -signal.SIGKILL, said
    mover = Command(("mover",), tmp_path, env)
    async with asyncio.timeout(60):
        while await ground.admin.fetchval("SELECT outcome FROM control.move") != "done":  # noqa: ASYNC110 - a row
            await asyncio.sleep(0.1)
    mover.terminate()
    assert (await asyncio.to_thread(mover.finish))[0] == 0
    assert await rows_of(ground.house.admin_dsn, ground.galaxy) == {}
    assert await rows_of(empty, ground.galaxy) == before | {"journal": before["journal"] + 2}


async def test_only_a_superuser_renews_a_guard_that_somebody_changed(ground: Ground, empty: str) -> None:
    await ground.move(empty)
    admin = await asyncpg.connect(empty)
    body = str(await admin.fetchval("SELECT pg_get_functiondef('guard.tenant'::regproc)"))
    await admin.execute(body.replace("cardinality(p) IS DISTINCT FROM 5", "cardinality(p) < 5"))
    done = await migrate_all(ground.house.dsns["gf_migrator"], lambda: BOX, TODAY, lambda _place: None)
    assert "word for word" in str(done[1].error)
    assert await ground.admin.fetchval("SELECT state FROM control.placement") == "behind"
    await service.renew_guard(ground.installation, ground.order(empty))
    done = await migrate_all(ground.house.dsns["gf_migrator"], lambda: BOX, TODAY, lambda _place: None)
    assert done[1].error is None
    ground.planes.look_again()
    async with ground.planes.transaction(ground.galaxy) as scope:
        await scope.fetch("SELECT * FROM gf.queue")
    await admin.close()
