"""What the adapter remembers of the engine, between events."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import asyncio

    from telephony.asterisk.names import Room
    from telephony.asterisk.own_music import OwnMusic
    from telephony.asterisk.tunes import Tune
    from telephony.port import Cause, EndedBy, LegState, Mode


MOST_LEFT = 1000
"""An event that comes later than so many ends is taken for a new one."""


@dataclass(slots=True)
class Leg:
    """One leg. ``arrived`` legs were named by the engine, the others by us."""

    leg: str
    channel: str
    arrived: bool
    call: str = ""
    endpoint: str = ""
    number: str = ""
    trunk: str = ""
    dialled: bool = False
    side: str = ""
    supervises: str = ""
    """The agent's leg that it listens to, while that one is there."""
    mode: Mode | None = None
    answered: bool = False
    ringing: bool = False
    keys_kept: bool = False
    keys_due: bool = False
    """Whether nobody else is to receive the keys of its party, and whether it must enter its room anew for that."""
    asked: Cause | None = None
    """With which cause we told the engine to end it."""
    verdict: tuple[Cause, EndedBy] | None = None
    """Who ended it and why, known shortly before it is gone."""
    codes: tuple[int, int] | None = None
    """The network's cause and the SIP status, known with the verdict."""
    timer: asyncio.TimerHandle | None = None
    keys: set[tuple[str, str]] = field(default_factory=set)
    """The keys that its party pressed, with their instants: an event that comes twice is one key."""
    hold: tuple[str, bool] = ("", False)
    """Since when its party holds by its own button, or does not: an older event changes nothing."""


@dataclass(slots=True)
class Playback:
    """A playback and whether we stopped it."""

    call: str
    side: str = ""
    stopped: bool = False


@dataclass(slots=True)
class World:
    """Calls, legs, playbacks, recordings and phones that are there now."""

    legs: dict[str, Leg] = field(default_factory=dict)
    calls: set[str] = field(default_factory=set)
    playbacks: dict[str, Playback] = field(default_factory=dict)
    """Playbacks that have not ended."""
    recordings: set[str] = field(default_factory=set)
    online: set[str] = field(default_factory=set)
    peers: dict[str, str] = field(default_factory=dict)
    """When each phone's state was told last."""
    left: dict[str, bool] = field(default_factory=dict)
    """The newest arrived legs that are gone, and whether that was told: their arrival may come again, or only now."""
    rooms: dict[Room, str] = field(default_factory=dict)
    """The rooms beside calls, and their bridges."""
    spies: dict[str, str] = field(default_factory=dict)
    """The channel that listens for each supervisor's leg."""
    tunes: dict[str, Tune] = field(default_factory=dict)
    """The music from a file that a call hears."""
    turns: dict[str, int] = field(default_factory=dict)
    """The number of the last playback by which each of these calls heard it."""
    own_music: dict[str, OwnMusic] = field(default_factory=dict)
    """The engine's own music that a call hears, or is to hear."""
    inherited: set[str] = field(default_factory=set)
    """The calls of whose music we know nothing, because they were there before us."""
    helpers: dict[str, asyncio.Event] = field(default_factory=dict)
    """Channels that help us, and whether they are there yet."""

    def forget_leg(self, leg: str) -> Leg | None:
        """Remove a leg and its timer."""
        found = self.legs.pop(leg, None)
        if found is not None and found.timer is not None:
            found.timer.cancel()
        return found

    def note_left(self, leg: str, *, told: bool) -> None:
        """Remember that an arrived leg is gone."""
        self.left[leg] = told
        if len(self.left) > MOST_LEFT:
            del self.left[next(iter(self.left))]

    def legs_of(self, call: str) -> list[Leg]:
        """Return the legs of a call, ringing ones too."""
        return [leg for leg in self.legs.values() if leg.call == call]

    def contact_of(self, call: str) -> Leg | None:
        """Return the leg that arrived for a call."""
        return next((leg for leg in self.legs_of(call) if leg.arrived), None)

    def supervisors_of(self, agent_leg: str) -> list[Leg]:
        """Return the legs that listen to an agent's leg."""
        return [leg for leg in self.legs.values() if leg.supervises == agent_leg]

    def is_in_use(self, room: Room) -> bool:
        """Whether a leg is in a room beside its call, or on its way into it."""
        if room.supervisor:
            return room.supervisor in self.legs
        return any(leg.side == room.side for leg in self.legs_of(room.call))

    def bridge_of(self, room: Room) -> str:
        """Return the bridge of a room; empty when there is none beside the call."""
        return room.new_bridge() if room.is_main else self.rooms.get(room, "")

    def unused(self) -> dict[Room, str]:
        """Return the rooms beside calls that nobody is in any more, with their bridges, and forget them."""
        found = {room: bridge for room, bridge in self.rooms.items() if not self.is_in_use(room)}
        for room in found:
            del self.rooms[room]
        return found

    def playbacks_in(self, room: Room) -> list[str]:
        """Return what plays in a room, but for music."""
        return [name for name, each in self.playbacks.items() if (each.call, each.side) == (room.call, room.side)]

    def agree_with(self, seen: Seen) -> None:
        """Take over what the engine says: forget what is gone, learn what is new."""
        there = {state.leg for state in seen.states}
        for gone in [leg for leg in self.legs if leg not in there]:
            self.forget_leg(gone)
        for state in seen.states:
            arrived = not state.endpoint and not state.dialled
            leg = self.legs.setdefault(state.leg, Leg(state.leg, seen.channels[state.leg], arrived))
            leg.call, leg.endpoint, leg.side, leg.dialled = state.call, state.endpoint, state.side, state.dialled
            leg.number, leg.trunk = state.number, state.trunk
            leg.supervises, leg.mode = state.supervises, state.mode
            leg.answered = leg.ringing = state.answered
            leg.hold = leg.hold[0], state.held
        self.inherited |= seen.calls - self.calls
        for gone in set(self.own_music) - seen.calls:
            self.own_music.pop(gone).forget()
        self.calls, self.rooms, self.spies = set(seen.calls), dict(seen.rooms), dict(seen.spies)


@dataclass(frozen=True, slots=True)
class Seen:
    """What the engine holds, in our terms and in its own."""

    states: tuple[LegState, ...]
    channels: dict[str, str]
    """Each leg's channel."""
    calls: frozenset[str]
    rooms: dict[Room, str]
    """The rooms beside calls, and their bridges."""
    spies: dict[str, str]
    """Each supervisor's channel that listens."""
    strays: frozenset[str]
    """Channels that listen for nobody."""
