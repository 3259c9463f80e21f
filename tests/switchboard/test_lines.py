"""Lines to the outside on the simulated network: the next one after a failure, rest, capacity, and what is shown."""

from __future__ import annotations

from typing import Any

import pytest

from switchboard import lines
from switchboard.core.trunks import FIRST_REST
from telephony.port import Cause
from telephony.simulator.phones import SimulatorConversation, SimulatorPhones
from tenants.access import INSTALLATION
from tenants.service.blueprints import Order, apply_blueprint
from tests.switchboard.blueprints import ALPHA
from tests.switchboard.world import CARE, START, VOICEMAIL, World, no_findings, seconds

OUTSIDE = "+862188887777"
ONE, TWO, SHARED, BESIDE = "203.0.113.1", "203.0.113.2", "127.0.0.2", "203.0.113.3"
TRUNKS = f"""
trunks:
  - {{code: one, name: One, address: {ONE}, priority: 10, max_calls: 1}}
  - {{code: two, name: Two, address: {TWO}, priority: 20, codecs: [G722, PCMA]}}
"""
OK = {"ok": True}


class Lines:
    """Li talks with a contact, and consults somebody outside over and over."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.outside: dict[str, Any] = {}
        self.shown = ""

    async def begin(self) -> None:
        world = self.world
        self.shown = ALPHA.replace("tenant: {code: alpha,", f"tenant: {{code: alpha, caller_id: '{CARE}',")
        await self.lead(TRUNKS)
        for address in (ONE, TWO, SHARED, BESIDE):
            self.outside[address] = await SimulatorPhones(world.network, address).outside(OUTSIDE)
        phone = await world.phone("8001")
        await world.available(world.li)
        await world.talk(phone)

    async def lead(self, trunks: str) -> None:
        """Give the client these lines."""
        order = Order(by="tester", at=START, check_flow=no_findings, why="lines")
        await apply_blueprint(self.world.house.control, self.world.house.app, self.shown + trunks, order)
        await self.world.switchboard.reload()

    async def consult(self) -> None:
        (call,) = self.world.loop.floor.calls
        target = {"kind": "number", "number": OUTSIDE}
        assert await self.world.ask(self.world.li, "consult", interaction=str(call), target=target) == OK

    async def rings(self, address: str) -> SimulatorConversation:
        found: SimulatorConversation = await self.outside[address].incoming(seconds(0.1))
        return found

    async def nobody(self) -> None:
        await self.world.advance(0)
        (call,) = self.world.loop.floor.calls.values()
        assert call.parties == ()

    async def told(self, kind: str, tenant: Any = None) -> list[dict[str, Any]]:
        return [dict(fact.data) for fact in await self.world.facts(tenant) if fact.kind == kind]

    def condition(self, name: str) -> dict[str, Any]:
        return lines.conditions(self.world.loop.floor)[name]


@pytest.fixture
async def line(world: World) -> Lines:
    made = Lines(world)
    await made.begin()
    return made


async def test_the_next_line_is_taken_and_the_failed_one_rests(line: Lines) -> None:
    world = line.world
    await line.consult()
    first = await line.rings(ONE)
    assert first.caller_number == CARE  # not the one that was dialled
    assert line.condition("t-alpha.one")["calls"] == 1
    await first.refuse(503)
    await world.advance(0)
    second = await line.rings(TWO)
    await second.answer()
    await second.play(1700)
    await world.advance(0)
    assert await second.hears(seconds(0)) == {1000}
    (failed,) = await line.told("LineFailed")
    assert (failed["trunk"], failed["next_trunk"]) == ("t-alpha.one", "t-alpha.two")
    assert (failed["cause"], failed["sip"], failed["q850"]) == ("congestion", 503, 34)
    (left,) = await line.told("PartyLeft")
    assert (left["joined"], left["sip"]) == (False, 503)
    assert len(await line.told("PartyInvited")) == 2
    one = line.condition("t-alpha.one")
    assert one["rests_until"] > one["failed_at"]
    assert (one["sip"], one["calls"], one["most_calls"]) == (503, 0, 1)
    await second.hang_up()
    await world.advance(0)
    await line.consult()
    busy = await line.rings(TWO)  # the first one rests
    await busy.refuse(486)
    await line.nobody()
    assert len(await line.told("LineFailed")) == 1  # somebody who is busy is busy on every line
    await world.advance(FIRST_REST.total_seconds())
    await line.consult()
    await (await line.rings(ONE)).refuse(603)
    await line.nobody()


async def test_a_carrier_that_is_away_is_left_out_and_its_owner_told(line: Lines) -> None:
    world = line.world
    world.network.carrier_away(ONE)
    world.network.carrier_away(SHARED)
    await world.advance(0)
    assert await line.told("LineStateChanged") == [
        {"trunk": "t-alpha.one", "usable": False, "reachable": False, "registered": None}
    ]
    (shared,) = await line.told("LineStateChanged", INSTALLATION)
    assert shared["trunk"] == "o-carrier"
    assert await line.told("LineStateChanged", world.beta) == []
    await line.consult()
    await (await line.rings(TWO)).refuse(503)
    await line.nobody()
    assert [each["trunk"] for each in await line.told("LineFailed")] == ["t-alpha.two", "t-alpha.one", "o-carrier"]
    world.network.carrier_back(ONE)
    await world.advance(0)
    assert (await line.told("LineStateChanged"))[-1]["usable"] is True
    await world.kill()
    await world.take_floor("another")
    assert line.condition("t-alpha.one")["reachable"] is True
    assert line.condition("o-carrier")["reachable"] is False


async def test_the_next_address_of_a_line_is_tried_before_the_next_line(line: Lines) -> None:
    world = line.world
    await line.lead(TRUNKS.replace("max_calls: 1", f"max_calls: 1, others: [{BESIDE}]"))
    await line.consult()
    await (await line.rings(ONE)).refuse(503)
    await world.advance(0)
    beside = await line.rings(BESIDE)
    assert line.condition("t-alpha.one")["calls"] == 1
    assert line.condition("t-alpha.one")["rests_until"] is None, "one of its addresses failed, the line does not rest"
    await beside.refuse(503)
    await world.advance(0)
    await (await line.rings(TWO)).refuse(486)
    await line.nobody()
    told = [
        (each["trunk"], each["address"], each["next_trunk"], each["next_address"])
        for each in await line.told("LineFailed")
    ]
    assert told == [("t-alpha.one", 1, "t-alpha.one", 2), ("t-alpha.one", 2, "t-alpha.two", 1)]
    assert line.condition("t-alpha.one")["rests_until"] is not None
    await world.advance(FIRST_REST.total_seconds())
    world.network.carrier_away(ONE)
    await world.advance(0)
    assert await line.told("LineStateChanged") == [], "the line is there while one address answers"
    await line.consult()
    await (await line.rings(BESIDE)).refuse(486)
    await line.nobody()


async def test_a_full_line_takes_no_more_calls_in_either_direction(line: Lines) -> None:
    world = line.world
    await line.consult()
    held = await line.rings(ONE)
    await held.answer()
    await world.advance(0)
    inbound = await SimulatorPhones(world.network, ONE).dial(VOICEMAIL, "+8613800001111")
    assert await inbound.ended(seconds(1)) is Cause.CONGESTION
    (limited,) = await line.told("ArrivalLimited")
    assert (limited["limit"], limited["answer"]) == ("trunk", "congestion")
    beta = await SimulatorPhones(world.network, TWO).dial("+85221800000", "+8613800001111")
    await beta.answered(seconds(1))
    assert (await line.told("NumberUnknown", INSTALLATION))[0]["trunk"] == "t-alpha.two"  # it is no number of Alpha's
    assert await line.told("InteractionStarted", world.beta) == []
    await held.hang_up()
    await world.advance(0)
    again = await SimulatorPhones(world.network, ONE).dial(VOICEMAIL, "+8613800001111")
    await again.answered(seconds(1))
    assert line.condition("t-alpha.one")["calls"] == 1
