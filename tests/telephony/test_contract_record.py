"""The port's contract: one recording holds everybody in the call."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from telephony.port import (
    CloseCall,
    CommandRefused,
    HangUp,
    PauseRecord,
    Record,
    RecordingEnded,
    ResumeRecord,
    StopRecord,
)
from telephony.simulator import audio
from tests.telephony.sounds import AGENT_TONE, CALLER_TONE, OUTSIDE_TONE, hear, recorded_tones
from tests.telephony.world import World, fresh, seconds

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_both_parties_are_on_the_recording(world: World) -> None:
    talk = await world.talk()
    recording = fresh("r")
    await world.perform(Record(talk.call, recording))
    assert (await world.engine.snapshot()).recordings == {recording}
    await world.quiet(seconds(0.8))
    await world.perform(StopRecord(recording))
    ended = await world.expect(RecordingEnded, recording=recording)
    assert ended.ok
    assert recorded_tones(ended.path) == {CALLER_TONE, AGENT_TONE}
    assert seconds(0.5) < ended.duration < seconds(8)
    assert abs(audio.length(Path(ended.path)) - ended.duration) < seconds(1)
    assert not (await world.engine.snapshot()).recordings
    await hear(talk.agent, CALLER_TONE)


async def test_a_recording_covers_the_agents_who_come_and_go(world: World) -> None:
    call, _, contact = await world.answered_call()
    recording = fresh("r")
    await world.perform(Record(call, recording))
    await contact.play(CALLER_TONE)
    leg, agent = await world.agent(call)
    await agent.play(AGENT_TONE)
    await hear(contact, AGENT_TONE)
    await world.quiet(seconds(0.2))
    await world.perform(HangUp(leg))
    await world.quiet(seconds(0.3))
    assert not world.all(RecordingEnded)
    await contact.hang_up()
    ended = await world.expect(RecordingEnded, recording=recording)
    assert ended.ok
    assert recorded_tones(ended.path) == {CALLER_TONE, AGENT_TONE}
    await world.perform(StopRecord(recording))


async def test_a_recording_goes_on_while_an_agent_is_left(world: World) -> None:
    talk = await world.talk()
    recording = fresh("r")
    await world.perform(Record(talk.call, recording))
    await world.quiet()
    await talk.contact.hang_up()
    await world.quiet()
    assert not world.all(RecordingEnded)
    await talk.agent.hang_up()
    assert (await world.expect(RecordingEnded, recording=recording)).ok


async def test_closing_the_call_ends_the_recording_once(world: World) -> None:
    talk = await world.talk()
    recording = fresh("r")
    await world.perform(Record(talk.call, recording))
    await world.quiet()
    await world.perform(CloseCall(talk.call))
    assert (await world.expect(RecordingEnded, recording=recording)).ok
    await world.perform(StopRecord(recording))
    await world.quiet()
    assert len(world.all(RecordingEnded)) == 1


async def test_stop_racing_the_end_of_the_call_gives_one_end(world: World) -> None:
    call, _, contact = await world.answered_call()
    recording = fresh("r")
    await world.perform(Record(call, recording))
    await asyncio.gather(contact.hang_up(), world.perform(StopRecord(recording)))
    await world.expect(RecordingEnded, recording=recording)
    await world.quiet()
    assert len(world.all(RecordingEnded)) == 1


async def test_an_unknown_call_cannot_be_recorded(world: World) -> None:
    with pytest.raises(CommandRefused):
        await world.perform(Record(fresh("never"), fresh("r")))


async def test_what_is_said_in_a_pause_is_left_out_and_one_voice_is_recorded_alone(world: World) -> None:
    talk = await world.talk()
    whole, voice = fresh("r"), fresh("r")
    await world.perform(Record(talk.call, whole))
    await world.perform(Record(talk.call, voice, talk.agent_leg))
    assert (await world.engine.snapshot()).recordings == {whole, voice}
    await world.quiet(seconds(0.6))
    for _ in range(2):
        await world.perform(PauseRecord(whole))
    await talk.agent.play(OUTSIDE_TONE)  # the number of a card
    await hear(talk.contact, OUTSIDE_TONE)
    await world.quiet(seconds(0.8))
    await talk.agent.play(AGENT_TONE)
    await hear(talk.contact, AGENT_TONE)
    for _ in range(2):
        await world.perform(ResumeRecord(whole))
    await world.quiet(seconds(0.5))
    await world.perform(StopRecord(whole))
    await world.perform(StopRecord(voice))
    ended, alone = [await world.expect(RecordingEnded, recording=each) for each in (whole, voice)]
    assert recorded_tones(ended.path) == {CALLER_TONE, AGENT_TONE}
    assert recorded_tones(alone.path) == {AGENT_TONE, OUTSIDE_TONE}
    length, alone_length = audio.length(Path(ended.path)), audio.length(Path(alone.path))
    assert seconds(0.8) < length < seconds(2)
    assert alone_length > length + seconds(0.7)
    assert not (await world.engine.snapshot()).recordings
    with pytest.raises(CommandRefused):
        await world.perform(PauseRecord(whole))


async def test_the_recording_of_a_voice_ends_with_its_leg(world: World) -> None:
    talk = await world.talk()
    recording = fresh("r")
    await world.perform(Record(talk.call, recording, talk.agent_leg))
    await world.quiet(seconds(0.3))
    await talk.agent.hang_up()
    assert (await world.expect(RecordingEnded, recording=recording)).ok
    with pytest.raises(CommandRefused):
        await world.perform(Record(talk.call, fresh("r"), talk.agent_leg))


async def test_stopping_an_unknown_recording_is_harmless(world: World) -> None:
    await world.perform(StopRecord(fresh("never")))
