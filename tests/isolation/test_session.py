"""The ORM session of one tenant (ring 2): it stamps, filters and refuses before the database has to."""

from __future__ import annotations

import pytest
from sqlalchemy import insert, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlmodel import col

from kit.ids import new_id
from kit.scoping import AnotherTenant
from tenants.models import Skill, Tenant
from tests.support.house import TENANT_A, TENANT_B, House


@pytest.fixture
def house(shared_house: House) -> House:
    """Two tenants side by side: only the shared database has them."""
    return shared_house


async def two_skills(house: House) -> None:
    for tenant_id, name in ((TENANT_A, "甲"), (TENANT_B, "乙")):
        async with house.app.session(tenant_id) as session:
            session.add(Skill(code="x", name=name))


async def test_a_new_row_is_stamped_and_a_query_sees_only_ones_own(house: House) -> None:
    await two_skills(house)
    async with house.app.session(TENANT_A) as session:
        (found,) = (await session.execute(select(Skill))).scalars()
        assert (found.tenant_id, found.name) == (TENANT_A, "甲")
        theirs = select(Skill).where(col(Skill.tenant_id) == TENANT_B)
        assert (await session.execute(theirs)).scalars().all() == []


async def test_another_tenants_object_is_refused(house: House) -> None:
    with pytest.raises(AnotherTenant):
        async with house.app.session(TENANT_A) as session:
            session.add(Skill(tenant_id=TENANT_B, code="y", name="y"))
    await two_skills(house)
    async with house.app.session(TENANT_B) as session:
        theirs = (await session.execute(select(Skill))).scalar_one()
    theirs.name = "taken over"
    with pytest.raises(AnotherTenant):
        async with house.app.session(TENANT_A) as session:
            session.add(theirs)


async def test_a_table_of_the_control_plane_is_refused(house: House) -> None:
    with pytest.raises(AnotherTenant):
        async with house.app.session(TENANT_A) as session:
            await session.execute(select(Tenant))


async def test_what_passes_by_the_orm_is_held_by_the_database(house: House) -> None:
    await two_skills(house)
    values = {"tenant_id": TENANT_B, "id": new_id(), "code": "z", "name": "z"}
    with pytest.raises(DBAPIError, match="row-level security"):
        async with house.app.session(TENANT_A) as session:
            await session.execute(insert(Skill), [values])
    async with house.app.session(TENANT_A) as session:
        rows = await session.execute(text("SELECT tenant_id FROM gf.skill"))
        assert [str(row[0]) for row in rows] == [str(TENANT_A)]
        await session.execute(update(Skill).values(name="all"))
    async with house.app.session(TENANT_B) as session:
        assert (await session.execute(select(Skill))).scalar_one().name == "乙"


async def test_the_tenant_planes_login_has_no_plain_session_and_the_control_planes_no_tenant(house: House) -> None:
    with pytest.raises(RuntimeError):
        async with house.app.plain():
            pass
    with pytest.raises(RuntimeError):
        async with house.control.session(TENANT_A):
            pass
