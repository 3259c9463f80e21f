"""The handshakes about a work order as its page shows them: questions, the request to cancel it, tasks of the seat."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from kit.db import Scope
from kit.errors import NotFound
from workorders.asking import service as asking
from workorders.cancelling import service as cancelling
from workorders.cancelling.service import UNDER_WAY
from workorders.core.doer import Doer
from workorders.seat_tasks import service as seat_tasks

__all__ = ["UNDER_WAY", "of_order", "shown", "undecided"]

_INSTANTS = (
    "due_at", "asked_at", "answered_at", "requested_at", "decided_at", "created_at", "accepted_at", "completed_at",
)  # fmt: skip


async def of_order(scope: Scope, order_id: UUID, doer: Doer) -> dict[str, Any]:
    """Return ``questions``, ``cancellation`` (None: nobody asked) and ``tasks``, oldest first."""
    try:
        cancellation = await cancelling.newest(scope, order_id, doer)
    except NotFound:
        cancellation = None
    return {
        "questions": await asking.of_order(scope, order_id, doer),
        "cancellation": cancellation,
        "tasks": await seat_tasks.of_order(scope, order_id, doer),
    }


def undecided(cancellation: Mapping[str, Any] | None) -> bool:
    """Say whether somebody asked to cancel and nobody has decided."""
    return cancellation is not None and cancellation["decided_at"] is None


def shown(said: Mapping[str, Any]) -> dict[str, Any]:
    """Return what :func:`of_order` returned with instants as such."""
    cancellation = said["cancellation"]
    return {
        "questions": [_timed(each) for each in said["questions"]],
        "cancellation": None if cancellation is None else _timed(cancellation),
        "tasks": [_timed(each) for each in said["tasks"]],
    }


def _timed(each: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: datetime.fromisoformat(value) if name in _INSTANTS and value else value for name, value in each.items()
    }
