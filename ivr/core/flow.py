"""The flow language, version flow/1, as values (routing.md section 10)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, ClassVar, TypeAlias

from ivr.core.values import PromptRef, StepNeeds, Value

Logic: TypeAlias = Any
"""A condition or value: JSON scalars and ``{operator: [arguments]}``; see :mod:`ivr.core.logic`."""

NONE: Mapping[str, Any] = MappingProxyType({})
Prompt: TypeAlias = Mapping[str, tuple[PromptRef, ...]]

BUILT_IN = ("caller", "number", "locale")
"""Variables that every flow has from the start; ``locale`` may be set, to one of the flow's."""
OF_CALLBACKS = ("callback_number", "expected_min")
"""What the prompts of a callback may say besides: whom we would call, and in about how many minutes."""


@dataclass(frozen=True, slots=True)
class Variable:
    """A declared variable: ``string``, ``int`` or ``bool``."""

    type: str
    default: Value = None
    has_default: bool = False
    pii: bool = False


@dataclass(frozen=True, slots=True)
class Play:
    """Play a prompt; with ``barge_in`` any key skips it."""

    type: ClassVar[str] = "play"
    exits_built: ClassVar[tuple[str, ...]] = ("done",)
    id: str
    exits: Mapping[str, str]
    prompt: Prompt = field(default_factory=dict)
    barge_in: bool = False


@dataclass(frozen=True, slots=True)
class Menu:
    """Offer a choice by keys."""

    type: ClassVar[str] = "menu"
    exits_built: ClassVar[tuple[str, ...]] = ("no_input", "no_match", "error")
    id: str
    exits: Mapping[str, str]
    options: Mapping[str, str]
    prompt: Prompt = field(default_factory=dict)
    barge_in: bool = True
    timeout_s: int = 5
    max_tries: int = 3
    interdigit_s: int | None = None


@dataclass(frozen=True, slots=True)
class Collect:
    """Ask for digits. ``end``: the key that ends the entry (empty: none); ``secure`` ones are never journalled."""

    type: ClassVar[str] = "collect"
    exits_built: ClassVar[tuple[str, ...]] = ("ok", "no_input", "invalid")
    id: str
    exits: Mapping[str, str]
    into: str
    minimum: int
    maximum: int
    end: str = ""
    prompt: Prompt = field(default_factory=dict)
    barge_in: bool = True
    timeout_s: int = 5
    interdigit_s: int = 3
    max_tries: int = 1
    secure: bool = False


@dataclass(frozen=True, slots=True)
class Hours:
    """Branch by a calendar."""

    type: ClassVar[str] = "hours"
    exits_built: ClassVar[tuple[str, ...]] = ("open", "closed", "holiday")
    id: str
    exits: Mapping[str, str]
    calendar: str


@dataclass(frozen=True, slots=True)
class Case:
    """One branch of a switch."""

    condition: Logic
    to: str


@dataclass(frozen=True, slots=True)
class Switch:
    """Branch by the first condition that holds."""

    type: ClassVar[str] = "switch"
    exits_built: ClassVar[tuple[str, ...]] = ()
    id: str
    cases: tuple[Case, ...]
    otherwise: str
    exits: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Assign:
    """Set variables (node type ``set``), all from the values before."""

    type: ClassVar[str] = "set"
    exits_built: ClassVar[tuple[str, ...]] = ("done",)
    id: str
    exits: Mapping[str, str]
    values: Mapping[str, Logic]


@dataclass(frozen=True, slots=True)
class Announcement:
    """Said again and again while a contact waits."""

    prompt: Prompt
    every_s: int


@dataclass(frozen=True, slots=True)
class Queueing:
    """Wait for an agent (node type ``queue``). ``closed`` may be left out: then ``no_agents`` is taken.

    ``callback_key``: the key that leads to the exit ``callback`` while the contact waits (empty: there is none).
    """

    type: ClassVar[str] = "queue"
    exits_built: ClassVar[tuple[str, ...]] = ("timeout", "overflow", "no_agents", "error")
    id: str
    exits: Mapping[str, str]
    queue: str
    head_start_s: int = 0
    steps: tuple[StepNeeds, ...] = ()
    timeout_s: int | None = None
    music: str = "default"
    announcement: Announcement | None = None
    callback_key: str = ""


@dataclass(frozen=True, slots=True)
class Callback:
    """Offer to call the contact back, at the number it called from or (with ``other``) at another one.

    ``prompt`` may say ``{{callback_number|digits}}`` and ``{{expected_min}}``. Keys: 1 yes, 2 another number, 9 no.
    """

    type: ClassVar[str] = "callback"
    exits_built: ClassVar[tuple[str, ...]] = ("requested", "declined", "error")
    id: str
    exits: Mapping[str, str]
    queue: str
    prompt: Prompt = field(default_factory=dict)
    other: Prompt = field(default_factory=dict)
    head_start_s: int = 0
    barge_in: bool = True
    timeout_s: int = 5
    interdigit_s: int = 5
    max_tries: int = 3


@dataclass(frozen=True, slots=True)
class Voicemail:
    """Play a prompt, record a message, end."""

    type: ClassVar[str] = "voicemail"
    exits_built: ClassVar[tuple[str, ...]] = ()
    id: str
    prompt: Prompt = field(default_factory=dict)
    max_s: int = 120
    exits: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class End:
    """End the call."""

    type: ClassVar[str] = "end"
    exits_built: ClassVar[tuple[str, ...]] = ()
    id: str
    reason: str = "normal"
    exits: Mapping[str, str] = field(default_factory=dict)


Node: TypeAlias = Play | Menu | Collect | Hours | Switch | Assign | Queueing | Callback | Voicemail | End
TYPES: tuple[type[Node], ...] = (Play, Menu, Collect, Hours, Switch, Assign, Queueing, Callback, Voicemail, End)
BUILT: tuple[str, ...] = tuple(kind.type for kind in TYPES)
TERMINAL = (Queueing, Voicemail, End)
"""Nodes at which a walk may end: a queue ends in an agent."""


@dataclass(frozen=True, slots=True)
class Flow:
    """A flow. ``handlers``: where to go on ``error`` and ``max_duration`` (default: end the call)."""

    id: str
    entry: str
    nodes: Mapping[str, Node]
    locales: tuple[str, ...]
    variables: Mapping[str, Variable] = field(default_factory=dict)
    handlers: Mapping[str, str] = field(default_factory=dict)
    max_duration_s: int = 3600
    tests: tuple[Mapping[str, Any], ...] = ()


def targets(node: Node) -> tuple[tuple[str, str], ...]:
    """List the ways out of a node as (exit, target); an option is named by its key, a case ``case:0`` or ``else``."""
    named = tuple(node.exits.items())
    if isinstance(node, Menu):
        return (*node.options.items(), *named)
    if isinstance(node, Switch):
        return (*((f"case:{index}", case.to) for index, case in enumerate(node.cases)), ("else", node.otherwise))
    return named
