"""The facts about requests to cancel (subject: the work order)."""

from __future__ import annotations

from typing import Any, ClassVar

from journal.core.facts import fact_kind
from workorders.facts import WorkOrderHappened

_PERSONAL = (*WorkOrderHappened.PERSONAL, "cancellation.reason", "cancellation.decision_reason")


@fact_kind()
class WorkOrderCancellationRequested(WorkOrderHappened):
    """The requester wishes that a work order be cancelled which is under way."""

    PERSONAL: ClassVar[tuple[str, ...]] = _PERSONAL
    cancellation: dict[str, Any]


@fact_kind()
class WorkOrderCancellationTakenUp(WorkOrderHappened):
    """The resolver looks into the request to cancel."""

    PERSONAL: ClassVar[tuple[str, ...]] = _PERSONAL
    cancellation: dict[str, Any]


@fact_kind()
class WorkOrderCancellationDecided(WorkOrderHappened):
    """The resolver agreed or declined, or the work order came to another end meanwhile (``cancellation.error``)."""

    PERSONAL: ClassVar[tuple[str, ...]] = _PERSONAL
    cancellation: dict[str, Any]
