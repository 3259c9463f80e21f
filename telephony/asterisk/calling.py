"""Ringing phones and dialling numbers: a leg of ours that somebody is to answer."""

from __future__ import annotations

import asyncio
import math
from typing import TYPE_CHECKING

from telephony.asterisk import trunks
from telephony.asterisk.ari import AriAway, AriError
from telephony.asterisk.names import APP, RINGING, ours
from telephony.asterisk.snapshot import DIALLED
from telephony.asterisk.world import Leg
from telephony.numbers import is_diallable
from telephony.port import Cause, CommandRefused, Dial, Ring
from telephony.ways import addresses, trunk_of

if TYPE_CHECKING:
    from telephony.asterisk.hands import Hands

LATE_S = 3
"""The engine's own ring timeout lies so much after ours: it counts only when the switchboard has died meanwhile."""
NOBODY_THERE = 500
"""All that the engine says when a phone is not registered, or a trunk's other end does not answer."""


async def ring(command: Ring, hands: Hands) -> None:
    """Ring a registered phone."""
    leg = Leg(command.leg, ours(command.leg), arrived=False, call=command.call, endpoint=command.endpoint)
    contact = hands.world.contact_of(command.call)
    originator = {"originator": contact.channel} if contact else {}  # his codec first: nothing is transcoded
    await _originate(command, leg, hands, {"endpoint": f"PJSIP/{command.endpoint}", **originator}, {})


async def dial(command: Dial, hands: Hands) -> None:
    """Call a number outside."""
    if not is_diallable(command.number):
        raise CommandRefused(command, "not a number")
    leg = Leg(command.leg, ours(command.leg), arrived=False, call=command.call)
    leg.dialled, leg.number, leg.trunk = True, command.number, command.trunk
    where = {"endpoint": _where(command, hands)}
    await _originate(command, leg, hands, where, {DIALLED: command.number})


def _where(command: Dial, hands: Hands) -> str:
    """Return the engine's dial string; where a trunk has several addresses it names the one."""
    trunk = hands.provisioning.trunks.get(trunk_of(command.trunk))
    if trunk is None or not trunk.others:
        return f"PJSIP/{command.number}@{command.trunk}"
    address = addresses(trunk).get(command.trunk)
    if address is None:
        raise CommandRefused(command, "the trunk has no such address")
    return f"PJSIP/{trunk.name}/{trunks.uri_of(trunk, address, command.number)}"


async def _originate(
    command: Ring | Dial, leg: Leg, hands: Hands, where: dict[str, str], variables: dict[str, str]
) -> None:
    if command.call not in hands.world.calls:
        raise CommandRefused(command, "no such call")
    if command.leg in hands.world.legs:
        raise CommandRefused(command, "the leg exists")
    hands.world.legs[command.leg] = leg
    try:
        await hands.ari.request("POST", "channels", body={**_body(command, leg, variables), **where})
    except (AriError, AriAway) as error:
        hands.world.forget_leg(command.leg)
        if isinstance(error, AriAway):
            hands.remove("channels", leg.channel)  # perhaps it was made all the same
        if isinstance(error, AriError) and error.status == NOBODY_THERE:
            raise CommandRefused(command, "there is nobody at the other end") from error
        raise
    if command.call not in hands.world.calls:  # it was closed meanwhile
        await hands.end(leg, Cause.NORMAL)
    elif command.leg in hands.world.legs:
        loop = asyncio.get_running_loop()
        leg.timer = loop.call_later(command.timeout.total_seconds(), _ring_is_over, leg, hands)


def _body(command: Ring | Dial, leg: Leg, variables: dict[str, str]) -> dict[str, object]:
    """Return the body of ``POST /channels`` but for the endpoint."""
    name = command.caller_name.replace("\\", "").replace('"', "'")
    return {
        "app": APP,
        "appArgs": RINGING,
        "channelId": leg.channel,
        "callerId": f'"{name}" <{command.caller_number}>',
        "timeout": math.ceil(command.timeout.total_seconds()) + LATE_S,
        "variables": {f"PJSIP_HEADER(add,{header})": value for header, value in command.headers} | variables,
    }


def _ring_is_over(leg: Leg, hands: Hands) -> None:
    """Our own timer names the ring-no-answer: the engine's cause 19 may as well be the phone's 480."""
    if not leg.answered:
        hands.later(hands.end(leg, Cause.NO_ANSWER))  # when the engine is away its own timeout ends it
