"""A desk page that is gone while a telephone on the desk stays registered: told, and nothing new is offered there."""

from __future__ import annotations

from uuid import UUID

import pytest

from journal.core.facts import Fact
from kit.ids import new_id
from switchboard import desk_watch
from switchboard.core.agent import AgentState
from tenants.desks import service as pages
from tests.switchboard.world import AGENT_TONE, World, seconds

LISTENER = UUID(int=1)


class Pages:
    """What web processes write down, and the floor's look at it. Nothing waits: what is past is written as past."""

    def __init__(self, world: World) -> None:
        self.world = world

    async def listen(self, listener: UUID = LISTENER, since_s: float = 60, seen_s: float = 0) -> None:
        """A web process that listens since so long, and said so last ``seen_s`` ago."""
        await pages.beat(self.world.house.control, listener, {})
        pool = await self.world.house.control.pool()
        await pool.execute(
            "UPDATE control.desk_listener SET since = clock_timestamp() - make_interval(secs => $2),"
            " seen_at = clock_timestamp() - make_interval(secs => $3) WHERE id = $1", listener, since_s, seen_s,
        )  # fmt: skip

    async def heard(self, agent: UUID, ago_s: float = 0, listener: UUID = LISTENER) -> None:
        await pages.beat(self.world.house.control, listener, {agent: ago_s})

    async def gone(self, agent: UUID, ago_s: float = 25, listener: UUID = LISTENER) -> None:
        """The page was heard so long ago, and not since."""
        pool = await self.world.house.control.pool()
        await pool.execute("DELETE FROM control.desk_page WHERE agent_id = $1", agent)
        await self.heard(agent, ago_s, listener)

    async def look(self) -> None:
        floor = self.world.loop.floor
        await desk_watch.look(self.world.house.control, "main", floor, self.world.loop.put, self.world.clock.now())
        await self.world.quiet()

    async def told(self, tenant: UUID | None = None) -> list[Fact]:
        found = await self.world.facts(tenant)
        return [fact for fact in found if fact.kind in {"DeskLost", "DeskBack"}]

    async def kinds(self, tenant: UUID | None = None) -> list[str]:
        return [fact.kind for fact in await self.told(tenant)]


@pytest.fixture
async def desks(world: World) -> Pages:
    made = Pages(world)
    await made.listen()
    return made


async def test_whose_desk_is_gone_is_offered_nothing_until_it_is_back(world: World, desks: Pages) -> None:
    phone = await world.phone("8001")
    await desks.heard(world.li)
    await world.available(world.li)
    await desks.gone(world.li, pages.GRACE.total_seconds() - 5)
    await desks.look()
    assert await desks.kinds() == [], "a page that is loaded anew has its time"
    await desks.gone(world.li)
    await desks.look()
    await desks.look()
    (lost,) = await desks.told()
    pool = await world.house.control.pool()
    heard_at = await pool.fetchval("SELECT heard_at FROM control.desk_page WHERE agent_id = $1", world.li)
    assert lost.data == {"agent_id": str(world.li), "seat": "S1", "since": heard_at.isoformat()}
    assert await world.states(world.li) == ["available", "on_break(desk_lost)"]
    assert await desks.kinds(world.beta) == [], "who does not rent the seat learns nothing of it"
    contact = await world.dial()
    await world.advance(1)
    assert not [f for f in await world.facts() if f.kind == "OfferMade"]
    await desks.heard(world.li)
    await desks.look()
    assert [fact.data.get("signed_off") for fact in await desks.told()] == [None, False]
    await contact.hang_up()
    await world.dial()
    await world.ring(phone)


async def test_two_clients_who_share_an_agent_are_both_told_in_their_own_names(world: World, desks: Pages) -> None:
    await world.phone("8002")
    await world.available(world.bo)
    await desks.gone(world.bo)
    await desks.look()
    await world.quiet()
    told = {
        tenant: [f for f in await world.journal(tenant) if f.kind == "DeskLost"] for tenant in (world.alpha, world.beta)
    }
    named = {tenant: [(f.subject, f.data["agent_id"], f.data["seat"]) for f in facts] for tenant, facts in told.items()}
    own = {tenant: world.known_as(tenant, world.bo) for tenant in told}
    assert named == {world.alpha: [(own[world.alpha], str(own[world.alpha]), "S2")],
                     world.beta: [(own[world.beta], str(own[world.beta]), "S1")]}  # fmt: skip


