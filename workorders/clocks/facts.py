"""What is told of clocks (subject: the work order). ``sla``: the clock as it was then, and what it crossed when."""

from __future__ import annotations

from typing import Any

from journal.core.facts import fact_kind
from workorders.facts import WorkOrderHappened


@fact_kind()
class WorkOrderClockWarned(WorkOrderHappened):
    """A side has used a part of its time: ``sla.share`` per cent, at ``sla.crossed_at``."""

    sla: dict[str, Any]


@fact_kind()
class WorkOrderClockBreached(WorkOrderHappened):
    """A side did not give in time what it owes; the time was over at ``sla.crossed_at``."""

    sla: dict[str, Any]


@fact_kind()
class WorkOrderClockMet(WorkOrderHappened):
    """A side gave in time what it owed."""

    sla: dict[str, Any]


@fact_kind()
class WorkOrderClockPaused(WorkOrderHappened):
    """A clock stands still; ``sla.paused_for`` says for whom."""

    sla: dict[str, Any]


@fact_kind()
class WorkOrderClockResumed(WorkOrderHappened):
    """A clock runs on, after a pause or because the work order was opened again."""

    sla: dict[str, Any]
