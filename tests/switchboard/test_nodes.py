"""One floor with two phone engines: calls at both, phones reached across, the loss of one, and emptying one."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from switchboard.core.agent import AgentState
from switchboard.core.audit import Kind
from telephony.nodes import Nodes
from telephony.port import Cause, Engine
from telephony.simulator.audio import MUSIC
from telephony.simulator.engine import SimulatorEngine
from telephony.simulator.network import SimulatedNetwork
from telephony.simulator.phones import SimulatorConversation, SimulatorPhone, SimulatorPhones
from tenants.service.engines import give_up, set_drained
from tests.support.house import House
from tests.switchboard.test_audit import counted, look
from tests.switchboard.world import AGENT_TONE, CONTACT, CONTACT_TONE, VOICEMAIL, World, seconds

ADDRESSES = {"a": "10.0.0.1", "b": "10.0.0.2"}


class TwoNodes(World):
    """The centre of the other tests with two networks. ``network`` and ``phones`` are those of node a."""

    def __init__(self, house: House, folder: Path) -> None:
        super().__init__(house, folder, house.app)
        self.far = SimulatedNetwork(self.clock, folder / "engine-b", seed=1)
        self.far_phones = SimulatorPhones(self.far)
        self.network.link(ADDRESSES["b"], self.far)
        self.far.link(ADDRESSES["a"], self.network)

    def both(self) -> Engine:
        return Nodes({"a": SimulatorEngine(self.network), "b": SimulatorEngine(self.far)}, ADDRESSES)

    async def reborn(self) -> None:
        await self.quiet()
        await self.kill()
        await self.advance(3)
        await self.take_floor("another", self.both())

    async def dial_far(self, caller: str = CONTACT) -> SimulatorConversation:
        contact = await self.far_phones.dial(VOICEMAIL, caller)
        await contact.play(CONTACT_TONE)
        await self.advance(0)
        return contact

    async def drained(self, node: str, *, drained: bool) -> None:
        await set_drained(self.house.control, "main", node, "a test", self.clock.now() if drained else None)
        assert (await self.handle({"command": "reload"}))["ok"]
        await self.quiet()

    async def changes(self) -> list[tuple[str, str]]:
        facts = [fact.data for fact in await self.facts() if fact.kind == "PhoneEngineChanged"]
        return [(data["node"], data["change"]) for data in facts]


@pytest.fixture
async def world(house: House, tmp_path: Path) -> AsyncIterator[TwoNodes]:
    made = TwoNodes(house, tmp_path)
    await made.configure()
    await made.take_floor(engine=made.both())
    await made.until(lambda: len(made.loop.floor.engines.here) == 2)
    yield made
    await made.check()
    await made.switchboard.close()


async def available(world: TwoNodes) -> SimulatorPhone:
    """Li at a phone that is registered at node a."""
    phone = await world.phone("8001")
    await world.available(world.li)
    return phone


async def hear_each_other(contact: SimulatorConversation, agent: SimulatorConversation) -> None:
    assert await contact.hears(seconds(0)) == {AGENT_TONE}
    assert await agent.hears(seconds(0)) == {CONTACT_TONE}


async def test_a_phone_at_one_node_is_reached_from_the_other_and_each_death_is_survived(world: TwoNodes) -> None:
    phone = await available(world)
    contact = await world.dial_far()
    agent = await world.answer(phone)
    await hear_each_other(contact, agent)
    assert [call.node for call in world.loop.floor.calls.values()] == ["b"]
    await world.reborn()
    await world.until(lambda: len(world.loop.floor.engines.here) == 2)
    await hear_each_other(contact, agent)
    ghosts = counted()
    await look(world)
    await look(world)
    assert counted() == ghosts
    await what_was_said_of_two_phones_was_lost(world)
    # Node a goes: the call is at b and goes on, only the phone cannot be rung any more.
    world.network.engine_away()
    await world.advance(1)
    await hear_each_other(contact, agent)
    assert world.loop.floor.connected
    assert world.loop.floor.agents[world.li].phones == frozenset()
    await contact.hang_up()
    await agent.ended(seconds(1))
    await world.advance(31)
    assert (await world.states(world.li))[-1] == "on_break(phone_down)"
    world.network.engine_back()
    await world.advance(1)
    assert (await world.states(world.li))[-1] == "available"
    assert [kind for kind in await world.calls_story() if kind.startswith("Engine")] == []
    assert await world.changes() == [
        ("a", "back"),
        ("b", "back"),
        ("a", "back"),
        ("b", "back"),
        ("a", "lost"),
        ("a", "back"),
    ]
    assert (await world.one("InteractionEnded"))["ended_by"] == "contact"


async def what_was_said_of_two_phones_was_lost(world: TwoNodes) -> None:
    """The first is at a, the second at b; the auditor puts both right, for the floor and for the way to them."""
    ghosts = counted()
    await world.far_phones.register("o-8002", world.secrets["8002"])
    await world.quiet()
    floor, nodes = world.loop.floor, world.switchboard._services.engine
    assert isinstance(nodes, Nodes)
    for lost in ("o-8001", "o-8002"):
        floor.registered.discard(lost)
        owner = floor.agent_of_endpoint(lost)
        assert owner is not None
        floor.agents[owner.id] = replace(owner, phones=frozenset())
    nodes._nodes["a"].endpoints.clear()
    await look(world)
    assert counted() == ghosts
    await look(world)
    assert counted()[Kind.PHONE_WRONG] == ghosts[Kind.PHONE_WRONG] + 2
    assert floor.registered == {"o-8001", "o-8002"}
    assert [floor.agents[each].phones for each in (world.li, world.bo)] == [{"o-8001"}, {"o-8002"}]
    assert nodes._nodes["a"].endpoints == {"o-8001"}


async def test_the_calls_of_a_lost_node_wait_for_it_and_those_of_the_other_go_on(world: TwoNodes) -> None:
    phone = await available(world)
    near, agent = await world.talk(phone)
    waits_far = await world.dial_far("+8613900000001")
    await world.advance(1)
    assert await waits_far.hears(seconds(0)) == {MUSIC}
    world.far.engine_away()
    await world.advance(5)
    waits_near = await world.dial(caller="+8613900000002")
    await near.hang_up()
    await world.advance(31)
    # The contact at b came first, and cannot be offered now: the one at a is.
    second = await world.answer(phone)
    await hear_each_other(waits_near, second)
    await waits_far.hang_up()
    world.far.engine_back()
    await world.advance(1)
    abandoned = await world.one("InteractionAbandoned")
    assert abandoned["wait_ms"] < 40_000
    await hear_each_other(waits_near, second)
    await agent.ended(seconds(1))
    # Now a dies with its calls; those who call b are served.
    world.network.engine_dies()
    await world.advance(1)
    world.network.engine_back()
    await world.advance(31)
    assert (await world.facts())[-1].kind != "EngineLost"
    assert world.loop.floor.calls == {}
    assert world.loop.floor.agents[world.li].state in {AgentState.AVAILABLE, AgentState.ON_BREAK}
    ended = [fact.data for fact in await world.facts() if fact.kind == "InteractionEnded"]
    assert [each["cause"] for each in ended].count("engine_lost") == 1


async def test_a_drained_node_finishes_its_calls_and_takes_no_new_ones(world: TwoNodes) -> None:
    phone = await available(world)
    contact, agent = await world.talk(phone)
    await world.drained("a", drained=True)
    turned_away = await world.dial(caller="+8613900000001")
    assert await turned_away.ended(seconds(1)) is Cause.CONGESTION
    limited = await world.one("ArrivalLimited")
    assert (limited["limit"], limited["answer"]) == ("drained", "congestion")
    await hear_each_other(contact, agent)
    assert ("a", "empty") not in await world.changes()
    await contact.hang_up()
    await world.advance(31)
    assert (await world.changes())[-2:] == [("a", "drained"), ("a", "empty")]
    elsewhere = await world.dial_far("+8613900000002")
    again = await world.answer(phone)
    await hear_each_other(elsewhere, again)
    await world.reborn()
    assert world.loop.floor.plan.drained == {"a"}, "it is written down"
    await world.drained("a", drained=False)
    await elsewhere.hang_up()
    await world.advance(31)
    await world.talk(phone)
    assert (await world.changes())[-1] == ("a", "undrained")
    shown = (await world.handle({"command": "engines"}))["engines"]
    assert [(each["name"], each["here"], each["drained"], each["calls"]) for each in shown] == [
        ("a", True, False, 1), ("b", True, False, 0),
    ]  # fmt: skip


async def test_a_node_that_never_returns_is_given_up_by_people(world: TwoNodes) -> None:
    """Its calls end with facts at the moment of the loss, everybody is free, and what it brings back is removed."""
    phone = await available(world)
    contact, agent = await world.talk(phone)
    waits = await world.dial(caller="+8613900000001")
    far = await world.dial_far("+8613900000002")
    await world.advance(1)
    lost_at = world.clock.now()
    world.network.engine_away()
    await world.advance(60)
    assert len(world.loop.floor.calls) == 3
    user = "0199aaaa-0000-7000-8000-000000000001"
    await give_up(world.house.control, "main", "a", f"user:{user}", "its disk is broken", world.clock.now())
    assert (await world.handle({"command": "reload"}))["ok"]
    await world.quiet()
    assert [call.node for call in world.loop.floor.calls.values()] == ["b"]
    facts = await world.facts()
    ended = {fact.subject: fact for fact in facts if fact.kind == "InteractionEnded"}
    assert {(e.data["cause"], e.data["ended_by"], e.at) for e in ended.values()} == {("engine_lost", "system", lost_at)}
    assert len(ended) == 2
    (told,) = [f for f in facts if f.kind == "PhoneEngineChanged" and f.data["change"] == "given_up"]
    assert (told.data["node"], told.data["reason"]) == ("a", "its disk is broken")
    assert told.actor == {"kind": "user", "id": user}
    assert world.loop.floor.trunks.legs.keys() == {next(iter(world.loop.floor.calls.values())).leg}
    assert world.loop.floor.agents[world.li].state is not AgentState.TALKING
    shown = {each["name"]: each for each in (await world.handle({"command": "engines"}))["engines"]}
    assert (shown["a"]["gone"], shown["a"]["here"], shown["a"]["away_since"]) == (True, False, lost_at.isoformat())
    # The agent's phone moves to the other engine, and the contact there is served.
    moved = await world.far_phones.register("o-8001", world.secrets["8001"])
    await world.advance(1)
    await hear_each_other(far, await world.answer(moved))
    # It returns after all: what it held is removed there, and it gets nothing until it is taken back.
    world.network.engine_back()
    await world.advance(1)
    for each in (contact, agent, waits):
        await each.ended(seconds(1))
    refused = await world.dial(caller="+8613900000003")
    assert await refused.ended(seconds(1)) is Cause.CONGESTION
    await world.drained("a", drained=False)
    assert (await world.changes())[-3:] == [("a", "back"), ("a", "empty"), ("a", "undrained")]
    await world.dial(caller="+8613900000004")
    assert sorted(call.node for call in world.loop.floor.calls.values()) == ["a", "b"]


async def test_the_only_engine_is_given_a_name_and_a_limit_while_it_holds_calls(house: House, tmp_path: Path) -> None:
    made = TwoNodes(house, tmp_path)
    made.centre = f"{made.centre}\nengines: [{{name: a, calls_per_minute: 60}}]\n"
    await made.configure()
    await made.take_floor()
    phone = await available(made)
    contact, agent = await made.talk(phone)
    await made.quiet()
    await made.kill()
    await made.take_floor("another", Nodes({"a": SimulatorEngine(made.network)}, {"a": ""}))
    assert [call.node for call in made.loop.floor.calls.values()] == ["a"]
    await hear_each_other(contact, agent)
    (shown,) = (await made.handle({"command": "engines"}))["engines"]
    assert (shown["name"], shown["calls"], shown["limit"]) == ("a", 1, 60)
    await contact.hang_up()
    await made.quiet()
    assert made.loop.floor.calls == {}
    await made.check()
    await made.switchboard.close()
