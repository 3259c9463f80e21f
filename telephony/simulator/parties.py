"""What the simulated network holds: legs, calls and playbacks. Values with state, no behaviour of ours."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from datetime import datetime

    from telephony.port import Cause, Mode, Sound
    from telephony.simulator.clock import Timer
    from telephony.simulator.network import SimulatedNetwork
    from telephony.simulator.tape import Tape


class Party(Protocol):
    """The outside end of a leg: somebody with a phone in the hand."""

    def leg_answered(self) -> None:
        """Hear that the two ends are connected, whoever of them answered."""

    def leg_ended(self, cause: Cause) -> None:
        """Hear that the leg is gone."""

    def keys_arrived(self, digits: str) -> None:
        """Receive keys that the engine sent."""


class Handset(Protocol):
    """A registered phone, or a subscriber of a carrier: legs ring here."""

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
    """One party's connection. ``call``: what it is rung for or in; ``room``: the bridge in which it is, if in any.

    ``held``: its party put us on hold with its own phone. ``supervises``: the agent's leg that it listens to.
    """

    name: str
    stage: Stage
    party: Party | None = None
    home: SimulatedNetwork | None = None
    """The network that holds it, where it rings a phone of another one."""
    call: str = ""
    room: Room | None = None
    endpoint: str = ""
    number: str = ""
    caller: str = ""
    trunk: str = ""
    dialled: bool = False
    caller_name: str = ""
    caller_number: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    speaks: int | None = None
    muted: bool = False
    keys_kept: bool = False
    signals: int = 0
    """How many tones of ours it hears now that nobody else hears."""
    """Whether nobody else receives the keys of its party."""
    held: bool = False
    supervises: Leg | None = None
    mode: Mode | None = None
    tapes: dict[str, Tape] = field(default_factory=dict)
    timer: Timer | None = None

    @property
    def is_ours(self) -> bool:
        """Whether we rang or dialled it; otherwise it arrived."""
        return bool(self.endpoint) or self.dialled

    @property
    def voice(self) -> int | None:
        """The tone that leaves the party's phone and is let through."""
        return None if self.muted or self.held else self.speaks


@dataclass(slots=True, eq=False)
class Playback:
    """Sounds that play one after the other into a room; ``audible`` are the known tones in the present one."""

    name: str
    room: Room
    sounds: tuple[Sound, ...]
    index: int = 0
    began_at: datetime | None = None
    audible: frozenset[int] = frozenset()
    timer: Timer | None = None


@dataclass(slots=True, eq=False)
class Room:
    """A mixing bridge and what sounds in it. Playbacks after the first wait for their turn."""

    call: str
    side: str = ""
    members: dict[str, Leg] = field(default_factory=dict)
    music: frozenset[int] = frozenset()
    mixes: bool = True
    """The known tones of the music that plays, and whether other sounds are heard together with it."""
    playbacks: list[Playback] = field(default_factory=list)
    tapes: dict[str, Tape] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class Call:
    """A conversation: its bridge, and the side rooms in which somebody is."""

    name: str
    main: Room
    sides: dict[str, Room] = field(default_factory=dict)

    def room(self, side: str) -> Room | None:
        """Return the bridge, or a side room that there is."""
        return self.sides.get(side) if side else self.main
