"""The facts of this room (subject: the work order). Each carries the whole work order as it was at that moment.

With the snapshot, history, webhooks and screens are read from the journal alone, years later, whatever the row says by
then. ``sequence`` numbers a work order's events without a gap; ``changes`` maps a field to its value before and after.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from journal.core.facts import Payload, fact_kind

_PERSONAL = (
    "title", "description", "status_reason", "resolution", "parties", "related", "custom", "external_ref", "assignment",
)  # fmt: skip
"""Fields whose texts somebody wrote."""


@dataclass(frozen=True, slots=True)
class WorkOrderHappened(Payload):
    """What every fact about a work order says; a kind adds the one thing that it is about, as its last field."""

    PERSONAL: ClassVar[tuple[str, ...]] = (
        "title", *(f"{part}.{field}" for part in ("work_order", "changes") for field in _PERSONAL),
        "comment.body", "comment.external_id", "assignment",
    )  # fmt: skip
    number: str
    title: str
    status: str
    connection: str
    side: str
    """Who acted: outsourcer or tenant."""
    author: str
    """The name of who acted, as the other side sees it."""
    origin: str
    """``connection:<code>`` when a client's system caused it, which is then not told about it again."""
    interaction_id: str | None
    agent_id: str | None
    sequence: int
    changes: dict[str, list[Any]]
    work_order: dict[str, Any]


@fact_kind()
class WorkOrderCreated(WorkOrderHappened):
    """A work order was handed to the other side."""


@fact_kind()
class WorkOrderStatusChanged(WorkOrderHappened):
    """A work order moved; ``changes["status"]`` says from where to where."""


@fact_kind()
class WorkOrderUpdated(WorkOrderHappened):
    """Fields of a work order were changed; ``changes`` says which."""


@fact_kind()
class WorkOrderAssigned(WorkOrderHappened):
    """A side said who of its people works on it."""

    assignment: dict[str, Any]


@fact_kind()
class WorkOrderCommented(WorkOrderHappened):
    """Somebody wrote a comment. An internal one does not count in ``sequence`` and never leaves the outsourcer."""

    comment: dict[str, Any]


@fact_kind()
class WorkOrdersTaken(Payload):
    """Somebody took a list of work orders along; the subject is the tenant. ``way``: csv, xlsx. ``columns``: which."""

    way: str
    rows: int
    columns: list[str]
