"""A seat task, as it is sent and shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field, model_validator

from kit.instants import Instant
from workorders.fields import Body, Words
from workorders.schemas import instant

Kind = Literal["inform_customer", "call_back", "collect_info"]


class NewSeatTask(Body):
    """What the agent who raised the work order is asked to do."""

    kind: Kind
    instructions: Words
    due_at: Instant | None = None


class Completion(Body):
    """How the task ended. ``call_id``: the interaction in which; ``close``: close the resolved work order with it."""

    state: Literal["done", "failed"]
    outcome: Words | None = None
    call_id: UUID | None = None
    close: Annotated[bool, Field(strict=True)] = False

    @model_validator(mode="after")
    def _belongs_together(self) -> Completion:
        if self.state == "failed" and (self.outcome is None or self.close):
            raise ValueError("a task that failed says why, and closes nothing")
        return self


class HandOver(Body):
    """Whose the task is from now on: an agent by the client's own id for it."""

    agent_id: UUID


def seat_task(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a seat task as the API shows it; without ``agent`` it waits for the supervisors."""
    agent = None if row["alias"] is None else {"id": str(row["agent_id"]), "name": row["alias"]}
    return {
        "id": str(row["id"]),
        "work_order_id": str(row["work_order_id"]),
        "kind": row["kind"],
        "instructions": row["instructions"],
        "due_at": instant(row["due_at"]),
        "state": row["state"],
        "agent": agent,
        "created_by": {"side": row["created_side"], "name": row["created_by_name"]},
        "created_at": instant(row["created_at"]),
        "accepted_at": instant(row["accepted_at"]),
        "outcome": row["outcome"],
        "call_id": None if row["call_id"] is None else str(row["call_id"]),
        "completed_at": instant(row["completed_at"]),
    }
