"""The test cases of a flow, run on a virtual clock by the same ``step`` as real calls (routing.md section 10).

Inputs are used in their order, each at the node that it names (or wherever the contact can next act). Without an input
prompts are heard to their end, silence runs into timers, a queue connects when it is staffed, a message is left.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, TypeAlias

from ivr.core.compile import Program
from ivr.core.flow import Callback, Collect, Menu, Node, Play, Queueing
from ivr.core.run import MAX_DURATION
from ivr.core.step import step
from ivr.core.values import (
    CallbackAnswered,
    ClearTimer,
    Connected,
    ContactLeft,
    Context,
    Digit,
    Effect,
    Event,
    Hang,
    Opening,
    Phase,
    PlayEnded,
    QueueExit,
    QueueLeft,
    Say,
    SetTimer,
    Started,
    State,
    Stepped,
    Timer,
    Value,
    VoicemailEnded,
)

OpeningAt: TypeAlias = Callable[[str, datetime], Opening]
Case: TypeAlias = Mapping[str, Any]

EVENTS_ALLOWED = 25_000
"""More than the visits that are allowed can need: at most ten questions at each, every one heard and not answered."""
_SHORTEST_NUMBER = 5
DEFAULT_AT = datetime(2026, 1, 5, 10, tzinfo=UTC)


def always_open(_calendar: str, _at: datetime) -> Opening:
    """Say open, whatever is asked."""
    return Opening.OPEN


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What happened in a case, and how it differs from what the case expects (nothing: it passed)."""

    path: tuple[str, ...]
    exits: tuple[tuple[str, str], ...]
    says: tuple[str, ...]
    end: Mapping[str, str]
    variables: Mapping[str, Value]
    failures: tuple[str, ...] = ()


def rehearse(program: Program, case: Case, opening: OpeningAt = always_open) -> Rehearsal:
    """Run one case; ``opening`` answers for calendars that the case says nothing about."""
    stage = _Stage(program, case, opening)
    stage.run()
    return stage.compare()


