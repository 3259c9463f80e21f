"""Each command of the port in the engine's requests. :func:`perform` chooses by the command's type."""

from __future__ import annotations

import asyncio
import math
from dataclasses import dataclass
from functools import singledispatch
from typing import TYPE_CHECKING

from telephony import port
from telephony.asterisk import causes
from telephony.asterisk.ari import AriAway, AriError
from telephony.asterisk.names import APP, RINGING, ours
from telephony.asterisk.world import Leg, Playback, World
from telephony.port import Cause, CommandRefused, SoundKind

if TYPE_CHECKING:
    from telephony.asterisk.ari import AriClient
    from telephony.asterisk.provisioning import Provisioning

CONFLICT = 409
LATE_S = 3
"""The engine's own ring timeout lies so much after ours: it counts only when the switchboard has died meanwhile."""


@dataclass(frozen=True, slots=True)
class Hands:
    """What commands work with."""

    ari: AriClient
    world: World
    provisioning: Provisioning

    def leg(self, command: port.Answer | port.Bridge | port.Refuse) -> Leg:
        """Return the command's leg; refuses an unknown one."""
        leg = self.world.legs.get(command.leg)
        if leg is None:
            raise CommandRefused(command, "no such leg")
        return leg

    async def has_playback(self, playback: str) -> bool:
        """Whether the engine still plays it."""
        return await self.ari.request_unless_gone("GET", ("playbacks", ours(playback)))

    async def end(self, leg: Leg, cause: Cause) -> bool:
        """Tell the engine to end a leg; tells whether it was there."""
        leg.asked = leg.asked or cause
        return await self.ari.request_unless_gone("DELETE", ("channels", leg.channel), {"reason": causes.reason(cause)})


@singledispatch
async def perform(command: object, hands: Hands) -> None:  # noqa: ARG001 - the signature of all that follow
    """Carry out a command; raises :class:`CommandRefused` and what :class:`AriClient` raises."""
    raise CommandRefused(command, "unknown command")


@perform.register(port.Answer)
async def _answer(command: port.Answer, hands: Hands) -> None:
    leg, bridge = hands.leg(command), ours(command.call)
    answer = hands.ari.request("POST", ("channels", leg.channel, "answer"))
    create = hands.ari.request("POST", "bridges", {"type": "mixing,dtmf_events", "bridgeId": bridge})
    answered, created = await asyncio.gather(answer, create, return_exceptions=True)
    for outcome in (created, answered):
        if isinstance(outcome, BaseException):
            if not isinstance(created, BaseException):
                await hands.ari.request_unless_gone("DELETE", ("bridges", bridge))
            raise outcome
    leg.answered, leg.call = True, command.call
    hands.world.calls.add(command.call)
    await hands.ari.request("POST", ("bridges", bridge, "addChannel"), {"channel": leg.channel})


@perform.register(port.Refuse)
async def _refuse(command: port.Refuse, hands: Hands) -> None:
    if not await hands.end(hands.leg(command), command.cause):
        raise CommandRefused(command, "no such leg")


@perform.register(port.Play)
async def _play(command: port.Play, hands: Hands) -> None:
    media = ",".join(_medium(sound) for sound in command.sounds)
    hands.world.playbacks[command.playback] = Playback(command.call)
    try:
        path = ("bridges", ours(command.call), "play", ours(command.playback))
        await hands.ari.request("POST", path, {"media": media})
    except (AriError, AriAway):
        hands.world.playbacks.pop(command.playback, None)
        raise


def _medium(sound: port.Sound) -> str:
    """Return a sound's media URI; a bare number is a tone of that frequency that sounds until it is stopped."""
    return f"tone:{sound.value}" if sound.kind is SoundKind.TONE else f"sound:{sound.value}"


@perform.register(port.StopPlay)
async def _stop_play(command: port.StopPlay, hands: Hands) -> None:
    if command.playback in hands.world.playbacks:
        hands.world.playbacks[command.playback].stopped = True
    await hands.ari.request_unless_gone("DELETE", ("playbacks", ours(command.playback)))


@perform.register(port.Wait)
async def _wait(command: port.Wait, hands: Hands) -> None:
    await hands.ari.request("POST", ("bridges", ours(command.call), "moh"), {"mohClass": command.music})


@perform.register(port.StopWait)
async def _stop_wait(command: port.StopWait, hands: Hands) -> None:
    try:
        await hands.ari.request_unless_gone("DELETE", ("bridges", ours(command.call), "moh"))
    except AriError as error:
        if error.status != CONFLICT:  # there is no music
            raise


