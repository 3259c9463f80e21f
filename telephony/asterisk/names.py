"""How our ids and the engine's are told apart and translated.

What we create carries the prefix ``gf-``: whatever has it in the engine is ours, also after a restart of the
switchboard. An arriving call keeps the id that the engine gave it. Recordings are files, whose names are ours alone.

A leg's call is where its channel is bridged. While it rings, or waits to be bridged, the engine knows no call for it:
the switchboard names legs ``<call>.<n>``, and the part before the first dot is taken for the call.

Beside a call's bridge there are its side rooms, ``gf-<call>~<side>~<serial>``, and a room for each supervisor who
listens, ``gf-<call>~~<leg>~<serial>``: a bridge that is being removed keeps its name for a moment. Channels that only
help us (who listens in, whose voice is recorded alone) begin with ``gf~`` and are never legs.
"""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import NamedTuple

from telephony.port import Mode

APP = "glassfloor"
PHONES_APP = "glassfloor-phones"
"""A second application on the same WebSocket: only registrations. In one application, subscribing to all endpoints
brings every channel event twice."""
PREFIX = "gf-"
RINGING = "ring"
"""First Stasis argument of a leg that we ring; the dialplan's ``inbound`` is that of an arriving one."""
INBOUND = "inbound"
HELPER = "gf~"
HELPING = "helping"
"""First Stasis argument of a channel that helps."""
SILENCE = "silence"
"""A music class without a sound (``musiconhold.conf``)."""
_BESIDE = "~"


class Room(NamedTuple):
    """What a bridge of ours is: a call's own, a side room of it, or where a supervisor's leg listens."""

    call: str
    side: str = ""
    supervisor: str = ""

    @property
    def is_main(self) -> bool:
        """Whether it is the call's own."""
        return not self.side and not self.supervisor

    def new_bridge(self) -> str:
        """Return the engine's name for it; a new one each time for a room beside a call."""
        if self.is_main:
            return PREFIX + self.call
        beside = ("", self.supervisor) if self.supervisor else (self.side,)
        return PREFIX + _BESIDE.join((self.call, *beside, secrets.token_hex(4)))


def room_of(bridge: str) -> Room:
    """Return what a bridge of ours is."""
    call, *beside = bridge.removeprefix(PREFIX).split(_BESIDE)
    if not beside:
        return Room(call)
    return Room(call, beside[0], beside[1] if not beside[0] else "")


def new_spy(mode: Mode, agent_leg: str) -> str:
    """Return a new name for a channel that listens to an agent's leg."""
    return _BESIDE.join(("gf", mode, agent_leg, secrets.token_hex(4)))


def new_microphone() -> str:
    """Return a new name for a channel on which one leg's voice is recorded."""
    return _BESIDE.join(("gf", "voice", secrets.token_hex(8)))


def new_bell() -> str:
    """Return a new name for a channel by which one leg alone hears a tone."""
    return _BESIDE.join(("gf", "bell", secrets.token_hex(8)))


def spied_by(channel: str) -> tuple[Mode, str] | None:
    """Return how and to whom a channel listens; nothing when it is none that does."""
    prefix, _, rest = channel.partition(_BESIDE)
    mode, _, rest = rest.partition(_BESIDE)
    agent_leg, _, serial = rest.rpartition(_BESIDE)
    return (Mode(mode), agent_leg) if prefix == "gf" and serial and mode in set(Mode) else None


def tune_name(call: str, number: int) -> str:
    """Return the name of a playback by which a call hears music."""
    return _BESIDE.join(("gf", "tune", call, str(number)))


def tune_call(playback: str) -> tuple[str, int] | None:
    """Return which call hears music by a playback, and the number of that; nothing when it is another one."""
    prefix = tune_name("", 0)[:-2]
    call, _, number = playback.removeprefix(prefix).rpartition(_BESIDE)
    return (call, int(number)) if playback.startswith(prefix) else None


def is_helper(channel: str) -> bool:
    """Whether a channel only helps us."""
    return channel.startswith(HELPER)


def ours(name: str) -> str:
    """Return the engine's name for an id of ours."""
    return PREFIX + name


def is_ours(name: str) -> bool:
    """Whether the engine's object was made by us."""
    return name.startswith(PREFIX)


def leg_of(channel: str) -> str:
    """Return the leg of a channel."""
    return channel.removeprefix(PREFIX)


def call_in(leg: str) -> str:
    """Return the call that a leg's id names, or nothing."""
    call, dot, _ = leg.partition(".")
    return call if dot else ""


def endpoint_of(channel_name: str) -> str:
    """``o-8001`` of ``PJSIP/o-8001-0000002a``."""
    return channel_name.partition("/")[2].rpartition("-")[0]


def caller_of(number: str) -> str:
    """Return the caller's number; a withheld one is ``anonymous`` (RFC 3261 8.1.1.3) there and empty here."""
    return "" if number.lower() == "anonymous" else number


def instant(timestamp: str) -> datetime:
    """Return the engine's ISO 8601 with milliseconds and ``+0000``."""
    return datetime.fromisoformat(timestamp)
