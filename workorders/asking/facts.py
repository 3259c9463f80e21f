"""The facts about questions to the requester (subject: the work order)."""

from __future__ import annotations

from typing import Any, ClassVar

from journal.core.facts import fact_kind
from workorders.facts import WorkOrderHappened

_PERSONAL = (
    *WorkOrderHappened.PERSONAL, "info_request.question", "info_request.answer", "info_request.fields",
)  # fmt: skip


@fact_kind()
class WorkOrderInfoRequested(WorkOrderHappened):
    """The side that works on it asked the requester something."""

    PERSONAL: ClassVar[tuple[str, ...]] = _PERSONAL
    info_request: dict[str, Any]


@fact_kind()
class WorkOrderInfoAnswered(WorkOrderHappened):
    """The requester answered a question. One that was withdrawn ends with the step out of ``pending``, untold."""

    PERSONAL: ClassVar[tuple[str, ...]] = _PERSONAL
    info_request: dict[str, Any]
