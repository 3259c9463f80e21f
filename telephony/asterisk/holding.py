"""A phone that holds by its own button: whom it talks with hears music.

The engine itself plays it only while two legs are in a room and nothing else is: not when the call is recorded. So the
room's music is used. In a conference nobody hears music: the others talk on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from telephony.asterisk.ari import AriError
from telephony.asterisk.hands import CONFLICT
from telephony.asterisk.names import Room
from telephony.port import LegEnded, Mode, PhoneHeld, PhoneResumed

if TYPE_CHECKING:
    from telephony.asterisk.hands import Hands
    from telephony.asterisk.world import Leg
    from telephony.port import Event

MUSIC = "default"


def noticed(event: Event, hands: Hands) -> None:
    """Begin or end the music for what a phone did."""
    if isinstance(event, PhoneHeld):
        hands.later(_begin(event.leg, hands))
    elif isinstance(event, PhoneResumed) or (isinstance(event, LegEnded) and event.leg in hands.world.held):
        hands.later(end(event.leg, hands))


async def _begin(name: str, hands: Hands) -> None:
    leg = hands.world.legs.get(name)
    if leg is None or len(_others(leg, hands)) != 1:
        return
    bridge = hands.world.bridge_of(Room(leg.call, leg.side))
    async with hands.music:
        hands.world.held[name] = bridge
        if bridge not in hands.world.waiting:
            await hands.ari.request("POST", ("bridges", bridge, "moh"), {"mohClass": MUSIC})


async def end(name: str, hands: Hands) -> None:
    """End the music; after a restart of the switchboard nobody knows where it plays but for the leg's own room."""
    leg = hands.world.legs.get(name)
    async with hands.music:
        bridge = hands.world.held.pop(name, "") or (hands.world.bridge_of(Room(leg.call, leg.side)) if leg else "")
        if bridge and bridge not in hands.world.waiting:
            await stop_music(bridge, hands)


async def stop_music(bridge: str, hands: Hands) -> None:
    """End the music in a bridge; harmless when there is none."""
    try:
        await hands.ari.request_unless_gone("DELETE", ("bridges", bridge, "moh"))
    except AriError as error:
        if error.status != CONFLICT:  # there is no music
            raise


def _others(leg: Leg, hands: Hands) -> list[Leg]:
    """Return the other legs in a leg's room; whoever only listens is in none."""
    inside = [each for each in hands.world.legs_of(leg.call) if each.answered and each.side == leg.side]
    return [each for each in inside if each is not leg and (not each.supervises or each.mode is Mode.BARGE)]
