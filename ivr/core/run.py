"""The working copy of a state during one step, and everything that a node may do with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, TypeAlias

from ivr.core.text import fill
from ivr.core.values import (
    ClearTimer,
    Effect,
    Event,
    Hang,
    Phase,
    Say,
    SetTimer,
    State,
    Step,
    Stepped,
    StopSaying,
)

if TYPE_CHECKING:
    from ivr.core.flow import Prompt
    from ivr.core.values import Context, Value

MAX_DURATION = "max_duration"


@dataclass(frozen=True, slots=True)
class Exit:
    """A way out of a node: its name, where it leads, and the digits that the journal may know."""

    name: str
    target: str
    digits: str | None = None


Enter: TypeAlias = "Callable[[Run], Exit | None]"
Answer: TypeAlias = "Callable[[Run, Event], Exit | None]"


@dataclass(frozen=True, slots=True)
class Behaviour:
    """A compiled node. ``enter`` and ``answer`` return the way out, or ``None`` to wait here."""

    id: str
    type: str
    enter: Enter
    answer: Answer


@dataclass(slots=True)
class Run:
    """One step in progress. Only :mod:`ivr.core.step` and compiled nodes hold one."""

    context: Context
    locales: tuple[str, ...]
    phase: Phase
    node: str
    locale: str
    variables: Mapping[str, Value]
    digits: str
    tries: int
    serial: int
    playback: str
    timer: str
    visits: int
    failed: bool
    part: str
    effects: list[Effect] = field(default_factory=list)

    @classmethod
    def of(cls, state: State, context: Context, locales: tuple[str, ...]) -> Run:
        """Begin a step from a state."""
        kept = {name: getattr(state, name) for name in State.__slots__}
        return cls(context=context, locales=locales, **kept)

    def result(self) -> Step:
        """Freeze the step."""
        return Step(State(**{name: getattr(self, name) for name in State.__slots__}), tuple(self.effects))

    def assign(self, name: str, value: Value) -> None:
        """Set a variable; a locale that the flow does not have is ignored."""
        if name == "locale":
            if value not in self.locales:
                return
            self.locale = str(value)
        self.variables = {**self.variables, name: value}

    def say(self, prompt: Prompt, *, barge_in: bool) -> bool:
        """Play a prompt in the contact's locale (or the flow's first); ``False`` when there is nothing to say."""
        prompts = prompt.get(self.locale) or prompt.get(self.locales[0]) or ()
        if not prompts:
            return False
        self.playback = self._name("say")
        self.effects.append(Say(self.playback, tuple(fill(ref, self.variables) for ref in prompts), barge_in))
        return True

    def stop_saying(self) -> None:
        """Stop what is being played, if anything."""
        if self.playback:
            self.effects.append(StopSaying(self.playback))
            self.playback = ""

    def arm(self, seconds: int) -> None:
        """Set the node's timer anew."""
        self.disarm()
        self.timer = self._name("timer")
        self.effects.append(SetTimer(self.timer, timedelta(seconds=seconds)))

    def disarm(self) -> None:
        """Clear the node's timer, if it runs."""
        if self.timer:
            self.effects.append(ClearTimer(self.timer))
            self.timer = ""

    def rest(self) -> None:
        """Stop everything that the node has going."""
        self.stop_saying()
        self.disarm()
        self.digits = ""
        self.tries = 0
        self.part = ""

    def leave(self, behaviour: Behaviour, way: str, digits: str | None = None) -> None:
        """Leave a node, and say so for the journal."""
        self.rest()
        self.effects.append(Stepped(behaviour.id, behaviour.type, way, digits))

    def finish(self, reason: str | None = None) -> None:
        """End the flow; with a reason, end the call too."""
        self.rest()
        self.effects.append(ClearTimer(MAX_DURATION))
        if reason is not None:
            self.effects.append(Hang(reason))
        self.phase = Phase.DONE

    def _name(self, kind: str) -> str:
        """Make a name that was never used in this flow, so that late events are recognised."""
        self.serial += 1
        return f"{kind}:{self.node}:{self.serial}"
