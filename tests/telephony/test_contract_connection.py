"""The port's contract: the connection comes and goes, calls do not."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from telephony.port import (
    Answer,
    CallArrived,
    Cause,
    Command,
    CommandRefused,
    EndedBy,
    Endpoint,
    EndpointSeen,
    EngineBack,
    EngineLost,
    HangUp,
    LegAnswered,
    LegEnded,
    Play,
    PlaybackEnded,
    Provision,
    Record,
    RecordingEnded,
    StopPlay,
    Trunk,
    Wait,
)
from tests.telephony.sounds import AGENT_TONE, CALLER_TONE, MUSIC, OUTSIDE_TONE, hear, recorded_tones, tone_file
from tests.telephony.world import SECRET, SOON, World, fresh, seconds

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_the_first_event_is_the_engine_with_what_it_holds(world: World) -> None:
    assert isinstance(world.events[0], EngineBack)
    assert world.events[0].snapshot.legs == ()


async def test_calls_go_on_without_us_and_the_next_owner_finds_them(world: World) -> None:
    talk = await world.talk()
    recording = fresh("r")
    await world.perform(Record(talk.call, recording))
    await world.disconnect()
    await world.lab.pass_time(seconds(0.3))
    await hear(talk.agent, CALLER_TONE)
    await hear(talk.contact, AGENT_TONE)
    await world.connect()
    snapshot = (await latest_back(world, 2)).snapshot
    assert {(leg.leg, leg.call, leg.answered) for leg in snapshot.legs} == {
        (talk.contact_leg, talk.call, True),
        (talk.agent_leg, talk.call, True),
    }
    assert snapshot.calls == {talk.call}
    assert snapshot.recordings == {recording}
    assert snapshot.ended == ()
    await talk.contact.hang_up()
    await world.expect(LegEnded, leg=talk.contact_leg)
    await world.perform(HangUp(talk.agent_leg))
    ended = await world.expect(RecordingEnded, recording=recording)
    assert recorded_tones(ended.path) == {CALLER_TONE, AGENT_TONE}


async def test_a_cut_connection_is_lost_and_found_again(world: World) -> None:
    talk = await world.talk()
    await world.lab.cut()
    lost = await world.expect(EngineLost)
    assert lost.reason
    await hear(talk.contact, AGENT_TONE)
    await world.lab.restore()
    snapshot = (await latest_back(world, 2)).snapshot
    assert {leg.leg for leg in snapshot.legs} == {talk.contact_leg, talk.agent_leg}
    await talk.agent.hang_up()
    await world.expect(LegEnded, leg=talk.agent_leg)


async def test_commands_are_refused_at_once_while_the_engine_is_away(world: World) -> None:
    call, leg, _ = await world.answered_call()
    await world.lab.cut()
    await world.expect(EngineLost)
    commands: list[Command] = [Wait(call), HangUp(leg), StopPlay(fresh("p")), Answer(fresh("c"), leg), Provision()]
    before = time.monotonic()
    for command in commands:
        with pytest.raises(CommandRefused):
            await world.perform(command)
    with pytest.raises(ConnectionError):
        await world.engine.snapshot()
    assert time.monotonic() - before < 1
    await world.lab.restore()
    await latest_back(world, 2)
    await world.perform(Wait(call))


async def test_a_leg_that_ended_in_the_gap_is_told_by_the_snapshot_only(world: World) -> None:
    talk = await world.talk()
    await world.lab.cut()
    lost = await world.expect(EngineLost)
    await talk.contact.hang_up()
    await talk.contact.ended(SOON)
    await world.lab.pass_time(seconds(0.3))
    await world.lab.restore()
    back = await latest_back(world, 2)
    (ended,) = back.snapshot.ended
    assert (ended.leg, ended.cause, ended.by) == (talk.contact_leg, Cause.NORMAL, EndedBy.PARTY)
    assert lost.at - seconds(1) <= ended.at <= back.at
    assert {leg.leg for leg in back.snapshot.legs} == {talk.agent_leg}
    await world.quiet()
    assert not world.all(LegEnded, leg=talk.contact_leg)
    await world.lab.cut()
    await world.lab.pass_time(seconds(0.2))
    await world.lab.restore()
    assert (await latest_back(world, 3)).snapshot.ended == ()


async def test_sounds_that_ended_in_the_gap_are_told_after_it(world: World, tmp_path: Path) -> None:
    call, leg, contact = await world.answered_call()
    playback, recording = fresh("p"), fresh("r")
    await world.perform(Record(call, recording))
    await world.perform(Play(call, playback, (tone_file(tmp_path, OUTSIDE_TONE, seconds(0.7)),)))
    await hear(contact, OUTSIDE_TONE)
    await world.lab.cut()
    await world.expect(EngineLost)
    await world.lab.pass_time(seconds(1))
    await contact.hang_up()
    await contact.ended(SOON)
    await world.lab.pass_time(seconds(0.3))
    await world.lab.restore()
    back = await latest_back(world, 2)
    assert [ended.leg for ended in back.snapshot.ended] == [leg]
    assert not back.snapshot.recordings
    await world.expect(PlaybackEnded, playback=playback)
    assert recorded_tones((await world.expect(RecordingEnded, recording=recording)).path) == {OUTSIDE_TONE}
    await world.quiet()
    assert len(world.all(PlaybackEnded)) == len(world.all(RecordingEnded)) == 1


async def test_a_phone_that_answers_in_the_gap_finds_nobody_there(world: World) -> None:
    call, _, _ = await world.answered_call()
    leg, agent = await world.ring(call)
    await world.lab.cut()
    await world.expect(EngineLost)
    await agent.answer()
    await agent.ended(SOON)
    await world.lab.pass_time(seconds(0.3))
    await world.lab.restore()
    back = await latest_back(world, 2)
    assert [ended.leg for ended in back.snapshot.ended] == [leg]
    assert leg not in {state.leg for state in back.snapshot.legs}
    await world.quiet()
    assert not world.all(LegAnswered, leg=leg)


async def test_a_phone_that_registers_in_the_gap_is_in_the_snapshot(world: World) -> None:
    endpoint = world.new_endpoint()
    await world.perform(Provision((Endpoint(endpoint, SECRET),)))
    await world.lab.cut()
    await world.expect(EngineLost)
    await world.phones.register(endpoint, SECRET)
    await world.lab.restore()
    assert endpoint in (await latest_back(world, 2)).snapshot.endpoints
    await world.quiet()
    assert not world.all(EndpointSeen)


async def test_an_engine_that_dies_comes_back_empty_and_usable(world: World) -> None:
    talk = await world.talk()
    await world.lab.kill()
    await world.expect(EngineLost)
    with pytest.raises(CommandRefused):
        await world.perform(Wait(talk.call))
    await world.lab.revive()
    snapshot = (await latest_back(world, 2)).snapshot
    assert (snapshot.legs, snapshot.calls, snapshot.recordings) == ((), frozenset(), frozenset())
    await world.perform(Provision(trunks=(Trunk(world.trunk, world.lab.carrier_address),)))
    await world.talk()


async def test_a_call_that_arrives_in_the_gap_hears_music_and_is_told_afterwards(world: World) -> None:
    await world.disconnect()
    contact = await world.phones.dial("40087777", "13800138000")
    await contact.answered(SOON)
    await hear(contact, MUSIC)
    await world.connect()
    back = await latest_back(world, 2)
    assert back.snapshot.legs == ()
    arrived = await world.expect(CallArrived, number="40087777")
    assert arrived.caller == "13800138000"
    call = world.new_call()
    await world.perform(Answer(call, arrived.leg))
    await hear(contact)
    await contact.hang_up()
    await world.expect(LegEnded, leg=arrived.leg)


async def test_phones_that_are_registered_are_in_the_next_snapshot(world: World) -> None:
    endpoint, _ = await world.phone()
    await world.expect(EndpointSeen, endpoint=endpoint)
    await world.disconnect()
    await world.connect()
    assert endpoint in (await latest_back(world, 2)).snapshot.endpoints
    await world.perform(Provision(trunks=(Trunk(world.trunk, world.lab.carrier_address),)))


async def test_a_closed_engine_takes_no_commands(world: World) -> None:
    call, _, contact = await world.answered_call()
    old = world.engine
    await world.disconnect()
    with pytest.raises(CommandRefused):
        await old.perform(Wait(call))
    await old.close()
    await hear(contact)
    await world.connect()
    await latest_back(world, 2)
    with pytest.raises(CommandRefused):
        await old.perform(Wait(call))


async def latest_back(world: World, count: int) -> EngineBack:
    """The connection's n-th beginning."""
    for _ in range(60):
        if len(world.all(EngineBack)) >= count:
            return world.all(EngineBack)[count - 1]
        await world.lab.pass_time(seconds(0.1))
    raise AssertionError(f"the engine did not come back: {world.events}")
