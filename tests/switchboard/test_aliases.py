"""Two tenants who share an agent cannot join what they see; hot desks: the phones follow who sits down."""

from __future__ import annotations

import re
from uuid import UUID

import asyncpg
import pytest

from interactions.records import load_agents
from journal import service as journal
from kit.errors import NotFound
from switchboard.core.aliases import Alias, Aliases, renamed
from telephony.port import Cause
from telephony.simulator.network import RegistrationRefused
from tenants.access import INSTALLATION, for_system
from tenants.errors import DeskTaken
from tenants.service.seats import browser_phone, choose_phone, free_desks, sit_down
from tests.switchboard.world import SALES, START, World

ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


async def everything(world: World, tenant: UUID) -> str:
    """Every row of every table of the tenant's plane, as text."""
    connection = await asyncpg.connect(world.house.admin_dsn)
    try:
        tables = await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'gf' ORDER BY 1")
        assert len(tables) > 20
        rows = [
            str(row["line"])
            for table in tables
            for row in await connection.fetch(
                f"SELECT to_jsonb(t)::text AS line FROM gf.{table['tablename']} t WHERE tenant_id = $1", tenant
            )
        ]
    finally:
        await connection.close()
    return "\n".join(rows)


async def work_for_both(world: World) -> None:
    """The shared agent takes a call of each client, one of them over a restart of the floor."""
    phone = await world.phone("8002")
    await world.available(world.bo)
    contact, _ = await world.talk(phone, SALES)
    await world.quiet()
    await world.kill()
    await world.take_floor("second")
    await contact.hang_up()
    await world.quiet()


async def test_no_id_of_an_agent_is_in_two_tenants_data(world: World) -> None:
    await work_for_both(world)
    alpha, beta = await everything(world, world.alpha), await everything(world, world.beta)
    for real in (world.li, world.bo):
        assert str(real) not in alpha + beta
    assert str(world.known_as(world.beta, world.bo)) in beta
    both = set(ID.findall(alpha)) & set(ID.findall(beta))
    assert both == {str(world.loop.floor.plan.floor)}, "an id that two tenants could join by"
    assert [state for state in await world.states(world.bo, world.beta) if "on_break" not in state][-1] == "available"


async def test_a_seat_has_a_number_of_each_tenants_own(world: World) -> None:
    own = {(a.tenant_id, a.agent_id): a.seat for a in world.aliases}
    assert own == {(world.alpha, world.li): "S1", (world.alpha, world.bo): "S2", (world.beta, world.bo): "S1"}
    assert len({a.id for a in world.aliases}) == len(own)
    await world.available(world.bo)
    await world.quiet()
    for tenant in (world.alpha, world.beta):
        facts = [f for f in await world.journal(tenant) if f.kind in {"AgentStateChanged", "AgentPhoneChanged"}]
        assert {f.data["seat"] for f in facts if f.data["agent_id"] == str(world.known_as(tenant, world.bo))} == {
            own[tenant, world.bo]
        }


async def test_the_phones_of_the_desk_ring_where_one_sits(world: World) -> None:
    pool = await world.house.control.pool()
    await pool.execute("INSERT INTO control.seat (id, secret, spare) VALUES ('8099', 'spare-secret', true)")
    await world.phone("8001")
    await world.available(world.li)
    assert "8099" in await free_desks(world.house.control, "8001")
    await sit_down(world.house.control, world.house.app, world.li, "8099", START)
    await world.switchboard.reload()
    await world.quiet()
    assert (await world.states(world.li))[-1] == "on_break(phone_down)"
    world.secrets["8099"] = "spare-secret"
    spare = await world.phone("8099")
    await world.quiet()
    assert (await world.states(world.li))[-1] == "available"
    await world.talk(spare)
    phones = [f.data for f in await world.journal(world.alpha) if f.kind == "AgentPhoneChanged"]
    assert {data["endpoint"] for data in phones} == {"o-S1"}, "where one sits is the outsourcer's affair"
    async with world.house.app.transaction(for_system(INSTALLATION, "test")) as scope:
        told = [f.data for f in await journal.read(scope) if f.kind == "AgentSatDown"]
    assert told == [{"agent_id": str(world.li), "seat": "8001", "desk": "8099"}]


