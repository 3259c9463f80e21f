"""People by the seed: phones that answer, refuse or ignore, and contacts who arrive, wait and leave.

For load, what-if and demonstrations without anybody at the phones. Every draw comes from the network's own random
source and every delay from its clock, so the same seed gives the same day.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from telephony.port import Cause

if TYPE_CHECKING:
    from collections.abc import Callable

    from telephony.simulator.clock import Timer
    from telephony.simulator.network import SimulatedNetwork
    from telephony.simulator.parties import Leg

Span = tuple[timedelta, timedelta]
"""The shortest and the longest; drawn evenly between."""


@dataclass(frozen=True, slots=True)
class Habit:
    """How somebody treats a ringing phone. The shares are of 1; what they leave over is answered."""

    answers_after: Span = (timedelta(seconds=1), timedelta(seconds=5))
    talks_for: Span = (timedelta(seconds=30), timedelta(seconds=180))
    refuses: float = 0.0
    ignores: float = 0.0
    tone: int | None = None


@dataclass(frozen=True, slots=True)
class Arrivals:
    """Contacts who dial ``number``: how many an hour, independent of each other, and how long they hold on."""

    number: str
    per_hour: float
    patience: Span = (timedelta(minutes=1), timedelta(minutes=5))
    tone: int | None = None
    address: str = ""


class _Somebody:
    """The outside end of a leg that follows its own mind."""

    def __init__(self, network: SimulatedNetwork, stays: timedelta, tone: int | None) -> None:
        self.leg: Leg | None = None
        self._network = network
        self._stays = stays
        self._tone = tone
        self._plan: Timer | None = None

    def plan(self, after: timedelta, action: Callable[[], None]) -> None:
        """Do this next, in place of whatever was planned."""
        if self._plan is not None:
            self._plan.cancel()
        self._plan = self._network.clock.call_later(after, action)

    def take_up(self, leg: Leg) -> None:
        """Pick up a ringing phone."""
        self._network.answer(leg)

    def leave(self) -> None:
        """Hang up."""
        if self.leg is not None:
            self._network.hang_up(self.leg)

    def leg_answered(self) -> None:
        """Speak, and stay as long as planned from now on."""
        self.plan(self._stays, self.leave)
        if self.leg is not None:
            self._network.speak(self.leg, self._tone)

    def leg_ended(self, cause: Cause) -> None:  # noqa: ARG002 - a person who is done does not ask why
        """Forget the plan."""
        if self._plan is not None:
            self._plan.cancel()

    def keys_arrived(self, digits: str) -> None:
        """Do nothing: nobody here has a menu."""


class ScriptedPhone:
    """A registered phone, or a number outside, whose owner has a habit."""

    def __init__(self, network: SimulatedNetwork, habit: Habit) -> None:
        self._network = network
        self._habit = habit

    def leg_rings(self, leg: Leg) -> _Somebody:
        """Decide at once what to do, and do it when the time has come."""
        habit, random = self._habit, self._network.random
        somebody = _Somebody(self._network, _drawn(self._network, habit.talks_for), habit.tone)
        somebody.leg = leg
        mood = random.random()
        after = _drawn(self._network, habit.answers_after)
        if mood < habit.refuses:
            somebody.plan(after, lambda: self._network.hang_up(leg, Cause.REJECTED))
        elif mood >= habit.refuses + habit.ignores:
            somebody.plan(after, lambda: somebody.take_up(leg))
        return somebody

    def registration_gone(self) -> None:
        """Do nothing: whoever withdrew it knows."""


class Crowd:
    """Contacts who keep arriving until they are stopped."""

    def __init__(self, network: SimulatedNetwork, arrivals: Arrivals) -> None:
        self._network = network
        self._arrivals = arrivals
        self._next: Timer | None = None
        self.dialled = 0

    def start(self) -> None:
        """Let the first one come after a drawn while."""
        pause = timedelta(hours=self._network.random.expovariate(self._arrivals.per_hour))
        self._next = self._network.clock.call_later(pause, self._arrive)

    def stop(self) -> None:
        """Let nobody else come; who is there stays. Harmless when stopped."""
        if self._next is not None:
            self._next.cancel()

    def _arrive(self) -> None:
        arrivals, network = self._arrivals, self._network
        self.dialled += 1
        somebody = _Somebody(network, _drawn(network, arrivals.patience), arrivals.tone)
        caller = f"138{network.random.randrange(10**8):08}"
        somebody.plan(_drawn(network, arrivals.patience), somebody.leave)
        somebody.leg = network.dial(arrivals.number, caller, somebody, arrivals.address)
        self.start()


def _drawn(network: SimulatedNetwork, span: Span) -> timedelta:
    shortest, longest = span
    return shortest + (longest - shortest) * network.random.random()
