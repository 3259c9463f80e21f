"""What the simulated network holds: legs, calls and playbacks. Values with state, no behaviour of ours."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from datetime import datetime

    from telephony.port import Cause, Sound
    from telephony.simulator.clock import Timer
    from telephony.simulator.tape import Tape


class Party(Protocol):
    """The outside end of a leg: somebody with a phone in the hand."""

    def leg_answered(self) -> None:
        """Hear that the two ends are connected, whoever of them answered."""

    def leg_ended(self, cause: Cause) -> None:
        """Hear that the leg is gone."""


class Handset(Protocol):
    """A registered phone: legs ring here."""

    def leg_rings(self, leg: Leg) -> Party:
        """Start to ring and return who will hold the conversation."""

    def registration_gone(self) -> None:
        """Hear that another phone registered under this name, or the name was withdrawn."""


class Stage(Enum):
    """Where a leg is in its life."""

    PARKED = "parked"
    """Arrived while the switchboard was away: the engine answered it, plays music, and has told nobody yet."""
    ARRIVED = "arrived"
    RINGING = "ringing"
    ANSWERED = "answered"


@dataclass(slots=True, eq=False)
class Leg:
    """One party's connection. ``call``: what it is rung for or in; ``bridged``: whether it is in that call's bridge."""

    name: str
    stage: Stage
    party: Party | None = None
    call: str = ""
    bridged: bool = False
    endpoint: str = ""
    number: str = ""
    caller: str = ""
    trunk: str = ""
    caller_name: str = ""
    caller_number: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    speaks: int | None = None
    timer: Timer | None = None


@dataclass(slots=True, eq=False)
class Playback:
    """Sounds that play one after the other into a call; ``audible`` are the known tones in the present one."""

    name: str
    call: str
    sounds: tuple[Sound, ...]
    index: int = 0
    began_at: datetime | None = None
    audible: frozenset[int] = frozenset()
    timer: Timer | None = None


@dataclass(slots=True, eq=False)
class Call:
    """A mixing bridge and what sounds in it. Playbacks after the first wait for their turn."""

    name: str
    members: dict[str, Leg] = field(default_factory=dict)
    music: bool = False
    playbacks: list[Playback] = field(default_factory=list)
    tapes: dict[str, Tape] = field(default_factory=dict)
