"""Conversations, what is exported and shared of them, and what the client's people were told."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field

from app.published.parts import Shape

Fact = dict[str, Any]


class Interaction(Shape):
    """One conversation from arrival to disposition; what the reader's policy hides is masked."""

    id: UUID
    started_at: datetime
    queued_at: datetime | None
    answered_at: datetime | None
    ended_at: datetime | None
    contact: Annotated[str | None, Field(description="The outside person's number, as far as you may see it.")]
    number: str | None
    channel: str
    state: str
    queue: str | None
    queue_code: str | None
    agent: Annotated[str | None, Field(description="The agent's alias.")]
    outcome: str | None
    ended_by: str | None
    cause: str | None
    wait_ms: int | None
    talk_ms: int | None
    hold_ms: int | None
    wrap_ms: int | None
    disposition: str | None
    recording: bool
    direction: str
    task: str | None
    origin_id: UUID | None
    due_at: datetime | None
    tries: int | None
    result: str | None


class InteractionPage(Shape):
    """Conversations in the order that was asked for."""

    data: list[Interaction]
    has_more: bool
    next: str | None


class Recording(Shape):
    """What was recorded, and its gaps."""

    id: UUID
    kind: str
    duration_ms: int | None
    media: str
    channels: int
    sha256: str | None
    content_sha256: str | None
    repaired: bool
    gaps: list[dict[str, Any]]


class InteractionFact(Shape):
    """One thing that happened in a conversation."""

    seq: int
    at: datetime
    kind: str
    actor: dict[str, Any]
    data: Fact


class InteractionInFull(Interaction):
    """With why this agent, its path through the flow, recordings, and everything that happened."""

    because: Any
    path: Any
    recordings: list[Recording]
    history: list[InteractionFact]


class Export(Shape):
    """What a search found, to be taken along."""

    id: UUID
    state: Annotated[str, Field(description="waiting, building, built, and how else it ended.")]
    wants: list[Literal["csv", "recordings", "facts"]]
    found: int | None
    reason: str
    asked_at: datetime
    asked_name: str
    done: int | None
    total: int | None
    percent: float | None
    left_s: float | None
    gone: Any
    recordings: Any
    files: Any
    bytes: int | None
    manifest_sha256: str | None
    error: str | None
    built_at: datetime | None
    expires_at: datetime | None
    fetches: Any
    filters: Any
    zone: str
    encrypted_to: Any
    file: Annotated[str | None, Field(description="Where it lies once it is built.")]


class ExportPage(Shape):
    """Exports, newest first."""

    data: list[Export]
    has_more: bool
    next: UUID | None


class ExportEnded(Shape):
    """How an export stands after it was stopped."""

    id: UUID
    state: str


class LinkMade(Shape):
    """A link with its passcode; nobody can read them again."""

    id: UUID
    expires_at: datetime
    address: str
    passcode: str | None


class Link(Shape):
    """A link to a recording, without its address."""

    id: UUID
    recording_id: UUID
    audience: Literal["people", "anyone"]
    from_ms: int
    until_ms: int | None
    made_name: str
    made_at: datetime
    expires_at: datetime
    openings: int
    opened: int
    opened_at: datetime | None
    revoked_at: datetime | None
    revoked_name: str | None
    state: str


class Links(Shape):
    """The links to a conversation's recordings, newest first."""

    data: list[Link]


class Telling(Shape):
    """Whom of the client's people was told of a call, how and when."""

    id: UUID
    interaction_id: UUID
    person: str
    ways: list[str]
    sent_at: datetime
    expires_at: datetime
    answered_at: datetime | None
    taken_at: datetime | None
    mailed_at: datetime | None
    opened_at: datetime | None
    acknowledged_at: datetime | None
    acknowledged_by: str | None
    revoked_at: datetime | None
    in_time: bool | None


class Tellings(Shape):
    """The tellings of one conversation; ``formula`` says what counts as in time."""

    formula: str
    data: list[Telling]


class Acknowledged(Shape):
    """A telling that is known."""

    id: UUID
    interaction_id: UUID
    person: str
    acknowledged_at: datetime
    acknowledged_by: str


class Delivered(Shape):
    """How many tellings came before the answer."""

    sent: int
    answered: int
    delivered_before_answer: int
    carried_in_the_call: int
    share_pct: float | None


class DeliveredOn(Delivered):
    """The same of one day."""

    on: date


class DeliveredFigure(Delivered):
    """All of a time, and each day of it."""

    formula: str
    days: list[DeliveredOn]
