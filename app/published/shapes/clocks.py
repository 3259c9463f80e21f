"""What both sides owe about a work order, and by when."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field

from app.published.parts import Shape
from workorders.core.states import Side


class Span(Shape):
    """When a clock ran; without an end it runs."""

    begin: Annotated[datetime | None, Field(alias="from")]
    until: datetime | None


class Clock(Shape):
    """A promise: how much of its business time is used, and when it is due."""

    metric: str
    owed_by: Side
    state: Annotated[str, Field(description="running, paused, met or breached.")]
    policy: str
    target_s: int
    elapsed_s: int
    remaining_s: int
    due_at: Annotated[datetime | None, Field(description="null while it is paused.")]
    paused_for: str | None
    ended_at: datetime | None
    breached_at: datetime | None
    cycle: int
    breaches: int
    intervals: Annotated[list[Span] | None, Field(description="When it ran; only at its own address.")] = None


class Clocks(Shape):
    """The clocks of both sides."""

    data: list[Clock]
