"""What the adapter remembers of the engine, between events."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import asyncio

    from telephony.port import Cause, EndedBy, LegState


@dataclass(slots=True)
class Leg:
    """One leg. ``arrived`` legs were named by the engine, the others by us."""

    leg: str
    channel: str
    arrived: bool
    call: str = ""
    endpoint: str = ""
    answered: bool = False
    ringing: bool = False
    asked: Cause | None = None
    """With which cause we told the engine to end it."""
    verdict: tuple[Cause, EndedBy] | None = None
    """Who ended it and why, known shortly before it is gone."""
    timer: asyncio.TimerHandle | None = None


@dataclass(slots=True)
class Playback:
    """A playback and whether we stopped it."""

    call: str
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

    def forget_leg(self, leg: str) -> Leg | None:
        """Remove a leg and its timer."""
        found = self.legs.pop(leg, None)
        if found is not None and found.timer is not None:
            found.timer.cancel()
        return found

    def legs_of(self, call: str) -> list[Leg]:
        """Return the legs of a call, ringing ones too."""
        return [leg for leg in self.legs.values() if leg.call == call]

    def contact_of(self, call: str) -> Leg | None:
        """Return the leg that arrived for a call."""
        return next((leg for leg in self.legs_of(call) if leg.arrived), None)

    def agree_with(self, states: tuple[LegState, ...], channels: dict[str, str]) -> None:
        """Take over what the engine says: forget what is gone, learn what is new. ``channels`` names each leg's."""
        there = {state.leg for state in states}
        for gone in [leg for leg in self.legs if leg not in there]:
            self.forget_leg(gone)
        for state in states:
            leg = self.legs.setdefault(state.leg, Leg(state.leg, channels[state.leg], arrived=not state.endpoint))
            leg.call, leg.endpoint = state.call, state.endpoint
            leg.answered = leg.ringing = state.answered
