"""Listening, whispering and joining.

A supervisor who listens is in a room with a snoop channel on the agent's leg, wherever that leg goes. A live snoop
cannot change: another mode is another snoop. Whispering is heard by the agent because the snoop puts it into what
leaves on the agent's leg. Nothing leaves while the agent is alone in a room, so silent music is played there; a silent
playback would not do: it holds back all that is played after it, and what is whispered is lost now and then.
"""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

from telephony.asterisk.names import SILENCE, Room, new_bell, new_spy
from telephony.asterisk.snapshot import SUPERVISES
from telephony.port import SIGNAL_HZ, SIGNAL_LASTS, CommandRefused, Mode, Signal, Supervise

if TYPE_CHECKING:
    from telephony.asterisk.hands import Hands
    from telephony.asterisk.world import Leg

_SNOOPS = {Mode.LISTEN: {"spy": "both", "whisper": "none"}, Mode.WHISPER: {"spy": "both", "whisper": "out"}}


async def supervise(command: Supervise, hands: Hands) -> None:
    """Attach a leg to an agent's leg, or change how."""
    leg, agent = hands.answered(command, command.leg), hands.answered(command, command.agent_leg)
    if leg is agent or command.call not in hands.world.calls:
        raise CommandRefused(command, "no such call, or nobody else in it")
    if command.mode is Mode.BARGE:
        await hands.enter(leg.channel, Room(command.call))
        await _leave(leg, hands)
    else:
        await _listen(command, leg, agent, hands)
    leg.call, leg.side = command.call, ""
    leg.supervises, leg.mode = command.agent_leg, command.mode
    await let_whisper_through(agent, hands)
    remember(leg, hands)


async def _listen(command: Supervise, leg: Leg, agent: Leg, hands: Hands) -> None:
    """Put the leg and a new snoop into a room; the old snoop goes first, or its sound would be whispered back."""
    room, spy = Room(command.call, supervisor=leg.leg), new_spy(command.mode, agent.leg)
    outcomes = await asyncio.gather(
        hands.snoop(agent.channel, spy, _SNOOPS[command.mode]),
        _stop_listening(leg, hands),
        hands.enter(leg.channel, room),
        return_exceptions=True,
    )
    hands.world.spies[leg.leg] = spy
    for outcome in outcomes:
        if isinstance(outcome, BaseException):
            hands.later(_stop_listening(leg, hands))
            raise outcome
    await hands.enter(spy, room)


async def _stop_listening(leg: Leg, hands: Hands) -> None:
    await hands.dismiss(hands.world.spies.pop(leg.leg, ""))


async def _leave(leg: Leg, hands: Hands) -> None:
    """Remove what a leg listened by."""
    await _stop_listening(leg, hands)
    rooms = [room for room in hands.world.rooms if room.supervisor == leg.leg]
    await asyncio.gather(*(hands.close_bridge(hands.world.rooms.pop(room)) for room in rooms))


async def let_whisper_through(agent: Leg, hands: Hands) -> None:
    """Let something leave on the leg of an agent to whom somebody whispers, also while it is alone in its room."""
    world = hands.world
    others = [leg for leg in world.legs_of(agent.call) if leg.side == agent.side and not leg.supervises]
    bridge = world.bridge_of(Room(agent.call, agent.side)) if agent.side or others == [agent] else ""
    if bridge and any(each.mode is Mode.WHISPER for each in world.supervisors_of(agent.leg)):
        await hands.ari.request("POST", ("bridges", bridge, "moh"), {"mohClass": SILENCE})


async def signal(command: Signal, hands: Hands) -> None:
    """Whisper a tone to a leg, by a channel of its own; what the leg hears and says goes on meanwhile."""
    leg, bell = hands.answered(command, command.leg), new_bell()
    await hands.snoop(leg.channel, bell, {"spy": "none", "whisper": "out"})
    tone = f"tone:!{SIGNAL_HZ}/{SIGNAL_LASTS // timedelta(milliseconds=1)}"
    hands.later(_dismissed(bell, hands))
    await hands.ari.request("POST", ("channels", bell, "play"), {"media": tone})


async def _dismissed(bell: str, hands: Hands) -> None:
    await asyncio.sleep(2 * SIGNAL_LASTS.total_seconds())
    await hands.dismiss(bell)


async def stop(leg: Leg, hands: Hands) -> None:
    """End what a leg has to do with another one, after it has gone elsewhere."""
    was_supervising = bool(leg.supervises)
    leg.supervises, leg.mode = "", None
    await _leave(leg, hands)
    if was_supervising:
        remember(leg, hands)


def remember(leg: Leg, hands: Hands) -> None:
    """Let the engine keep whom a leg supervises, for the switchboard that comes after us."""
    value = new_spy(leg.mode, leg.supervises) if leg.mode else ""
    query = {"variable": SUPERVISES, "value": value}
    hands.later(hands.ari.request("POST", ("channels", leg.channel, "variable"), query))
