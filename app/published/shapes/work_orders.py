"""Work orders as the API and the webhooks show them (``workorders.schemas`` makes them; a test compares)."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import ConfigDict, Field

from app.published.parts import Shape
from app.published.shapes.clocks import Clock
from workorders.core.states import Side, Status
from workorders.fields import Priority, RelationType, Severity

Cursor = Annotated[str | None, Field(description="Give it back as `after`; null on the last page.")]


class Resolved(Shape):
    """How it ended."""

    code: str
    summary: str


class CreatedBy(Shape):
    """Who handed it over; of the outsourcer's people the alias or the role."""

    side: Side
    name: str


class Party(Shape):
    """Somebody whom the work order is about."""

    role: str
    id: str | None
    name: str


class Related(Shape):
    """Something outside that the work order is about: an order, an invoice, a parcel."""

    type: str
    id: str
    name: str | None


class Relation(Shape):
    """Another work order of the same connection, which shows the opposite word."""

    type: RelationType
    id: UUID


class Reference(Shape):
    """What another system calls this work order."""

    owner: str
    type: str | None
    id: str


class Assigned(Shape):
    """A team, a person, or both."""

    team: str | None
    person: str | None


class Assignment(Shape):
    """Who on each side works on it; null: nobody yet."""

    outsourcer: Assigned | None
    tenant: Assigned | None


class WorkOrder(Shape):
    """A unit of work between a seat and the client, and where it stands."""

    id: UUID
    number: Annotated[str, Field(description="What people call it.", examples=["WO-1001"])]
    connection: Annotated[str, Field(description="The client's system that it is exchanged with.")]
    requester_side: Annotated[Side, Field(description="Who asked; the other side resolves.")]
    type: str
    title: str
    description: str
    priority: Priority
    severity: Severity
    status: Status
    status_reason: str | None
    pending_on: Annotated[str | None, Field(description="Whose answer is waited for while it is pending.")]
    resolution: Resolved | None
    requested_resolution_at: Annotated[datetime | None, Field(description="When the requester wants it done.")]
    expected_resolution_at: Annotated[datetime | None, Field(description="When the resolver expects to be done.")]
    channel: Annotated[str, Field(description="Where it was asked for.", examples=["api", "desk", "portal"])]
    parties: list[Party]
    related: list[Related]
    relationships: list[Relation]
    external_ref: Annotated[list[Reference], Field(description="What your systems call it.")]
    custom: Annotated[dict[str, Any], Field(description="Your own fields.")]
    assignment: Assignment
    interaction_id: Annotated[UUID | None, Field(description="The conversation that it came out of.")]
    created_by: CreatedBy
    version: Annotated[int, Field(ge=1, description="Raised by each change of its fields; the ETag names it.")]
    sequence: Annotated[int, Field(ge=1, description="Raised by everything that happens to it, comments too.")]
    created_at: datetime
    updated_at: datetime
    acknowledged_at: datetime | None
    started_at: datetime | None
    resolved_at: datetime | None
    auto_close_at: Annotated[datetime | None, Field(description="When a resolved one closes by itself.")]
    closed_at: datetime | None
    sla: Annotated[list[Clock] | None, Field(description="The clocks of both sides; where one is read.")] = None


class WorkOrderPage(Shape):
    """Work orders, newest first."""

    data: list[WorkOrder]
    has_more: bool
    next: Cursor


class Author(Shape):
    """Who wrote a comment."""

    side: Side
    id: str
    name: str


class Comment(Shape):
    """A remark that both sides see."""

    id: UUID
    work_order_id: UUID
    body: str
    format: Annotated[Literal["text/plain"], Field(description="No part of the body is markup.")]
    visibility: Literal["shared", "internal"]
    author: Author
    origin: Annotated[str, Field(description="Who caused it: `outsourcer`, `tenant`, `connection:<code>`.")]
    external_id: Annotated[str | None, Field(description="What the system of whoever wrote it calls it.")]
    attachments: Annotated[list[UUID], Field(description="Files that go with it.")]
    created_at: datetime


class CommentPage(Shape):
    """Comments, newest first."""

    data: list[Comment]
    has_more: bool
    next: Cursor


class Step(Shape):
    """A transition that the caller may take now, and which members it needs."""

    to: Status
    requires: list[Literal["pending_on", "reason"]]
    pending_on: list[str] | None = None


class Steps(Shape):
    """What the caller may do now."""

    data: list[Step]


class Actor(Shape):
    """Who did it, as the caller may know it."""

    kind: str
    id: str
    name: str


class Request(Shape):
    """What a request of the client's people or systems said of itself."""

    request_id: str | None
    idempotency_key: str | None
    address: Annotated[str | None, Field(description="Of a system; where a person was is told nowhere.")]


class HistoryEntry(Shape):
    """One thing that happened. What it says beside these members depends on its kind (docs/facts.md)."""

    model_config = ConfigDict(extra="allow")
    seq: Annotated[int, Field(description="Its number in the client's journal.")]
    at: datetime
    kind: Annotated[str, Field(examples=["WorkOrderStatusChanged"])]
    actor: Actor
    request: Annotated[Request, Field(description="The request that it came with; nothing of the centre's own acts.")]
    status: Status
    sequence: int
    side: Side
    changes: Annotated[dict[str, list[Any]], Field(description="Each changed field with its value before and after.")]
    comment: Comment | None = None


class History(Shape):
    """Everything that happened, oldest first."""

    data: list[HistoryEntry]
