"""A task as JSON and back: what a new process needs to go on with it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from switchboard.core.task import Kind, Reserved, Task, TaskOffer, TaskState

TASK = "task"
"""Where it stands in what is kept beside an interaction, next to the call of the same id."""


def dump_task(task: Task) -> dict[str, Any]:
    """Return everything that is in no fact, and the state; id, tenant and raw number are the row's."""
    return {
        "kind": task.kind.value,
        "number": task.number,
        "contact": task.contact,
        "queue_id": str(task.queue_id),
        "queue": task.queue,
        "place_at": task.place_at.isoformat(),
        "touched_at": task.touched_at.isoformat(),
        "state": task.state.value,
        "head_start_s": task.head_start_s,
        "origin": _id(task.origin),
        "due_at": _at(task.due_at),
        "begins_at": _at(task.begins_at),
        "queued_at": _at(task.queued_at),
        "reserved": None if task.reserved is None else [str(task.reserved.agent), task.reserved.until.isoformat()],
        "offer": None
        if task.offer is None
        else [str(task.offer.id), str(task.offer.agent), task.offer.expires_at.isoformat()],
        "agent": _id(task.agent),
        "tries": task.tries,
        "turns": task.turns,
        "awaits_sound": task.awaits_sound,
    }


def load_task(interaction: UUID, tenant: UUID, caller: str, stored: Mapping[str, Any]) -> Task:
    """Return the task that :func:`dump_task` wrote. Raises ``KeyError``, ``TypeError`` or ``ValueError`` for others."""
    reserved, offer = stored["reserved"], stored["offer"]
    return Task(
        id=interaction,
        tenant=tenant,
        kind=Kind(stored["kind"]),
        number=stored["number"],
        caller=caller,
        contact=stored["contact"],
        queue_id=UUID(stored["queue_id"]),
        queue=stored["queue"],
        place_at=datetime.fromisoformat(stored["place_at"]),
        touched_at=datetime.fromisoformat(stored["touched_at"]),
        state=TaskState(stored["state"]),
        head_start_s=stored["head_start_s"],
        origin=_uuid(stored["origin"]),
        due_at=_instant(stored["due_at"]),
        begins_at=_instant(stored["begins_at"]),
        queued_at=_instant(stored["queued_at"]),
        reserved=None if reserved is None else Reserved(UUID(reserved[0]), datetime.fromisoformat(reserved[1])),
        offer=None if offer is None else TaskOffer(UUID(offer[0]), UUID(offer[1]), datetime.fromisoformat(offer[2])),
        agent=_uuid(stored["agent"]),
        tries=stored["tries"],
        turns=stored["turns"],
        awaits_sound=stored["awaits_sound"],
    )


def _at(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()


def _id(value: UUID | None) -> str | None:
    return None if value is None else str(value)


def _instant(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def _uuid(text: str | None) -> UUID | None:
    return None if text is None else UUID(text)
