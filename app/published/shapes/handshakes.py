"""What one side asks the other: questions, cancelling by agreement, tasks for the seat."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field

from app.published.parts import Shape
from app.published.shapes.work_orders import CreatedBy, Cursor


class InfoRequest(Shape):
    """A question to the requester, and its answer."""

    id: UUID
    work_order_id: UUID
    state: Annotated[str, Field(description="open, answered, or withdrawn with the work order.")]
    question: str
    path: Annotated[str | None, Field(description="A JSON pointer to the field that is asked for.")]
    due_at: datetime | None
    asked_by: CreatedBy
    asked_at: datetime
    answer: str | None
    fields: Annotated[dict[str, Any], Field(description="Single values by JSON pointer.")]
    answered_by: CreatedBy | None
    answered_at: datetime | None


class InfoRequests(Shape):
    """Oldest first."""

    data: list[InfoRequest]


class Cancellation(Shape):
    """A request to cancel, and what the resolver said."""

    id: UUID
    work_order_id: UUID
    state: Literal["accepted", "inProgress", "done", "terminatedWithError"]
    reason: str
    requested_by: CreatedBy
    requested_at: datetime
    error: Annotated[str | None, Field(description="Why it came to nothing, if it did.")]
    decision_reason: str | None
    decided_by: CreatedBy | None
    decided_at: datetime | None


class TaskAgent(Shape):
    """An agent by your own id and name for it."""

    id: UUID
    name: str


class SeatTask(Shape):
    """What an agent shall do about a work order."""

    id: UUID
    work_order_id: UUID
    kind: Literal["inform_customer", "call_back", "collect_info"]
    instructions: str
    due_at: datetime | None
    state: Annotated[str, Field(description="open, accepted, done, failed or withdrawn.")]
    agent: Annotated[TaskAgent | None, Field(description="null: it waits for the supervisors.")]
    created_by: CreatedBy
    created_at: datetime
    accepted_at: datetime | None
    outcome: str | None
    call_id: UUID | None
    completed_at: datetime | None


class SeatTasks(Shape):
    """Oldest first."""

    data: list[SeatTask]


class WaitingSeatTasks(Shape):
    """Seat tasks that are open or accepted, what is due first in front."""

    data: list[SeatTask]
    has_more: bool
    next: Cursor
