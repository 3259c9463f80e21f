"""Who hears whom: the graph of rooms, music, supervisors and phones on hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from telephony.port import SIGNAL_HZ, Mode, SoundKind
from telephony.simulator import audio
from telephony.simulator.parties import Stage

if TYPE_CHECKING:
    from collections.abc import Iterable

    from telephony.simulator.parties import Leg, Room


def heard_by(leg: Leg, supervisors: Iterable[Leg]) -> frozenset[int]:
    """Tell which tones reach a leg now; ``supervisors``: all who listen to somebody, some of whom whisper."""
    if leg.stage is Stage.PARKED:
        return frozenset({audio.MUSIC})
    if leg.held:
        return frozenset()
    heard = set(_of_the_room(leg)) | ({SIGNAL_HZ} if leg.signals else set())
    if leg.supervises is not None and leg.mode is not Mode.BARGE:
        heard |= _of_the_agent(leg.supervises)
    whispering = [each.voice for each in supervisors if each.supervises is leg and each.mode is Mode.WHISPER]
    return frozenset(heard.union(voice for voice in whispering if voice is not None))


def mix(room: Room) -> tuple[int, ...]:
    """Return the tones that a recording of the room catches, but for the files that play there."""
    hertz = [leg.voice for leg in room.members.values() if leg.voice is not None]
    hertz.extend(music_in(room))
    if room.playbacks and room.playbacks[0].sounds[room.playbacks[0].index].kind is not SoundKind.FILE:
        hertz.extend(room.playbacks[0].audible)
    return tuple(sorted(hertz))


def music_in(room: Room) -> frozenset[int]:
    """Return the tones of a room's music; that from a file is not heard while something else plays."""
    return frozenset() if room.playbacks and not room.mixes else room.music


def _of_the_room(leg: Leg) -> set[int]:
    """Everybody else in the room of a leg, and what plays there."""
    room = leg.room
    if room is None:
        return set()
    heard = {other.voice for other in room.members.values() if other is not leg and other.voice is not None}
    return heard | music_in(room) | (room.playbacks[0].audible if room.playbacks else frozenset())


def _of_the_agent(agent: Leg) -> set[int]:
    """Both directions of a leg, without what others whisper to it."""
    return _of_the_room(agent) | ({agent.voice} if agent.voice is not None else set())
