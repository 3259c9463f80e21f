"""Keys that nobody else is to receive: what a contact presses while card data is given.

They are absorbed where the leg enters its room, so the leg enters it again. The tones of a party that knows no events
(RFC 4733) have become events before that; of the first packet of a tone something may be heard.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from telephony.asterisk.names import Room

if TYPE_CHECKING:
    from telephony.asterisk.hands import Hands
    from telephony.asterisk.world import Leg


async def keep(leg: Leg, hands: Hands, *, kept: bool) -> None:
    """Keep the keys of a leg, or let them through again."""
    leg.keys_kept, leg.keys_due = kept, True
    await settle(Room(leg.call, leg.side), hands)


async def settle(room: Room, hands: Hands) -> None:
    """Let a room's legs enter it again whose keys are to go another way.

    One that is alone stays: nobody is there who could receive a key, and a recording ends with the last who leaves.
    """
    inside = [each for each in hands.world.legs_of(room.call) if each.answered and each.side == room.side]
    for leg in inside if len(inside) > 1 else ():
        if leg.keys_due:
            leg.keys_due = False
            query = {"channel": leg.channel, "absorbDTMF": "true" if leg.keys_kept else "false"}
            await hands.ari.request("POST", ("bridges", hands.world.bridge_of(room), "addChannel"), query)
