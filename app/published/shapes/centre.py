"""What a client keeps and changes at its centre: controls, calls, sounds, blueprint, lists, holds, heads, its key."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import ConfigDict, Field

from app.published.parts import Shape


class Act(Shape):
    """Something that a client changed for a time; what it is made of depends on ``act``."""

    model_config = ConfigDict(extra="allow")
    id: UUID
    act: str
    scope: str
    target: str
    reason: str
    name: str
    role: str
    begins_at: datetime
    until: datetime | None
    ended_at: datetime | None
    ended_by: str | None
    ended_why: str | None


class PriorityBounds(Shape):
    """How far a queue may be moved."""

    lowest_s: int
    highest_s: int
    step_s: int


class Agreed(Shape):
    """What the contract lets a client do."""

    acts: list[str]
    asks: list[str]
    you_may: bool
    longest_min: int
    announcements: Any
    priority: PriorityBounds
    only: dict[str, list[dict[str, str]]]


class Controls(Shape):
    """What is agreed, what is in force, and what ended lately."""

    agreed: Agreed
    in_force: list[Act]
    ended: list[Act]


class Ask(Shape):
    """What somebody of the client asked of the supervisors."""

    id: UUID
    kind: str
    text: str
    name: str
    role: str
    asked_at: datetime
    read_at: datetime | None
    decision: str | None
    answer: str | None
    answered_by: str | None
    agent: UUID | None
    queue: UUID | None


class Asks(Shape):
    """Newest first."""

    asks: list[Ask]


class Made(Shape):
    """What was made."""

    id: UUID


class CallBegun(Shape):
    """The conversation that comes of it."""

    interaction_id: UUID


class Sound(Shape):
    """A recording that is kept; ``sound`` is its name for a blueprint."""

    sound: Annotated[str, Field(pattern="^sha256:[0-9a-f]{64}$")]
    duration_ms: int


class Change(Shape):
    """One entry that is added, changed or removed."""

    verb: str
    section: str
    name: str
    details: list[str]


class Plan(Shape):
    """What applying a file changes."""

    version: Annotated[int, Field(description="The version in force.")]
    summary: str
    changes: list[Change]
    text: str


class AppliedPlan(Plan):
    """What was changed; ``version`` is the new one."""


class ClosedDays(AppliedPlan):
    """``days``: those that were not closed before. ``left_out``: lines of the file's events that close no whole day."""

    days: list[date]
    left_out: list[int]


class Version(Shape):
    """One line of the history."""

    version: int
    applied_at: datetime
    by: str
    why: str
    summary: str
    digest: str
    reverted_to: int | None


class Versions(Shape):
    """Newest first."""

    data: list[Version]


class Listed(Shape):
    """A number on the do-not-call list."""

    id: UUID
    contact: Annotated[str, Field(description="The number, masked.")]
    why: str
    source: str
    added_name: str
    added_at: datetime
    expires_at: datetime | None


class ListedPage(Shape):
    """Newest first."""

    data: list[Listed]
    next: UUID | None


class Added(Shape):
    """How many numbers were new, how many known, and the places (from 1) of what is no number."""

    added: int
    known: int
    refused: list[int]


class Hold(Shape):
    """A conversation that is held."""

    interaction_id: UUID
    reason: str
    set_name: str
    set_at: datetime


class HoldLine(Shape):
    """A hold in the list."""

    model_config = ConfigDict(extra="allow")
    id: UUID
    interaction_id: UUID
    reason: str


class HoldPage(Shape):
    """Newest first."""

    data: list[HoldLine]
    has_more: bool
    next: UUID | None


class HeldNow(Shape):
    """How many conversations were named or found, and how many of them were not held before."""

    found: int
    held: int


class Lifted(Shape):
    """A conversation that is held no more."""

    interaction_id: UUID
    held: Literal[False]


class Heads(Shape):
    """Signed heads of the journal, newest first (docs/audit.md)."""

    data: list[dict[str, Any]]
    next: int | None


class HeadSigned(Shape):
    """The head of now; null while nothing has happened. ``sent``: to how many systems it goes."""

    head: dict[str, Any] | None
    sent: int
