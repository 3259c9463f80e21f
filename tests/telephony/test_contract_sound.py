"""The port's contract: playing into a call, music while waiting, and the keys that the contact presses."""

from __future__ import annotations

from pathlib import Path

import pytest

from telephony.asterisk import tunes
from telephony.port import (
    Bridge,
    CloseCall,
    CommandRefused,
    DigitPressed,
    EngineBack,
    KeepKeys,
    LegEnded,
    Play,
    PlaybackEnded,
    Record,
    RecordingEnded,
    Sound,
    SoundKind,
    StopPlay,
    StopWait,
    Wait,
)
from tests.telephony.sounds import AGENT_TONE, CALLER_TONE, MUSIC, OUTSIDE_TONE, SUPERVISOR_TONE, hear, hears, tone_file
from tests.telephony.world import SOON, World, fresh, seconds

pytestmark = pytest.mark.asyncio(loop_scope="session")

ENDLESS = Sound(SoundKind.TONE, str(SUPERVISOR_TONE))


async def test_a_file_is_heard_and_ends_by_itself(world: World, tmp_path: Path) -> None:
    call, _, contact = await world.answered_call()
    playback = fresh("p")
    await world.perform(Play(call, playback, (tone_file(tmp_path, OUTSIDE_TONE, seconds(1.2)),)))
    await hear(contact, OUTSIDE_TONE)
    assert not world.all(PlaybackEnded)
    await world.quiet(seconds(1.2))
    assert (await world.expect(PlaybackEnded, playback=playback)).completed


async def test_sounds_play_one_after_the_other_with_one_end(world: World, tmp_path: Path) -> None:
    call, _, contact = await world.answered_call()
    playback = fresh("p")
    first, second = tone_file(tmp_path, OUTSIDE_TONE, seconds(0.4)), tone_file(tmp_path, SUPERVISOR_TONE, seconds(1.5))
    await world.perform(Play(call, playback, (first, second)))
    await world.quiet(seconds(0.6))
    await hear(contact, SUPERVISOR_TONE)
    await world.quiet(seconds(1.3))
    assert (await world.expect(PlaybackEnded, playback=playback)).completed
    assert len(world.all(PlaybackEnded)) == 1


async def test_a_tone_sounds_until_it_is_stopped(world: World) -> None:
    call, _, contact = await world.answered_call()
    playback = fresh("p")
    await world.perform(Play(call, playback, (ENDLESS,)))
    await hear(contact, SUPERVISOR_TONE)
    await world.perform(StopPlay(playback))
    assert not (await world.expect(PlaybackEnded, playback=playback)).completed
    await hear(contact)
    await world.perform(StopPlay(playback))
    await world.quiet()
    assert len(world.all(PlaybackEnded)) == 1


async def test_stopping_an_unknown_playback_is_harmless(world: World) -> None:
    await world.perform(StopPlay(fresh("never")))


async def test_a_missing_file_does_not_complete(world: World, tmp_path: Path) -> None:
    call, _, _ = await world.answered_call()
    playback = fresh("p")
    await world.perform(Play(call, playback, (Sound(SoundKind.FILE, str(tmp_path / "missing")),)))
    assert not (await world.expect(PlaybackEnded, playback=playback)).completed


async def test_a_playback_ends_with_its_call(world: World) -> None:
    call, _, _ = await world.answered_call()
    playback = fresh("p")
    await world.perform(Play(call, playback, (ENDLESS,)))
    await world.perform(CloseCall(call))
    assert not (await world.expect(PlaybackEnded, playback=playback)).completed
    await world.quiet()
    assert len(world.all(PlaybackEnded)) == 1


async def test_playing_into_an_unknown_or_closed_call_is_refused(world: World) -> None:
    call, _, _ = await world.answered_call()
    await world.perform(CloseCall(call))
    for gone in (call, fresh("never")):
        with pytest.raises(CommandRefused):
            await world.perform(Play(gone, fresh("p"), (ENDLESS,)))
        with pytest.raises(CommandRefused):
            await world.perform(Wait(gone))


async def test_the_waiting_contact_hears_music_until_it_ends(world: World) -> None:
    call, _, contact = await world.answered_call()
    await world.perform(Wait(call))
    await hear(contact, MUSIC)
    await world.perform(StopWait(call))
    await hear(contact)


