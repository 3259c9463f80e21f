"""Faults on demand and by the seed, and the death of the engine."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from telephony.port import (
    Answer,
    CallArrived,
    Cause,
    EndedBy,
    Endpoint,
    EndpointSeen,
    EngineBack,
    EngineLost,
    LegEnded,
    Provision,
    Trunk,
    Wait,
)
from telephony.simulator.phones import SimulatorConversation, SimulatorPhones
from tests.telephony.conftest import SimulatorLab
from tests.telephony.world import SECRET, SOON, World, fresh, seconds

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.fixture
def lab(tmp_path: Path) -> SimulatorLab:
    return SimulatorLab(tmp_path / "recordings")


async def test_a_late_event_comes_after_younger_ones_with_its_true_time(world: World, lab: SimulatorLab) -> None:
    _, leg, contact = await world.answered_call()
    left_at = lab.clock.now()
    lab.network.faults.delay_next(LegEnded, seconds(3))
    await contact.hang_up()
    await world.arrive("40081111")
    assert not world.all(LegEnded)
    await lab.clock.advance(seconds(3))
    assert world.all(LegEnded, leg=leg)[0].at == left_at
    assert isinstance(world.events[-1], LegEnded)


async def test_a_doubled_event_comes_twice(world: World, lab: SimulatorLab) -> None:
    lab.network.faults.double_next(CallArrived)
    leg, _ = await world.arrive()
    await world.quiet()
    assert len(world.all(CallArrived, leg=leg)) == 2
    other, _ = await world.arrive()
    assert len(world.all(CallArrived, leg=other)) == 1


async def test_an_event_still_late_when_the_connection_breaks_is_missed(world: World, lab: SimulatorLab) -> None:
    _, leg, contact = await world.answered_call()
    lab.network.faults.delay_next(LegEnded, seconds(3))
    await contact.hang_up()
    await lab.cut()
    await lab.restore()
    await lab.clock.advance(seconds(4))
    assert not world.all(LegEnded)
    assert [ended.leg for ended in world.all(EngineBack)[1].snapshot.ended] == [leg]


async def test_a_party_that_vanishes_is_noticed_after_a_minute(world: World, lab: SimulatorLab) -> None:
    talk = await world.talk()
    assert isinstance(talk.agent, SimulatorConversation)
    lab.network.vanish(talk.agent.leg)
    assert await talk.contact.hears(seconds(0.1)) == set()
    await lab.clock.advance(seconds(59))
    assert not world.all(LegEnded)
    await lab.clock.advance(seconds(1))
    (ended,) = world.all(LegEnded)
    assert (ended.leg, ended.cause, ended.by) == (talk.agent_leg, Cause.UNREACHABLE, EndedBy.NETWORK)
    assert (ended.q850, ended.sip) == (102, 0)


async def test_a_share_of_events_is_late_or_doubled_and_none_is_lost(world: World, lab: SimulatorLab) -> None:
    lab.network.faults.late = lab.network.faults.doubled = 0.3
    for _ in range(40):
        await lab.phones.dial("4008", "138")
    await lab.clock.advance(seconds(1))
    told = Counter(event.leg for event in world.all(CallArrived))
    assert len(told) == 40
    assert 1 < sum(count == 2 for count in told.values()) < 39
    lab.network.faults.late = lab.network.faults.doubled = 0.0
    await lab.phones.close()


async def test_an_engine_that_dies_drops_everything(world: World, lab: SimulatorLab) -> None:
    talk = await world.talk()
    lab.network.engine_dies()
    assert await talk.contact.ended(SOON) == Cause.ENGINE_LOST
    assert await talk.agent.ended(SOON) == Cause.ENGINE_LOST
    await world.expect(EngineLost)
    lab.network.engine_back()
    await world.quiet()
    snapshot = world.all(EngineBack)[1].snapshot
    assert (snapshot.legs, snapshot.calls, snapshot.endpoints) == ((), frozenset(), frozenset())
    assert {ended.cause for ended in snapshot.ended} == {Cause.ENGINE_LOST}


async def test_a_phone_is_seen_again_when_its_endpoint_is_provisioned_again(world: World, lab: SimulatorLab) -> None:
    endpoint, _ = await world.phone()
    lab.network.engine_dies()
    lab.network.engine_back()
    await world.quiet()
    await world.perform(Provision((Endpoint(endpoint, SECRET),), (Trunk(world.trunk, lab.carrier_address),)))
    await world.quiet()
    assert len(world.all(EndpointSeen, endpoint=endpoint)) == 2
    await world.arrive()


async def test_a_caller_in_the_gap_gives_up_after_a_while(world: World, lab: SimulatorLab) -> None:
    await lab.cut()
    contact = await lab.phones.dial("4008", "138")
    await lab.clock.advance(seconds(21))
    await contact.ended(SOON)
    await lab.restore()
    await world.quiet()
    assert not world.legs()


async def test_a_carrier_that_nobody_knows_is_turned_away(world: World, lab: SimulatorLab) -> None:
    contact = await SimulatorPhones(lab.network, "192.0.2.7").dial("4008", "138")
    assert await contact.ended(SOON) == Cause.REJECTED
    await world.quiet()
    assert not world.legs()


async def test_an_engine_has_one_owner(world: World, lab: SimulatorLab) -> None:
    with pytest.raises(RuntimeError, match="owner"):
        await lab.engine().start()
    leg, _ = await world.arrive()
    await world.perform(Answer(world.new_call(), leg))


async def test_an_owner_who_comes_while_the_engine_is_away_hears_that_first(world: World, lab: SimulatorLab) -> None:
    await world.disconnect()
    await lab.cut()
    world.events.clear()
    await world.connect()
    await world.quiet()
    assert [type(event) for event in world.events] == [EngineLost]
    await lab.restore()
    await world.quiet()
    assert [type(event) for event in world.events] == [EngineLost, EngineBack]
    call = fresh("never")
    with pytest.raises(Exception, match=call):
        await world.perform(Wait(call))
