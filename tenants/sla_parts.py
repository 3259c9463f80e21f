"""What was agreed about how fast each side acts on a work order: policies of targets in business time."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from tenants.words import Code, OrderType, Part

Target = Annotated[int, Field(ge=1, le=525_600)]
"""Whole minutes of business time, up to a year."""


class SlaPolicyPart(Part):
    """Targets for the work orders of a ``connection``, a ``type``, a ``priority``; what is not said is any.

    The policy that says most holds. Who resolves owes ``acknowledge_min``, ``next_update_min`` and ``resolve_min``,
    in the hours of ``calendar``; who asked owes ``answer_info_min`` and ``seat_feedback_min``, in those of
    ``requester_calendar`` or of the same one; without any calendar all hours count. ``pause_on``: what ``pending``
    may wait for without the time to resolve running on. One's own obstacle, ``held``, never pauses.
    """

    code: Code
    connection: Code | None = None
    type: OrderType | None = None
    priority: Literal["critical", "high", "medium", "low"] | None = None
    calendar: Code | None = None
    requester_calendar: Code | None = None
    acknowledge_min: Target | None = None
    next_update_min: Target | None = None
    resolve_min: Target | None = None
    answer_info_min: Target | None = None
    seat_feedback_min: Target | None = None
    pause_on: Annotated[list[Literal["requester", "end_customer", "third_party"]], Field(max_length=3)] = [
        "requester",
        "end_customer",
    ]


class SlaPart(Part):
    """Without policies nothing is promised, and no clock runs."""

    policies: Annotated[list[SlaPolicyPart], Field(max_length=100)] = []