async def test_music_from_a_file_goes_on_after_announcements_and_a_restart(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tunes, "LASTS", seconds(1.2))  # played anew that often
    monkeypatch.setattr(tunes, "AT_ONCE", seconds(0.2))
    own, played = (tone_file(tmp_path, hertz, seconds(0.4)).value for hertz in (SUPERVISOR_TONE, OUTSIDE_TONE))
    call, _, contact = await world.answered_call()
    await world.perform(Wait(call, own))
    for _ in range(6):
        await hear(contact, SUPERVISOR_TONE)
    playback = fresh("p")
    await world.perform(Play(call, playback, (Sound(SoundKind.TONE, str(AGENT_TONE)),)))
    await hear(contact, AGENT_TONE)
    await world.perform(StopPlay(playback))
    await hear(contact, SUPERVISOR_TONE)
    # another piece, the same to a new switchboard, then the engine's own in place of one that is not there
    await world.perform(Wait(call, played))
    await hear(contact, OUTSIDE_TONE)
    for again in (True, False):
        await world.disconnect()
        await world.connect()
        await world.expect_more(EngineBack, 1 + (not again))
        if again:
            await world.perform(Wait(call, own))
            await hear(contact, SUPERVISOR_TONE)
    await world.perform(StopWait(call))
    await hear(contact)
    await world.perform(Wait(call, str(tmp_path / "missing")))
    await hear(contact, MUSIC)
    await world.perform(Wait(call, own))
    await hear(contact, SUPERVISOR_TONE)
    await world.perform(CloseCall(call))
    assert len(world.all(PlaybackEnded)) == 1, "music is no playback of the switchboard's"


async def test_ending_music_that_does_not_play_is_harmless(world: World) -> None:
    call, _, _ = await world.answered_call()
    await world.perform(StopWait(call))
    await world.perform(StopWait(fresh("never")))


async def test_an_announcement_is_heard_with_the_music(world: World) -> None:
    call, _, contact = await world.answered_call()
    playback = fresh("p")
    await world.perform(Wait(call))
    await world.perform(Play(call, playback, (ENDLESS,)))
    await hear(contact, MUSIC, SUPERVISOR_TONE)
    await world.perform(StopPlay(playback))
    await hear(contact, MUSIC)


async def test_every_key_arrives_once_and_in_order(world: World) -> None:
    _, leg, contact = await world.answered_call()
    await contact.press("159*0#")
    await world.expect(DigitPressed, leg=leg, digit="#")
    await world.quiet()
    assert "".join(event.digit for event in world.all(DigitPressed, leg=leg)) == "159*0#"


async def test_a_prompt_stops_at_the_first_digit(world: World) -> None:
    call, leg, contact = await world.answered_call()
    playback = fresh("p")
    await world.perform(Play(call, playback, (ENDLESS,)))
    await hear(contact, SUPERVISOR_TONE)
    await contact.press("2")
    assert (await world.expect(DigitPressed, leg=leg)).digit == "2"
    await world.perform(StopPlay(playback))
    assert not (await world.expect(PlaybackEnded, playback=playback)).completed
    await hear(contact)


async def test_an_agents_keys_arrive_too(world: World) -> None:
    talk = await world.talk()
    await talk.agent.press("7")
    assert (await world.expect(DigitPressed, leg=talk.agent_leg)).digit == "7"
    assert not world.all(DigitPressed, leg=talk.contact_leg)


async def test_keys_that_are_kept_reach_nobody_and_cost_no_recording(world: World) -> None:
    talk, recording = await world.talk(), fresh("r")
    await world.perform(Record(talk.call, recording))
    await talk.contact.press("1")
    assert await talk.agent.keys(1, SOON) == "1"
    await world.perform(KeepKeys(talk.contact_leg))
    await talk.contact.press("23")
    await world.expect(DigitPressed, leg=talk.contact_leg, digit="3")
    # alone meanwhile, and back: they are kept all the same
    await world.perform(KeepKeys(talk.contact_leg, kept=False))
    await world.perform(Bridge(talk.call, talk.agent_leg, "s1"))
    await world.perform(KeepKeys(talk.contact_leg))
    await world.perform(Bridge(talk.call, talk.agent_leg))
    await talk.contact.press("5")
    await world.expect(DigitPressed, leg=talk.contact_leg, digit="5")
    await hears({talk.contact: {AGENT_TONE}, talk.agent: {CALLER_TONE}})
    # whoever comes after a restart lets them through again
    await world.disconnect()
    await world.connect()
    await world.expect_more(EngineBack, 1)
    await world.perform(KeepKeys(talk.contact_leg, kept=False))
    await talk.contact.press("6")
    assert await talk.agent.keys(2, SOON) == "16"
    await hears({talk.contact: {AGENT_TONE}, talk.agent: {CALLER_TONE}})
    assert [event.digit for event in world.all(DigitPressed, leg=talk.contact_leg)] == list("12356")
    assert not world.all(RecordingEnded)


async def test_a_contact_who_leaves_during_a_prompt_ends_only_the_leg(world: World) -> None:
    call, leg, contact = await world.answered_call()
    playback = fresh("p")
    await world.perform(Play(call, playback, (ENDLESS,)))
    await contact.hang_up()
    await world.expect(LegEnded, leg=leg)
    await world.perform(CloseCall(call))
    assert not (await world.expect(PlaybackEnded, playback=playback)).completed
