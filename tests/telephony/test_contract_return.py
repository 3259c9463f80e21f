"""The port's contract: a new switchboard finds everything as its predecessor left it, and goes on from there."""

from __future__ import annotations

import pytest

from telephony.port import (
    Bridge,
    CloseCall,
    EngineBack,
    LegAnswered,
    LegEnded,
    Mode,
    Mute,
    PauseRecord,
    Record,
    RecordingEnded,
    ResumeRecord,
    Snapshot,
    StopRecord,
    Supervise,
    Wait,
)
from tests.telephony.sounds import AGENT_TONE, CALLER_TONE, MUSIC, OUTSIDE_TONE, SUPERVISOR_TONE, hears
from tests.telephony.world import World, fresh

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def returned(world: World) -> Snapshot:
    """A new connection's first snapshot, which is equal to the last one of the old connection."""
    before, count = await world.engine.snapshot(), len(world.all(EngineBack))
    await world.disconnect()
    await world.connect()
    await world.expect_more(EngineBack, count)
    after = world.all(EngineBack)[-1].snapshot
    assert set(after.legs) == set(before.legs)
    assert (after.calls, after.recordings) == (before.calls, before.recordings)
    assert after.endpoints - {world.trunk} == before.endpoints - {world.trunk}
    assert after.ended == ()
    return after


async def test_a_restart_in_each_state_of_a_talk(world: World) -> None:
    talk = await world.talk()
    contact, agent = talk.contact, talk.agent
    voice, whole = fresh("r"), fresh("r")
    # held, the agent asks outside; a recording goes on, another one of the agent's voice
    await world.perform(Record(talk.call, whole))
    await world.perform(Record(talk.call, voice, talk.agent_leg))
    await world.perform(Bridge(talk.call, talk.agent_leg, "s1"))
    await world.perform(Wait(talk.call))
    outside_leg, outside = await world.dial(talk.call)
    snapshot = await returned(world)  # while it rings
    assert {leg.leg: leg.side for leg in snapshot.legs if leg.side} == {talk.agent_leg: "s1"}
    await outside.answer()
    await world.expect(LegAnswered, leg=outside_leg)
    await outside.play(OUTSIDE_TONE)
    await world.perform(Bridge(talk.call, outside_leg, "s1"))
    await world.perform(PauseRecord(whole))
    await returned(world)
    await hears({contact: {MUSIC}, agent: {OUTSIDE_TONE}, outside: {AGENT_TONE}})
    await world.perform(ResumeRecord(whole))
    # a supervisor listens, then the restart, then whispers, then the restart, then joins
    leg, supervisor = await world.waiting(talk.call, SUPERVISOR_TONE)
    for mode, at_the_agent in ((Mode.LISTEN, set()), (Mode.WHISPER, {SUPERVISOR_TONE}), (Mode.BARGE, set())):
        await world.perform(Supervise(talk.call, leg, talk.agent_leg, mode))
        snapshot = await returned(world)
        (state,) = [state for state in snapshot.legs if state.leg == leg]
        assert (state.call, state.supervises, state.mode) == (talk.call, talk.agent_leg, mode)
        await hears({agent: {OUTSIDE_TONE} | at_the_agent, outside: {AGENT_TONE}})
    await hears({contact: {MUSIC, SUPERVISOR_TONE}, supervisor: {MUSIC, CALLER_TONE}})
    await world.perform(Supervise(talk.call, leg, talk.agent_leg, Mode.LISTEN))
    await hears({contact: {MUSIC}, supervisor: {AGENT_TONE, OUTSIDE_TONE}})
    await world.perform(Mute(talk.agent_leg))
    await returned(world)
    await hears({outside: set(), agent: {OUTSIDE_TONE}})
    await world.perform(StopRecord(voice))
    assert (await world.expect(RecordingEnded, recording=voice)).ok
    await world.perform(CloseCall(talk.call))
    assert (await world.expect(RecordingEnded, recording=whole)).ok
    for each in (talk.contact_leg, talk.agent_leg, outside_leg, leg):
        await world.expect(LegEnded, leg=each)
    await world.closed(talk.call)