async def test_only_the_phone_that_the_agent_chose_rings(world: World) -> None:
    control, plane = world.house.control, world.house.app

    async def choose(phone: str) -> None:
        await choose_phone(control, plane, world.li, phone, START)
        await world.switchboard.reload()
        await world.quiet()

    async def seen() -> tuple[str, bool, bool]:
        await world.quiet()
        async with plane.transaction(for_system(world.alpha, "test")) as scope:
            stored = (await load_agents(scope))[world.known_as(world.alpha, world.li)]
        return stored.chosen_phone, stored.phone, stored.other_phone

    at_desk = await world.phone("8001")
    await world.available(world.li)
    await choose("browser")
    assert await seen() == ("browser", False, True), "it chose the one that is not there"
    assert (await world.states(world.li))[-1] == "on_break(phone_down)"
    browser = await world.phone("8001", browser=True)
    await world.quiet()
    assert (await world.states(world.li))[-1] == "available"
    assert await seen() == ("browser", True, True)
    contact = await world.dial()
    await (await world.ring(browser)).reject(Cause.BUSY)
    await contact.hang_up()
    await choose("desk")
    await world.available(world.li)
    contact = await world.dial()
    await world.ring(at_desk)
    await contact.hang_up()
    await at_desk.unregister()
    await world.quiet()
    assert await seen() == ("desk", False, True)
    async with plane.transaction(for_system(INSTALLATION, "test")) as scope:
        told = [f.data["phone"] for f in await journal.read(scope) if f.kind == "AgentPhoneChosen"]
    assert told == ["browser", "desk"]


async def test_a_browser_phone_is_its_sitters_and_the_desk_phone_stays(world: World) -> None:
    control, plane = world.house.control, world.house.app
    pool = await control.pool()
    await pool.execute("INSERT INTO control.seat (id, secret, spare) VALUES ('8099', 'spare-secret', true)")
    await world.switchboard.reload()
    before = await browser_phone(control, "8099")
    world.secrets["8099"] = "spare-secret"
    fixed = await world.phone("8099")
    await sit_down(control, plane, world.li, "8099", START)
    await world.switchboard.reload()
    await world.quiet()
    with pytest.raises(RegistrationRefused):
        await world.phones.register(before.endpoint, before.secret)
    browser = await world.phone("8099", browser=True)
    mine = await browser_phone(control, "8099")
    assert mine.endpoint != before.endpoint
    assert mine.secret not in {before.secret, "spare-secret"}
    await world.available(world.li)
    contact, _ = await world.talk(browser)
    await contact.hang_up()
    await sit_down(control, plane, world.li, "8001", START)
    await sit_down(control, plane, world.bo, "8099", START)
    await world.switchboard.reload()
    await world.quiet()
    assert mine.endpoint not in (await world.switchboard._services.engine.snapshot()).endpoints
    for known in (before, mine):
        with pytest.raises(RegistrationRefused):
            await world.phones.register(known.endpoint, known.secret)
    await world.available(world.bo)
    await world.talk(fixed, SALES)
    theirs = await browser_phone(control, "8099")
    await sit_down(control, plane, world.bo, "8099", START)
    assert await browser_phone(control, "8099") == theirs, "who stays keeps it"


async def test_a_place_has_one_agent_and_ones_own_seat_is_always_ones_own(world: World) -> None:
    control, plane = world.house.control, world.house.app
    with pytest.raises(DeskTaken):
        await sit_down(control, plane, world.li, "8002", START)
    with pytest.raises(NotFound):
        await sit_down(control, plane, world.li, "9999", START)
    pool = await control.pool()
    await pool.execute("INSERT INTO control.seat (id, secret, spare) VALUES ('8099', 'x', true)")
    await sit_down(control, plane, world.bo, "8099", START)
    with pytest.raises(DeskTaken):
        await sit_down(control, plane, world.li, "8099", START)
    await sit_down(control, plane, world.li, "8002", START)  # its agent is away
    configuration = await world.services().configuration(START)
    assert {a.agent_id: a.desk for a in configuration.agents} == {world.li: "8002", world.bo: "8099"}
    await sit_down(control, plane, world.bo, "8002", START)  # and comes back
    configuration = await world.services().configuration(START)
    assert {a.agent_id: a.desk for a in configuration.agents} == {world.li: "8001", world.bo: "8002"}


def test_what_is_not_an_agent_stays() -> None:
    real, alias = UUID(int=1), UUID(int=2)
    names = Aliases({UUID(int=9): {real: Alias(alias, "S1")}})
    stored = {"offer": {"agent": str(real), "id": "x"}, "digits": "8001", "list": [str(real), 1, None]}
    outside = names.resume(UUID(int=9), stored)
    assert outside == {"offer": {"agent": str(alias), "id": "x"}, "digits": "8001", "list": [str(alias), 1, None]}
    assert names.resumed(UUID(int=9), outside) == stored
    assert names.resume(UUID(int=8), stored) == stored
    assert renamed({str(real): 1}, {str(real): "a"}) == {"a": 1}
