"""Everything that the loop takes from its one queue, besides the engine's events."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias
from uuid import UUID

from switchboard.core.audit import Evidence
from switchboard.core.plan import Plan
from telephony.port import Command, EngineBack, Event, Sound


@dataclass(frozen=True, slots=True)
class Fired:
    """A timer ran out."""

    owner: UUID
    name: str


@dataclass(frozen=True, slots=True)
class Refused:
    """The engine did not accept a command of ours."""

    command: Command
    reason: str
    unanswered: bool = False
    """It said nothing at all: nobody knows whether the command was carried out."""


@dataclass(frozen=True, slots=True)
class PhonesSeen:
    """The endpoints that are registered now."""

    endpoints: frozenset[str]


@dataclass(frozen=True, slots=True)
class DesksSeen:
    """The agents whose desk page is not heard, and since when; not ``sure``: only who is not among them is known."""

    unheard: Mapping[UUID, datetime]
    sure: bool


@dataclass(frozen=True, slots=True)
class RecordingKept:
    """A recording lies in its place; ``name`` is the one that we gave to the engine. The rest is the fact's."""

    name: str
    key: str
    sha256: str
    bytes: int
    duration_ms: int
    media: str
    content_sha256: str
    channels: int = 1
    repaired: bool = False
    parts: list[dict[str, Any]] | None = None


@dataclass(frozen=True, slots=True)
class RecordingOrphaned:
    """A recording cannot be kept: the keys of the client whose it is are destroyed."""

    name: str


@dataclass(frozen=True, slots=True)
class StoreChanged:
    """The store of recordings takes none, because of this (refused or away); empty: it does so again."""

    reason: str


@dataclass(frozen=True, slots=True)
class Spoken:
    """Texts were spoken for a playback of a flow; no sounds: they could not be."""

    call: UUID
    name: str
    sounds: tuple[Sound, ...]


@dataclass(frozen=True, slots=True)
class AgentFound:
    """Which agent spoke last with the contact of a task; None: none did, or it cannot be known now."""

    about: UUID
    agent: UUID | None
    listed: UUID | None = None
    """The entry of the do-not-call list that its number has."""


@dataclass(frozen=True, slots=True)
class ListAsked:
    """Whether the contact of a try is on the do-not-call list (``entry``); not ``known``: it could not be read."""

    about: UUID
    turn: int
    entry: UUID | None
    known: bool = True


@dataclass(frozen=True, slots=True)
class Reconfigured:
    """The configuration was read again."""

    plan: Plan


@dataclass(frozen=True, slots=True)
class DeskCommand:
    """What an agent asks for. ``fields`` are those of the command's kind, unchecked."""

    kind: str
    fields: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Connected:
    """The engine is there. ``stored``: those of its calls that have a row, so nobody begins one of them again.

    ``spare``: calls that we do not know may be those of a tenant whose database is away, and are left alone.
    """

    event: EngineBack
    stored: frozenset[str]
    spare: bool = False


@dataclass(frozen=True, slots=True)
class Room:
    """Whether there is room for the facts of new calls, of one tenant or (None) of all."""

    tenant: UUID | None
    admits: bool


Input: TypeAlias = (
    Event
    | Fired
    | Refused
    | PhonesSeen
    | DesksSeen
    | RecordingKept
    | RecordingOrphaned
    | StoreChanged
    | Spoken
    | AgentFound
    | ListAsked
    | Reconfigured
    | Connected
    | Room
    | Evidence
)