async def test_a_running_call_goes_on_and_then_nothing_new_comes(world: World, desks: Pages) -> None:
    phone = await world.phone("8001")
    await world.available(world.li)
    contact, _agent = await world.talk(phone)
    await desks.gone(world.li)
    await desks.look()
    assert await desks.kinds() == ["DeskLost"]
    assert world.loop.floor.agents[world.li].state is AgentState.TALKING
    assert await contact.hears(seconds(0)) == {AGENT_TONE}
    await contact.hang_up()
    await world.advance(120)
    assert (await world.states(world.li))[-2:] == ["wrapping_up", "on_break(desk_lost)"]


async def test_a_centre_may_have_the_telephone_ring_all_the_same(world: World, desks: Pages) -> None:
    pool = await world.house.control.pool()
    phone = await world.phone("8001")
    await world.available(world.li)
    await desks.gone(world.li)
    await desks.look()
    await pool.execute("UPDATE control.floor SET calls_without_desk = true")
    await world.switchboard.reload()
    await world.quiet()
    assert await world.states(world.li) == ["available", "on_break(desk_lost)", "available"]
    assert await desks.kinds() == ["DeskLost"], "the seat goes on saying so"
    await world.dial()
    await world.ring(phone)


async def test_nobody_is_taken_for_gone_while_no_web_process_listens(world: World, desks: Pages) -> None:
    await world.phone("8001")
    await world.phone("8002")
    await world.available(world.li)
    await world.available(world.bo)
    control = world.house.control
    for agent in (world.li, world.bo):
        await desks.gone(agent, 300)
    for since_s, seen_s in ((600, 300), (5, 0)):  # killed five minutes ago; started anew five seconds ago
        await desks.listen(LISTENER, since_s, seen_s)
        await desks.look()
        assert await desks.kinds() == []
    await desks.heard(world.li)  # its page found the new process; the other's did not
    await desks.listen()
    await desks.look()
    assert [fact.subject for fact in await desks.told()] == [world.bo]
    await pages.leave(control, LISTENER)
    await desks.look()
    assert await desks.kinds() == ["DeskLost"], "who is gone stays gone, and nobody joins"
    other = new_id()
    await desks.listen(other)
    await desks.listen(LISTENER, 600, 30)  # this one was killed: the other knows of its pages
    await desks.gone(world.li, listener=other)
    await desks.look()
    assert [fact.subject for fact in await desks.told()] == [world.bo, world.li]
    await desks.listen(LISTENER, 600, 30)
    pool = await control.pool()
    before = await pool.fetchval("SELECT since FROM control.desk_listener WHERE id = $1", LISTENER)
    await pages.beat(control, LISTENER, {})  # the database was away from it: it begins anew
    after = await pool.fetchval("SELECT since FROM control.desk_listener WHERE id = $1", LISTENER)
    assert (after - before).total_seconds() > 500


async def test_who_signs_off_is_not_looked_for_and_the_next_owner_knows_who_is_gone(world: World, desks: Pages) -> None:
    await world.phone("8001")
    await world.available(world.li)
    await desks.gone(world.li)
    await desks.look()
    await world.kill()
    await world.take_floor("next")
    await desks.look()
    assert await desks.kinds() == ["DeskLost"], "the next owner has read it"
    assert world.loop.floor.agents[world.li].reason == "desk_lost"
    await world.ask(world.li, "set_state", state="offline")
    await desks.look()
    assert [fact.data.get("signed_off") for fact in await desks.told()] == [None, True]
    await world.available(world.li)  # from a script, without a page
    await desks.look()
    assert (await world.states(world.li))[-1] == "available"


async def test_a_page_closed_before_its_agent_signed_off_says_nothing_of_the_next_shift(
    world: World, desks: Pages
) -> None:
    await world.phone("8001")
    pool = await world.house.control.pool()
    heard = "SELECT count(*) FROM control.desk_page WHERE agent_id = $1"
    for closed_s, kept in ((10, 0), (1, 1)):  # before it signed off, two seconds ago, and after that
        await world.available(world.li)
        await world.ask(world.li, "set_state", state="offline")
        await desks.heard(world.li, closed_s)
        await world.advance(2)
        await world.available(world.li)
        await desks.look()
        assert await pool.fetchval(heard, world.li) == kept
    assert (await world.states(world.li))[-1] == "available"
    await world.advance(60)
    await desks.gone(world.li)
    await desks.look()
    assert (await world.states(world.li))[-1] == "on_break(desk_lost)"
