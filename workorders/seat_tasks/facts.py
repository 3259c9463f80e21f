"""The facts about seat tasks (subject: the work order). ``agent_id`` is whose task it is."""

from __future__ import annotations

from typing import Any, ClassVar

from journal.core.facts import fact_kind
from workorders.facts import WorkOrderHappened

_PERSONAL = (*WorkOrderHappened.PERSONAL, "seat_task.instructions", "seat_task.outcome")


@fact_kind()
class WorkOrderSeatTaskCreated(WorkOrderHappened):
    """A seat is to do something about a work order; by the client's wish, or by the rule after a resolution."""

    PERSONAL: ClassVar[tuple[str, ...]] = _PERSONAL
    seat_task: dict[str, Any]


@fact_kind()
class WorkOrderSeatTaskHandedOver(WorkOrderHappened):
    """A supervisor gave the task to an agent; it is open again."""

    PERSONAL: ClassVar[tuple[str, ...]] = _PERSONAL
    seat_task: dict[str, Any]


@fact_kind()
class WorkOrderSeatTaskAccepted(WorkOrderHappened):
    """The agent has the task in hand."""

    PERSONAL: ClassVar[tuple[str, ...]] = _PERSONAL
    seat_task: dict[str, Any]


@fact_kind()
class WorkOrderSeatTaskCompleted(WorkOrderHappened):
    """The task is over; ``seat_task.state``: done, failed or withdrawn."""

    PERSONAL: ClassVar[tuple[str, ...]] = _PERSONAL
    seat_task: dict[str, Any]