@perform.register(port.Ring)
async def _ring(command: port.Ring, hands: Hands) -> None:
    leg = Leg(command.leg, ours(command.leg), arrived=False, call=command.call, endpoint=command.endpoint)
    if command.call not in hands.world.calls:
        raise CommandRefused(command, "no such call")
    if command.leg in hands.world.legs:
        raise CommandRefused(command, "the leg exists")
    hands.world.legs[command.leg] = leg
    try:
        await hands.ari.request("POST", "channels", body=_originate(command, leg, hands.world.contact_of(command.call)))
    except (AriError, AriAway) as error:
        hands.world.forget_leg(command.leg)
        if isinstance(error, AriError) and error.status == 500:  # noqa: PLR2004 - all that the engine says then
            raise CommandRefused(command, "the endpoint is not registered") from error
        raise
    if command.leg in hands.world.legs:
        loop = asyncio.get_running_loop()
        leg.timer = loop.call_later(command.timeout.total_seconds(), _ring_is_over, leg, hands)


def _originate(command: port.Ring, leg: Leg, contact: Leg | None) -> dict[str, object]:
    """Return the body of ``POST /channels``. With the contact as originator nothing is transcoded."""
    name = command.caller_name.replace("\\", "").replace('"', "'")
    body: dict[str, object] = {
        "endpoint": f"PJSIP/{command.endpoint}",
        "app": APP,
        "appArgs": RINGING,
        "channelId": leg.channel,
        "callerId": f'"{name}" <{command.caller_number}>',
        "timeout": math.ceil(command.timeout.total_seconds()) + LATE_S,
        "variables": {f"PJSIP_HEADER(add,{header})": value for header, value in command.headers},
    }
    return body | ({"originator": contact.channel} if contact else {})


_timeouts: set[asyncio.Task[bool]] = set()


def _ring_is_over(leg: Leg, hands: Hands) -> None:
    """Our own timer names the ring-no-answer: the engine's cause 19 may as well be the phone's 480."""
    if not leg.answered:
        task = asyncio.ensure_future(_end_quietly(leg, hands))
        _timeouts.add(task)
        task.add_done_callback(_timeouts.discard)


async def _end_quietly(leg: Leg, hands: Hands) -> bool:
    try:
        return await hands.end(leg, Cause.NO_ANSWER)
    except (AriError, AriAway):
        return False  # the engine's own timeout ends it


@perform.register(port.StopRing)
@perform.register(port.HangUp)
async def _hang_up(command: port.StopRing | port.HangUp, hands: Hands) -> None:
    """End a leg; one that answered while we stopped its ringing ends too: nobody is left alone on a line."""
    leg = hands.world.legs.get(command.leg)
    if leg is not None:
        await hands.end(leg, command.cause)


@perform.register(port.Bridge)
async def _bridge(command: port.Bridge, hands: Hands) -> None:
    leg = hands.leg(command)
    await hands.ari.request("POST", ("bridges", ours(command.call), "addChannel"), {"channel": leg.channel})
    leg.call = command.call


@perform.register(port.Record)
async def _record(command: port.Record, hands: Hands) -> None:
    query = {"name": command.recording, "format": "wav", "ifExists": "fail"}
    hands.world.recordings.add(command.recording)
    try:
        await hands.ari.request("POST", ("bridges", ours(command.call), "record"), query)
    except (AriError, AriAway):
        hands.world.recordings.discard(command.recording)
        raise


@perform.register(port.StopRecord)
async def _stop_record(command: port.StopRecord, hands: Hands) -> None:
    await hands.ari.request_unless_gone("POST", ("recordings", "live", command.recording, "stop"))


@perform.register(port.CloseCall)
async def _close_call(command: port.CloseCall, hands: Hands) -> None:
    hands.world.calls.discard(command.call)
    ending = [hands.end(leg, Cause.NORMAL) for leg in hands.world.legs_of(command.call)]
    await asyncio.gather(*ending)
    try:
        await hands.ari.request_unless_gone("DELETE", ("bridges", ours(command.call)))
    except AriError as error:
        if error.status != CONFLICT:  # its last leg has left and it dissolves by itself
            raise


@perform.register(port.Provision)
async def _provision(command: port.Provision, hands: Hands) -> None:
    await hands.provisioning.add(command)


@perform.register(port.Withdraw)
async def _withdraw(command: port.Withdraw, hands: Hands) -> None:
    await hands.provisioning.withdraw(command.names)
