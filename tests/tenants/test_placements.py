"""Which database a tenant's transaction is opened in: by its row, at once after a change, and never another one."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest
from sqlalchemy import text

from kit.db import Database
from kit.embedded.postgres import EmbeddedPostgres
from kit.errors import DatabaseAway, PlacementBehind, TenantMoving
from kit.secretbox import SecretBox, Unreadable
from tenants.models import Placement
from tenants.placements import Access, Planes
from tests.support.house import TENANT_A, TENANT_B, House, open_house

BOX = SecretBox(bytes(32))
WHERE = "SELECT current_database() AS name"


@pytest.fixture
async def planes(house: House) -> AsyncIterator[Planes]:
    made = Planes(Database(house.dsns["gf_app"], house.signer), house.control, BOX, "app")
    yield made
    await made.close()


@pytest.fixture
async def other(house_template: EmbeddedPostgres) -> AsyncIterator[House]:
    async with open_house(house_template, f"other_{secrets.token_hex(6)}") as made:
        yield made


async def place(house: House, planes: Planes, **values: Any) -> None:
    async with house.control.plain() as session:
        await session.execute(text("DELETE FROM control.placement"))
        session.add(Placement(tenant_id=TENANT_A, move_id=TENANT_B if "access" in values else None, **values))
    planes.look_again()


def access_to(other: House, dsn: str | None = None) -> bytes:
    return Access({"app": dsn or other.dsns["gf_app"]}, other.signer).seal(BOX, TENANT_A)


async def test_a_tenant_without_a_row_lives_in_the_shared_database(planes: Planes, house: House) -> None:
    async with planes.transaction(TENANT_A) as scope:
        assert (await scope.fetch(WHERE))[0]["name"] in house.admin_dsn
    async with planes.session(TENANT_A) as session:
        assert (await session.fetch(WHERE))[0]["name"] in house.admin_dsn


async def test_a_row_leads_to_its_database_and_back_and_nobody_else_is_moved(
    planes: Planes, house: House, other: House
) -> None:
    await place(house, planes, kind="dedicated", access=access_to(other))
    for tenant, where in ((TENANT_A, other), (TENANT_B, house)):
        async with planes.transaction(tenant) as scope:
            assert (await scope.fetch(WHERE))[0]["name"] in where.admin_dsn
        async with planes.session(tenant) as session:
            assert (await session.fetch(WHERE))[0]["name"] in where.admin_dsn
    await place(house, planes, kind="shared")
    async with planes.transaction(TENANT_A) as scope:
        assert (await scope.fetch(WHERE))[0]["name"] in house.admin_dsn


@pytest.mark.parametrize(("state", "problem"), [("moving", TenantMoving), ("behind", PlacementBehind)])
async def test_a_closed_placement_refuses_its_tenant_only(
    planes: Planes, house: House, state: str, problem: type[Exception]
) -> None:
    await place(house, planes, state=state)
    with pytest.raises(problem):
        async with planes.transaction(TENANT_A):
            pass
    async with planes.transaction(TENANT_B) as scope:
        await scope.fetch("SELECT 1")


async def test_a_database_that_is_not_there_refuses_its_tenant_only(planes: Planes, house: House, other: House) -> None:
    await place(house, planes, kind="dedicated", access=access_to(other, "postgresql://t:p@127.0.0.1:9/nothing"))
    for _ in range(3):
        with pytest.raises(DatabaseAway):
            async with planes.transaction(TENANT_A):
                pass
        async with planes.transaction(TENANT_B) as scope:
            await scope.fetch("SELECT 1")


async def test_an_access_that_was_moved_to_another_tenants_row_does_not_open(
    planes: Planes, house: House, other: House
) -> None:
    sealed = Access({"app": other.dsns["gf_app"]}, other.signer).seal(BOX, TENANT_B)
    await place(house, planes, kind="dedicated", access=sealed)
    with pytest.raises(Unreadable):
        async with planes.transaction(TENANT_A):
            pass


async def test_what_goes_wrong_inside_is_not_taken_for_a_database_that_is_away(
    planes: Planes, house: House, other: House
) -> None:
    await place(house, planes, kind="dedicated", access=access_to(other))
    with pytest.raises(asyncpg.UndefinedTableError):
        async with planes.transaction(TENANT_A) as scope:
            await scope.fetch("SELECT * FROM gf.nothing")
    async with planes.transaction(TENANT_A) as scope:
        await scope.fetch("SELECT 1")


async def test_placements_known_are_used_while_the_control_plane_is_away(house: House, other: House) -> None:
    control = Database(house.dsns["gf_control"])
    planes = Planes(Database(house.dsns["gf_app"], house.signer), control, BOX, "app")
    await place(house, planes, kind="dedicated", access=access_to(other))
    async with planes.transaction(TENANT_A) as scope:
        assert (await scope.fetch(WHERE))[0]["name"] in other.admin_dsn
    await control.close()
    planes._control = Database("postgresql://gf_control:p@127.0.0.1:9/nothing")
    planes.look_again()
    async with planes.transaction(TENANT_A) as scope:
        assert (await scope.fetch(WHERE))[0]["name"] in other.admin_dsn
    await planes.close()
