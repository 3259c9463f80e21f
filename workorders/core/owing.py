"""What one entry of a work order's log means for what each side owes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any, Final

from workorders.core.agreed import REQUESTER, Metric, Terms
from workorders.core.states import Side, Status

_ABANDONED: Final = frozenset({Status.REJECTED, Status.CANCELLED})
_DONE: Final = frozenset({Status.RESOLVED, Status.CLOSED})
_INFORMED: Final = frozenset({"done", "failed"})
"""Ends of a seat's task after which the resolver knows what became of it."""
_MOVES: Final = frozenset({"status", "pending_on"})
_SPEAKING: Final = frozenset({"WorkOrderCreated", "WorkOrderStatusChanged", "WorkOrderInfoRequested"})
"""Facts by which a side tells the other one how it goes; a shared comment is one too."""


class Want(Enum):
    """What is wanted of a clock."""

    NOTHING = "nothing"
    RUN = "run"
    PAUSE = "pause"
    DONE = "done"
    DROP = "drop"

    @property
    def is_owed(self) -> bool:
        """Say whether something is owed, now or after a pause."""
        return self in (Want.RUN, Want.PAUSE)


@dataclass(frozen=True, slots=True)
class Entry:
    """A work order as it was after something happened to it, and what of that concerns clocks."""

    at: datetime
    status: Status
    pending_on: str | None
    requester: Side
    connection: str
    type: str
    priority: str
    promised_at: datetime | None = None
    by: Side | None = None
    moved: bool = False
    """The status changed, or what is waited for."""
    spoke: bool = False
    """``by`` told the other side something."""
    informed: bool = False
    """The contact was told how it ended."""
    stands_since: datetime | None = None
    """When it became as it is; None: at this moment."""

    @property
    def settled_at(self) -> datetime:
        """Return since when it is as it is: what is agreed later finds it so."""
        return self.stands_since or self.at

    @property
    def waits_for(self) -> str | None:
        """Return whom it waits for, as policies say it; None when it does not wait."""
        if self.status is not Status.PENDING:
            return None
        return REQUESTER if self.pending_on == self.requester.value else self.pending_on

    def renews(self, metric: Metric) -> bool:
        """Say whether what is owed was given with this, and is owed anew from now on."""
        return metric is Metric.NEXT_UPDATE and self.spoke and self.by is self.requester.other


def entry_of(kind: str, at: datetime, data: Mapping[str, Any]) -> Entry:
    """Read a fact about a work order."""
    order, comment = data["work_order"], data.get("comment")
    shared = comment is not None and comment["visibility"] == "shared"
    return entry_at(
        at, order, by=Side(data["side"]), moved=kind == "WorkOrderCreated" or bool(_MOVES & data["changes"].keys()),
        spoke=kind in _SPEAKING or shared, informed=data.get("seat_task", {}).get("state") in _INFORMED,
    )  # fmt: skip


def entry_at(  # noqa: PLR0913 - what an entry is made of
    at: datetime, order: Mapping[str, Any], *, by: Side | None = None, moved: bool = False, spoke: bool = False,
    informed: bool = False, since: datetime | None = None,
) -> Entry:  # fmt: skip
    """Return a work order's document as it is at a moment. ``since``: its last entry was then."""
    promised = order.get("expected_resolution_at")
    return Entry(
        at, Status(order["status"]), order["pending_on"], Side(order["requester_side"]), order["connection"],
        order["type"], order["priority"], datetime.fromisoformat(promised) if promised else None, by, moved, spoke,
        informed, since,
    )  # fmt: skip


def wanted(metric: Metric, entry: Entry, terms: Terms) -> Want:
    """Return what a clock shall do when a work order stands like this."""
    status, waits = entry.status, entry.waits_for
    pauses = waits in terms.pauses
    if metric is Metric.ANSWER_INFO:
        return _until_over(status, runs=pauses and waits == REQUESTER, dropped=_ABANDONED)
    if metric is Metric.SEAT_FEEDBACK:
        return _until_over(status, runs=status is Status.RESOLVED and not entry.informed)
    if metric is Metric.ACKNOWLEDGE:
        return _until_over(status, runs=status is Status.SUBMITTED, dropped=frozenset({Status.CANCELLED}))
    if pauses and metric is not Metric.PROMISE:
        return Want.PAUSE
    return _until_over(status, runs=status not in _ABANDONED | _DONE, dropped=_ABANDONED)


def _until_over(status: Status, *, runs: bool, dropped: frozenset[Status] = frozenset()) -> Want:
    if runs:
        return Want.RUN
    return Want.DROP if status in dropped else Want.DONE