@dataclass(slots=True)
class _Stage:
    program: Program
    case: Case
    opening: OpeningAt
    state: State = field(default_factory=State)
    now: datetime = DEFAULT_AT
    timers: dict[str, datetime] = field(default_factory=dict)
    inputs: list[Case] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    says: list[str] = field(default_factory=list)
    steps: list[Stepped] = field(default_factory=list)
    hung: str = ""

    def run(self) -> None:
        """Play the whole case."""
        if "at" in self.case:
            self.now = datetime.fromisoformat(self.case["at"])
        self.inputs = list(self.case.get("inputs", ()))
        self.program = replace(self.program, initial={**self.program.initial, **self.case.get("vars", {})})
        self._feed(Started(self.case.get("caller", ""), self.case.get("number", ""), self.case.get("locale", "")))
        for _ in range(EVENTS_ALLOWED):
            if self.state.phase is Phase.DONE:
                return
            self._feed(self._next())

    def compare(self) -> Rehearsal:
        """Compare what happened with what is expected."""
        path = tuple(passed.node for passed in self.steps)
        end = self._end()
        expect = self.case.get("expect", {})
        variables = dict(self.state.variables)
        failures = [
            f"{name} is {got}, not {expect[name]}"
            for name, got in (("path", list(path)), ("says", self.says))
            if name in expect and got != list(expect[name])
        ]
        for name, part, got in (("vars", "vars", variables), ("end", "end", end)):
            for key, wanted in expect.get(part, {}).items():
                if got.get(key) != wanted:
                    failures.append(f"{name}.{key} is {got.get(key)!r}, not {wanted!r}")
        if self.inputs or self.keys:
            failures.append(f"{len(self.inputs) + len(self.keys)} inputs were never used")
        exits = tuple((passed.node, passed.exit) for passed in self.steps)
        return Rehearsal(path, exits, tuple(self.says), end, variables, tuple(failures))

    def _next(self) -> Event:
        """Return the case's next input when it is due, and otherwise what happens by itself."""
        if self.keys:
            return Digit(self.keys.pop(0))
        given = self._due() or {}
        if "dtmf" in given:
            self.keys = list(given["dtmf"])
            return Digit(self.keys.pop(0))
        if given.get("hangup"):
            return ContactLeft()
        return self._what_happens(is_timeout=bool(given))

    def _what_happens(self, *, is_timeout: bool) -> Event:
        match self.state.phase:
            case Phase.SAYING:
                return PlayEnded(self.state.playback)
            case Phase.QUEUE:
                return self._left_queue(is_timeout=is_timeout)
            case Phase.MESSAGE:
                return VoicemailEnded()
            case Phase.CALLBACK:
                return CallbackAnswered(taken=self.case.get("callback", {}).get("taken", True))
            case _:
                return self._silence()

    def _due(self) -> Case | None:
        """Take the next input when the contact is where it belongs and is heard."""
        if not self.inputs:
            return None
        given = self.inputs[0]
        if given.get("at", self.state.node) != self.state.node:
            return None
        node = self.program.flow.nodes[self.state.node]
        if "dtmf" in given and not self._is_heard(node):
            return None
        if given.get("timeout") and self.state.phase is Phase.SAYING:
            return None
        return self.inputs.pop(0)

    def _is_heard(self, node: Node) -> bool:
        if self.state.phase is Phase.SAYING:
            return isinstance(node, Menu | Collect | Play | Callback) and node.barge_in
        if self.state.phase is Phase.QUEUE:
            return isinstance(node, Queueing) and bool(node.callback_key)
        return self.state.phase is Phase.KEYS

    def _left_queue(self, *, is_timeout: bool) -> Event:
        queue = self.case.get("queue", {})
        if is_timeout:
            return QueueLeft(QueueExit.TIMEOUT)
        if "leaves" in queue:
            return QueueLeft(QueueExit(queue["leaves"]))
        return Connected() if queue.get("staffed", True) else QueueLeft(QueueExit.NO_AGENTS)

    def _silence(self) -> Event:
        """Let the earliest timer run out."""
        due = {name: at for name, at in self.timers.items() if name != MAX_DURATION} or self.timers
        name = min(due, key=lambda timer: (due[timer], timer), default=MAX_DURATION)
        self.now = max(self.now, self.timers.pop(name, self.now))
        return Timer(name)

    def _feed(self, event: Event) -> None:
        at = self.now
        context = Context(at, lambda code: self._opening(code, at), self._dialable, lambda _queue: self._expected_min())
        said = step(self.program, self.state, event, context)
        self.state = said.state
        for effect in said.effects:
            self._perform(effect)

    def _opening(self, code: str, at: datetime) -> Opening:
        said = self.case.get("hours", {})
        return Opening(said[code]) if code in said else self.opening(code, at)

    def _dialable(self, number: str) -> str:
        """Take what looks like a number for one: here nobody knows the client's rules."""
        if number in self.case.get("callback", {}).get("refused", ()):
            return ""
        return number if sum(map(str.isdigit, number)) >= _SHORTEST_NUMBER else ""

    def _expected_min(self) -> int:
        return max(1, int(self.case.get("queue", {}).get("ewt_s", 60)) // 60)

    def _perform(self, effect: Effect) -> None:
        match effect:
            case Say(prompts=prompts):
                self.says.extend(ref.text if ref.text is not None else f"asset:{ref.asset}" for ref in prompts)
            case SetTimer(name, after):
                self.timers[name] = self.now + after
            case ClearTimer(name):
                self.timers.pop(name, None)
            case Stepped():
                self.steps.append(effect)
            case Hang(reason):
                self.hung = reason

    def _end(self) -> dict[str, str]:
        last = self.steps[-1] if self.steps else None
        if last is None:
            return {"type": "error", "reason": self.hung}
        if last.exit == "connected":
            queue = getattr(self.program.flow.nodes[last.node], "queue", "")
            return {"type": "queue", "reason": "connected", "queue": queue}
        if last.exit == "contact_left":
            return {"type": "contact_left", "reason": "contact_left"}
        return {"type": last.type if last.type in {"end", "voicemail"} else self.hung, "reason": self.hung}
