"""The port's contract: the contact leaves during each command, which is carried out or refused; nothing breaks."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

import pytest

from telephony.port import (
    Answer,
    Bridge,
    Cause,
    CloseCall,
    Command,
    CommandRefused,
    HangUp,
    LegAnswered,
    LegEnded,
    Mode,
    Mute,
    Play,
    Record,
    Refuse,
    Ring,
    SendDigits,
    Sound,
    SoundKind,
    StopPlay,
    StopRecord,
    StopWait,
    Supervise,
    Wait,
)
from tests.telephony.world import SOON, World, fresh

pytestmark = pytest.mark.asyncio(loop_scope="session")

TONE = (Sound(SoundKind.TONE, "1300"),)


async def _bridge(world: World, call: str, _: str) -> Command:
    agent_leg, agent = await world.ring(call)
    await agent.answer()
    await world.expect(LegAnswered, leg=agent_leg)
    return Bridge(call, agent_leg)


async def _ring(world: World, call: str, _: str) -> Command:
    endpoint, _phone = await world.phone()
    return Ring(call, f"{call}.1", endpoint, "", "1", SOON)


async def _stop_play(world: World, call: str, _: str) -> Command:
    playback = fresh("p")
    await world.perform(Play(call, playback, TONE))
    return StopPlay(playback)


async def _stop_wait(world: World, call: str, _: str) -> Command:
    await world.perform(Wait(call))
    return StopWait(call)


async def _stop_record(world: World, call: str, _: str) -> Command:
    recording = fresh("r")
    await world.perform(Record(call, recording))
    return StopRecord(recording)


async def _plain(command: Command) -> Command:
    return command


Making = Callable[[World, str, str], Awaitable[Command]]
DURING: dict[str, Making] = {
    "play": lambda _, call, __: _plain(Play(call, fresh("p"), TONE)),
    "stop play": _stop_play,
    "wait": lambda _, call, __: _plain(Wait(call)),
    "stop wait": _stop_wait,
    "ring": _ring,
    "bridge": _bridge,
    "record": lambda _, call, __: _plain(Record(call, fresh("r"))),
    "stop record": _stop_record,
    "hang up": lambda _, __, leg: _plain(HangUp(leg)),
    "close": lambda _, call, __: _plain(CloseCall(call)),
}


@pytest.mark.parametrize("order", ["contact first", "command first"])
@pytest.mark.parametrize("name", DURING)
async def test_the_contact_leaves_during(world: World, name: str, order: str) -> None:
    call, leg, contact = await world.answered_call()
    command = await DURING[name](world, call, leg)
    doing = [_unless_refused(world, command), contact.hang_up()]
    await asyncio.gather(*(reversed(doing) if order == "contact first" else doing))
    await world.expect(LegEnded, leg=leg)
    await world.perform(CloseCall(call))
    await world.closed(call)


async def test_the_contact_leaves_during_everything_that_is_done_to_the_leg(world: World) -> None:
    call, leg, contact = await world.answered_call()
    supervisor, _ = await world.waiting(call)
    commands: list[Command] = [
        Supervise(call, supervisor, leg, Mode.LISTEN),
        Record(call, fresh("r"), leg),
        Mute(leg),
        SendDigits(leg, "12"),
        Bridge(call, leg, "s1"),
        Supervise(call, supervisor, leg, Mode.WHISPER),
        Play(call, fresh("p"), TONE, "s1"),
    ]
    await asyncio.gather(contact.hang_up(), *(_unless_refused(world, command) for command in commands))
    await world.expect(LegEnded, leg=leg)
    await world.quiet()
    (left,) = (await world.engine.snapshot()).legs
    assert (left.leg, left.supervises, left.mode) == (supervisor, "", None)
    await world.perform(HangUp(supervisor))
    await world.expect(LegEnded, leg=supervisor)
    await world.perform(CloseCall(call))
    await world.closed(call)


@pytest.mark.parametrize("name", ["answer", "refuse"])
async def test_the_caller_leaves_before_we_have_decided(world: World, name: str) -> None:
    leg, contact = await world.arrive()
    command: Command = Answer(world.new_call(), leg) if name == "answer" else Refuse(leg, Cause.BUSY)
    await asyncio.gather(contact.hang_up(), _unless_refused(world, command))
    await world.expect(LegEnded, leg=leg)


async def test_what_a_party_does_while_its_call_ends_and_after_does_no_harm(world: World) -> None:
    call, leg, contact = await world.answered_call()
    speaks = [contact.play(440), contact.press("1"), contact.hold(), contact.resume()]
    await asyncio.gather(world.perform(HangUp(leg)), *speaks)
    await world.expect(LegEnded, leg=leg)
    await contact.ended(SOON)
    for late in (contact.press("1"), contact.hold(), contact.play(1000), contact.play(None), contact.hang_up()):
        await late
    await world.perform(CloseCall(call))
    await world.closed(call)


async def _unless_refused(world: World, command: Command) -> None:
    with suppress(CommandRefused):
        await world.perform(command)
