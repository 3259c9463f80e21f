"""What follows from a decision. The loop performs effects in the order in which they were decided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeAlias
from uuid import UUID

from journal.core.facts import NewFact
from switchboard.core.plan import Text
from telephony.port import Command


@dataclass(frozen=True, slots=True)
class Do:
    """Send a command to the phone engine; those of one ``lane`` one after the other."""

    lane: str
    command: Command


@dataclass(frozen=True, slots=True)
class Tell:
    """Append a fact to a tenant's journal."""

    tenant: UUID
    fact: NewFact


@dataclass(frozen=True, slots=True)
class Keep:
    """Store beside an interaction's row what is in no fact: the raw number, and what a restart needs to go on."""

    tenant: UUID
    interaction: UUID
    contact_number: str
    resume: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class Arm:
    """Set the timer ``name`` of ``owner``, instead of an older one of this name."""

    owner: UUID
    name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Disarm:
    """Forget a timer of ``owner``; without a name all of them."""

    owner: UUID
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Store:
    """Move a finished recording from ``path`` to where recordings are kept."""

    recording: str
    path: str
    duration: timedelta


@dataclass(frozen=True, slots=True)
class Speak:
    """Speak texts that do not lie ready, for the playback that the flow named so."""

    call: UUID
    name: str
    texts: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class AskPhones:
    """Ask the engine which phones are registered now."""


@dataclass(frozen=True, slots=True)
class FindAgent:
    """Ask which agent spoke with a contact last; ``about`` is the task that waits for the answer."""

    tenant: UUID
    contact_number: str
    about: UUID


@dataclass(frozen=True, slots=True)
class AskList:
    """Ask whether a contact is on the do-not-call list, for the try ``turn`` of the task ``about``."""

    tenant: UUID
    contact_number: str
    about: UUID
    turn: int


Effect: TypeAlias = Do | Tell | Keep | Arm | Disarm | Store | Speak | AskPhones | FindAgent | AskList
