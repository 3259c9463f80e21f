"""Each command of the port in the engine's requests. :func:`perform` chooses by the command's type."""

from __future__ import annotations

import asyncio
from functools import singledispatch

from telephony import port
from telephony.asterisk import calling, keys, supervision, tunes
from telephony.asterisk.ari import AriAway, AriError
from telephony.asterisk.hands import Hands
from telephony.asterisk.names import Room, new_microphone, ours
from telephony.asterisk.world import Playback
from telephony.port import Cause, CommandRefused, SoundKind

KEYS = frozenset("0123456789*#ABCD")
DIGIT_MS, PAUSE_MS = 120, 80
"""Length of a key press and of the pause after it."""


@singledispatch
async def perform(command: object, hands: Hands) -> None:  # noqa: ARG001 - the signature of all that follow
    """Carry out a command; raises :class:`CommandRefused` and what :class:`AriClient` raises."""
    raise CommandRefused(command, "unknown command")


@perform.register(port.Answer)
async def _answer(command: port.Answer, hands: Hands) -> None:
    leg, bridge = hands.leg(command, command.leg), ours(command.call)
    if leg.answered and leg.call == command.call and command.call in hands.world.calls:
        return
    is_empty = command.call in hands.world.calls and not hands.world.legs_of(command.call)  # made before we died
    hands.world.calls.add(command.call)  # phones are rung for it meanwhile
    leg.call = command.call
    answer = hands.ari.request("POST", ("channels", leg.channel, "answer"))
    create = asyncio.sleep(0) if is_empty else hands.open_bridge(bridge)
    answered, created = await asyncio.gather(answer, create, return_exceptions=True)
    for outcome in (created, answered):
        if isinstance(outcome, BaseException):
            hands.world.calls.discard(command.call)
            if not isinstance(created, BaseException):
                await hands.ari.request_unless_gone("DELETE", ("bridges", bridge))
            raise outcome
    leg.answered = True
    await hands.ari.request("POST", ("bridges", bridge, "addChannel"), {"channel": leg.channel})


@perform.register(port.Open)
async def _open(command: port.Open, hands: Hands) -> None:
    await hands.open_bridge(ours(command.call))
    hands.world.calls.add(command.call)


@perform.register(port.Refuse)
async def _refuse(command: port.Refuse, hands: Hands) -> None:
    if not await hands.end(hands.leg(command, command.leg), command.cause):
        raise CommandRefused(command, "no such leg")


@perform.register(port.Play)
async def _play(command: port.Play, hands: Hands) -> None:
    media = ",".join(_medium(sound) for sound in command.sounds)
    bridge = hands.world.bridge_of(_room(command))
    if not bridge:
        raise CommandRefused(command, f"nobody is in {command.side}")
    hands.world.playbacks[command.playback] = Playback(command.call, command.side)
    if not command.side:
        await tunes.pause(command.call, hands)
    try:
        path = ("bridges", bridge, "play", ours(command.playback))
        await hands.ari.request("POST", path, {"media": media})
    except (AriError, AriAway) as error:
        hands.world.playbacks.pop(command.playback, None)
        if isinstance(error, AriAway):
            hands.remove("playbacks", ours(command.playback))
        raise


def _medium(sound: port.Sound) -> str:
    """Return a sound's media URI; a bare number is a tone of that frequency that sounds until it is stopped."""
    return f"sound:{sound.value}" if sound.kind is SoundKind.FILE else f"tone:{sound.value}"


@perform.register(port.StopPlay)
async def _stop_play(command: port.StopPlay, hands: Hands) -> None:
    if command.playback in hands.world.playbacks:
        hands.world.playbacks[command.playback].stopped = True
    await hands.ari.request_unless_gone("DELETE", ("playbacks", ours(command.playback)))


@perform.register(port.Wait)
async def _wait(command: port.Wait, hands: Hands) -> None:
    if command.call not in hands.world.calls:
        raise CommandRefused(command, "no such call")
    await tunes.begin(command, hands)


@perform.register(port.StopWait)
async def _stop_wait(command: port.StopWait, hands: Hands) -> None:
    await tunes.stop(command.call, hands)


@perform.register(port.Ring)
async def _ring(command: port.Ring, hands: Hands) -> None:
    await calling.ring(command, hands)


@perform.register(port.Dial)
async def _dial(command: port.Dial, hands: Hands) -> None:
    await calling.dial(command, hands)


@perform.register(port.StopRing)
@perform.register(port.HangUp)
async def _hang_up(command: port.StopRing | port.HangUp, hands: Hands) -> None:
    """End a leg; one that answered while we stopped its ringing ends too: nobody is left alone on a line.

    One that we do not know may be there all the same: its request was given up unanswered.
    """
    leg = hands.world.legs.get(command.leg)
    if leg is not None:
        await hands.end(leg, command.cause)
    elif command.leg not in hands.world.left:
        await asyncio.gather(*(hands.dismiss(channel) for channel in (ours(command.leg), command.leg)))


