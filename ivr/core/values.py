"""What goes into a step of a flow and what comes out: events, effects, context and the state between them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, TypeAlias

Value: TypeAlias = str | int | bool | None


class Opening(StrEnum):
    """What a calendar says about a moment; the exits of an ``hours`` node."""

    OPEN = "open"
    CLOSED = "closed"
    HOLIDAY = "holiday"


def _nobody(_number: str) -> str:
    return ""


def _soon(_queue: str) -> int:
    return 1


@dataclass(frozen=True, slots=True)
class Context:
    """What a step may know of the world: the moment, and the opening of a calendar (by code) at that moment.

    ``dialable`` makes of a number, as it was keyed in or sent, the one that may be called back (empty: none may).
    ``expected_min``: about so many minutes until somebody of a queue (by code) has time.
    """

    now: datetime
    opening: Callable[[str], Opening]
    dialable: Callable[[str], str] = _nobody
    expected_min: Callable[[str], int] = _soon


# ---------------------------------------------------------------------------------------------------------- events


@dataclass(frozen=True, slots=True)
class Started:
    """The call was answered. ``locale``: the preferred one; a flow without it uses its own first."""

    caller: str
    number: str
    locale: str = ""


@dataclass(frozen=True, slots=True)
class Entered:
    """Go on at a node, wherever the flow was, also after its end: an agent gave the contact back, or to this flow.

    ``started`` is as at the beginning. Variables that the flow had keep their values.
    """

    node: str
    started: Started


@dataclass(frozen=True, slots=True)
class PlayEnded:
    """A playback (named by :class:`Say`) ended; ``completed`` is false when the engine could not play it."""

    playback: str
    completed: bool = True


@dataclass(frozen=True, slots=True)
class Digit:
    """The contact pressed one key: ``0`` to ``9``, ``*``, ``#``, ``A`` to ``D``."""

    digit: str


@dataclass(frozen=True, slots=True)
class Timer:
    """A timer (named by :class:`SetTimer`) ran out."""

    name: str


class QueueExit(StrEnum):
    """Why a contact came back from a queue."""

    TIMEOUT = "timeout"
    OVERFLOW = "overflow"
    NO_AGENTS = "no_agents"
    CLOSED = "closed"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class QueueLeft:
    """The contact left the queue without an agent."""

    exit: QueueExit


@dataclass(frozen=True, slots=True)
class CallbackAnswered:
    """Whether a callback was taken down (:class:`RequestCallback`)."""

    taken: bool


@dataclass(frozen=True, slots=True)
class Connected:
    """An agent has the contact: the flow is over."""


@dataclass(frozen=True, slots=True)
class VoicemailEnded:
    """The message was recorded (limit, ``#`` or silence); not sent when the contact left."""


@dataclass(frozen=True, slots=True)
class ContactLeft:
    """The contact hung up."""


Event: TypeAlias = (
    Started
    | Entered
    | PlayEnded
    | Digit
    | Timer
    | QueueLeft
    | CallbackAnswered
    | Connected
    | VoicemailEnded
    | ContactLeft
)

# --------------------------------------------------------------------------------------------------------- effects


@dataclass(frozen=True, slots=True)
class PromptRef:
    """One thing to be heard: a stored prompt (``asset`` is its code) or ``text`` to be spoken in ``locale``."""

    locale: str
    asset: str | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Say:
    """Play these one after the other; answer with ``PlayEnded(playback)``. In a queue, the music pauses meanwhile."""

    playback: str
    prompts: tuple[PromptRef, ...]
    barge_in: bool


@dataclass(frozen=True, slots=True)
class StopSaying:
    """Stop the playback; a ``PlayEnded`` for it is ignored."""

    playback: str


@dataclass(frozen=True, slots=True)
class SetTimer:
    """Send ``Timer(name)`` after this long."""

    name: str
    after: timedelta


@dataclass(frozen=True, slots=True)
class ClearTimer:
    """Forget a timer; a ``Timer`` for it is ignored."""

    name: str


@dataclass(frozen=True, slots=True)
class StepNeeds:
    """One step of skill relaxation; ``expr`` is JSON: ``{"skill", "gte"}``, ``{"all": []}`` or ``{"any": []}``."""

    expr: Mapping[str, Any]
    expires_s: int


@dataclass(frozen=True, slots=True)
class Enqueue:
    """Let the contact wait in a queue (its code).

    ``timeout_s``: ``None`` is the queue's own; ``while_waiting``: the name of the music.
    """

    queue: str
    head_start_s: int = 0
    steps: tuple[StepNeeds, ...] = ()
    timeout_s: int | None = None
    while_waiting: str = "default"


@dataclass(frozen=True, slots=True)
class LeaveQueue:
    """Take the contact out of the queue, by its own wish; the place is kept for a callback or a return."""


@dataclass(frozen=True, slots=True)
class RequestCallback:
    """Keep a place in a queue (its code) for a contact who will be called; answer ``CallbackAnswered``."""

    queue: str
    number: str
    head_start_s: int = 0


@dataclass(frozen=True, slots=True)
class LeaveMessage:
    """Record a voicemail (its prompt has been heard): a beep, then at most ``max_s``; answer ``VoicemailEnded``."""

    max_s: int


@dataclass(frozen=True, slots=True)
class Hang:
    """The flow ends the call. ``reason``: the end's own, or ``error``, ``voicemail``, ``max_duration``."""

    reason: str


@dataclass(frozen=True, slots=True)
class Stepped:
    """A node was left, for the journal. ``digits`` are absent when they are secure or when there were none."""

    node: str
    type: str
    exit: str
    digits: str | None = None


Effect: TypeAlias = (
    Say | StopSaying | SetTimer | ClearTimer | Enqueue | LeaveQueue | RequestCallback | LeaveMessage | Hang | Stepped
)

# ----------------------------------------------------------------------------------------------------------- state


class Phase(StrEnum):
    """What a flow waits for."""

    NEW = "new"
    SAYING = "saying"
    KEYS = "keys"
    QUEUE = "queue"
    MESSAGE = "message"
    CALLBACK = "callback"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class State:
    """Where one interaction is in its flow. Small, immutable, and survives as JSON (``to_dict``, ``from_dict``).

    ``digits`` and secure variables are in it: whoever stores it protects it like the recording. ``part``: which
    question of a node that asks several.
    """

    phase: Phase = Phase.NEW
    node: str = ""
    locale: str = ""
    variables: Mapping[str, Value] = field(default_factory=dict)
    digits: str = ""
    tries: int = 0
    serial: int = 0
    playback: str = ""
    timer: str = ""
    visits: int = 0
    failed: bool = False
    part: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return the state as plain JSON values."""
        plain = {name: getattr(self, name) for name in self.__slots__}
        return {**plain, "phase": self.phase.value, "variables": dict(self.variables)}

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> State:
        """Return the state that :meth:`to_dict` made; raises ``TypeError`` or ``ValueError`` for anything else."""
        return cls(**{**stored, "phase": Phase(stored["phase"])})


@dataclass(frozen=True, slots=True)
class Step:
    """What a step came to: the new state, and what the switchboard has to do, in this order."""

    state: State
    effects: tuple[Effect, ...]
