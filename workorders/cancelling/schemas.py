"""A request to cancel and its decision, as they are sent and shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field, model_validator

from workorders.core.states import Side
from workorders.fields import Body, Words
from workorders.schemas import instant


class NewCancellation(Body):
    """Why the work is not wanted any more."""

    reason: Words


class Decision(Body):
    """What the resolver says to it; declining needs a reason."""

    agree: Annotated[bool, Field(strict=True)]
    reason: Words | None = None

    @model_validator(mode="after")
    def _says_why(self) -> Decision:
        if not self.agree and self.reason is None:
            raise ValueError("declining needs a reason")
        return self


def cancellation(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a request to cancel as the API shows it.

    ``decided_by`` is empty when nobody decided, as ``error`` says: the status in which the work order ended instead.
    """
    by = None
    if row["decided_by_name"] is not None:
        by = {"side": Side(row["requested_side"]).other.value, "name": row["decided_by_name"]}
    return {
        "id": str(row["id"]),
        "work_order_id": str(row["work_order_id"]),
        "state": row["state"],
        "reason": row["reason"],
        "requested_by": {"side": row["requested_side"], "name": row["requested_by_name"]},
        "requested_at": instant(row["requested_at"]),
        "error": row["error"],
        "decision_reason": row["decision_reason"],
        "decided_by": by,
        "decided_at": instant(row["decided_at"]),
    }