@perform.register(port.Bridge)
async def _bridge(command: port.Bridge, hands: Hands) -> None:
    leg = hands.answered(command, command.leg)
    if command.call not in hands.world.calls or (command.side and not command.side.isalnum()):
        raise CommandRefused(command, "no such call, or no name for a side room")
    room, before = _room(command), (leg.call, leg.side)
    leg.call, leg.side = command.call, command.side
    try:
        await hands.enter(leg.channel, room)
    except (AriError, AriAway):
        leg.call, leg.side = before
        raise
    leg.keys_due = leg.keys_kept
    await keys.settle(room, hands)
    if leg.supervises or leg.leg in hands.world.spies:
        await supervision.stop(leg, hands)
    await supervision.let_whisper_through(leg, hands)


def _room(command: port.Bridge | port.Play) -> Room:
    return Room(command.call, command.side)


@perform.register(port.Mute)
async def _mute(command: port.Mute, hands: Hands) -> None:
    leg = hands.answered(command, command.leg)
    method = "POST" if command.muted else "DELETE"
    await hands.ari.request(method, ("channels", leg.channel, "mute"), {"direction": "in"})


@perform.register(port.KeepKeys)
async def _keep_keys(command: port.KeepKeys, hands: Hands) -> None:
    await keys.keep(hands.answered(command, command.leg), hands, kept=command.kept)


@perform.register(port.SendDigits)
async def _send_digits(command: port.SendDigits, hands: Hands) -> None:
    leg = hands.answered(command, command.leg)
    if not command.digits or not KEYS.issuperset(command.digits):
        raise CommandRefused(command, "no keys")
    query = {"dtmf": command.digits, "duration": str(DIGIT_MS), "between": str(PAUSE_MS)}
    await hands.ari.request("POST", ("channels", leg.channel, "dtmf"), query)


@perform.register(port.Signal)
async def _signal(command: port.Signal, hands: Hands) -> None:
    await supervision.signal(command, hands)


@perform.register(port.Supervise)
async def _supervise(command: port.Supervise, hands: Hands) -> None:
    await supervision.supervise(command, hands)


@perform.register(port.Record)
async def _record(command: port.Record, hands: Hands) -> None:
    if command.call not in hands.world.calls:
        raise CommandRefused(command, "no such call")
    leg = hands.answered(command, command.leg) if command.leg else None
    query = {"name": command.recording, "format": "wav", "ifExists": "fail"}
    microphone = new_microphone()
    what = ("channels", microphone) if leg else ("bridges", ours(command.call))
    hands.world.recordings.add(command.recording)
    try:
        if leg is not None:
            await hands.snoop(leg.channel, microphone, {"spy": "in"})
        await hands.ari.request("POST", (*what, "record"), query)
    except (AriError, AriAway) as error:
        hands.world.recordings.discard(command.recording)
        if isinstance(error, AriAway):
            hands.remove("recordings", "live", command.recording, "stop", method="POST")
        if leg is not None:
            hands.remove("channels", microphone)
        raise


@perform.register(port.PauseRecord)
@perform.register(port.ResumeRecord)
async def _pause_record(command: port.PauseRecord | port.ResumeRecord, hands: Hands) -> None:
    method = "POST" if isinstance(command, port.PauseRecord) else "DELETE"
    await hands.ari.request(method, ("recordings", "live", command.recording, "pause"))


@perform.register(port.StopRecord)
async def _stop_record(command: port.StopRecord, hands: Hands) -> None:
    await hands.ari.request_unless_gone("POST", ("recordings", "live", command.recording, "stop"))


@perform.register(port.CloseCall)
async def _close_call(command: port.CloseCall, hands: Hands) -> None:
    """End everybody first: a bridge that dissolves under a leg would leave it alone in the application."""
    hands.world.calls.discard(command.call)
    tunes.forget(command.call, hands)
    legs = hands.world.legs_of(command.call)
    await asyncio.gather(*(hands.end(leg, Cause.NORMAL) for leg in legs))
    await asyncio.gather(*(hands.dismiss(hands.world.spies.pop(leg.leg, "")) for leg in legs))
    beside = {room: bridge for room, bridge in hands.world.rooms.items() if room.call == command.call}
    await asyncio.gather(*(hands.close_bridge(bridge) for bridge in (ours(command.call), *beside.values())))
    for room in beside:
        hands.world.rooms.pop(room, None)


@perform.register(port.Provision)
async def _provision(command: port.Provision, hands: Hands) -> None:
    await hands.provisioning.add(command)


@perform.register(port.Withdraw)
async def _withdraw(command: port.Withdraw, hands: Hands) -> None:
    await hands.provisioning.withdraw(command.names)
