"""Several engines as one: who of them registers at carriers, and how a trunk is that each sees by itself."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from telephony.nodes import Nodes
from telephony.port import CommandRefused, Dial, Event, Login, Open, Provision, Trunk, TrunkChanged
from telephony.simulator.clock import TurnableClock, settle
from telephony.simulator.engine import SimulatorEngine
from telephony.simulator.network import SimulatedNetwork
from telephony.simulator.phones import SimulatorPhones

NAMES = ("a", "b", "c")
CARRIER, PBX = "o-carrier", "t-galaxy.pbx"
WANTED = (
    Trunk(CARRIER, "203.0.113.9", login=Login("centre", "s"), registration=timedelta(hours=1), known_by_line=True),
    Trunk(PBX, login=Login(PBX, "s"), registers=True),
)


class Floor:
    def __init__(self, folder: Path) -> None:
        clock = TurnableClock(datetime(2026, 11, 23, tzinfo=UTC))
        self.networks = {name: SimulatedNetwork(clock, folder / name) for name in NAMES}
        self.nodes = Nodes(
            {name: SimulatorEngine(network) for name, network in self.networks.items()},
            {name: f"10.0.0.{n}" for n, name in enumerate(NAMES)},
        )
        self.events: list[Event] = []

    async def listen(self) -> None:
        async for event in self.nodes.events():
            self.events.append(event)

    async def told(self, drained: frozenset[str] = frozenset()) -> None:
        await self.nodes.perform(Provision(trunks=WANTED, drained=drained))
        await settle()

    def registrars(self) -> list[str]:
        """The engines that would register at the carrier."""
        trunks = ((name, network._exchange.trunks.get(CARRIER)) for name, network in self.networks.items())
        return [name for name, trunk in trunks if trunk is not None and trunk.registration is not None]

    def said(self) -> list[tuple[str, bool, bool | None]]:
        """How the trunks were told to be since this was asked last."""
        states = [event.state for event in self.events if isinstance(event, TrunkChanged)]
        self.events.clear()
        return [(state.trunk, state.reachable, state.registered) for state in states]


@pytest.fixture
async def floor(tmp_path: Path) -> AsyncIterator[Floor]:
    made = Floor(tmp_path)
    await made.nodes.start()
    listening = asyncio.create_task(made.listen())
    await settle()
    yield made
    await made.nodes.close()
    await listening


async def test_one_of_them_registers_and_another_one_takes_over(floor: Floor) -> None:
    await floor.told()
    assert floor.registrars() == ["a"]
    assert (CARRIER, True, True) in floor.said()
    await floor.told(frozenset({"a"}))
    assert floor.registrars() == ["b"], "who is being emptied registers no more"
    floor.networks["b"].engine_away()
    await settle()
    assert "c" in floor.registrars(), "b cannot be told to stop now"
    floor.networks["b"].engine_back()
    await settle()
    await floor.told(frozenset({"a"}))
    assert floor.registrars() == ["c"], "who does it goes on, also when others are back"
    await floor.told()
    assert floor.registrars() == ["c"]
    for name in ("b", "c"):
        floor.networks[name].engine_dies()
    await settle()
    await floor.told(frozenset({"a"}))
    assert floor.registrars() == ["a"], "better one that is being emptied than none"
    assert floor.said()[-1] == (CARRIER, True, True)


async def test_a_system_is_called_from_every_node_by_the_line_to_where_it_registered(floor: Floor) -> None:
    for name, network in floor.networks.items():
        for n, other in enumerate(NAMES):
            if other != name:
                network.link(f"10.0.0.{n}", floor.networks[other])
    await floor.told()
    there = SimulatorPhones(floor.networks["b"])
    system, person = await there.register(PBX, "s"), await there.outside("+8001")
    await settle()
    for node in NAMES:
        await floor.nodes.perform(Open(node, node))
        await floor.nodes.perform(Dial(node, f"{node}.1", PBX, "+8001", "Alpha", "4008", timedelta(seconds=9)))
        rung = await person.incoming(timedelta(seconds=1))
        assert (rung.caller_name, rung.caller_number) == ("Alpha", "4008")
        (leg,) = (await floor.nodes.snapshot()).legs
        assert (leg.trunk, leg.number, leg.endpoint, leg.dialled) == (PBX, "+8001", "", True)
        await rung.refuse(486)
    await system.unregister()
    await settle()
    with pytest.raises(CommandRefused):
        await floor.nodes.perform(Dial("a", "a.2", PBX, "+8001", "", "", timedelta(seconds=9)))


async def test_a_trunk_is_there_while_any_engine_sees_it(floor: Floor) -> None:
    await floor.told()
    assert (PBX, True, False) in floor.said()
    system = await SimulatorPhones(floor.networks["b"]).register(PBX, "s")
    await settle()
    assert floor.said() == [(PBX, True, True)]
    for name in ("a", "c"):
        floor.networks[name].carrier_away("203.0.113.9")
    await settle()
    assert floor.said() == [(CARRIER, True, False)], "the one that registers does not reach it"
    floor.networks["b"].carrier_away("203.0.113.9")
    await settle()
    assert floor.said() == [(CARRIER, False, False)]
    floor.networks["b"].engine_away()
    await settle()
    assert floor.said() == [(PBX, True, False)]
    floor.networks["b"].engine_back()
    await settle()
    assert {(state.trunk, state.registered) for state in (await floor.nodes.snapshot()).trunks} == {
        (CARRIER, False), (PBX, True),
    }  # fmt: skip
    await system.unregister()
    await settle()
    assert floor.said()[-1] == (PBX, True, False)
