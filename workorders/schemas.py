"""What clients send and receive: bodies of requests, and a work order, a comment and a fact as JSON documents."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints, model_validator

from journal.core.facts import Fact
from workorders.core.numbers import readable
from workorders.core.states import Status


def _storable(text: str) -> str:
    if "\0" in text:
        raise ValueError("the character U+0000 cannot be stored")
    return text


Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200), AfterValidator(_storable)]
Text = Annotated[str, StringConstraints(max_length=4000), AfterValidator(_storable)]
Code = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$")]
Priority = Literal["critical", "high", "medium", "low"]
Severity = Literal["critical", "major", "minor"]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class NewWorkOrder(_Body):
    """What is asked of the other side."""

    type: Code
    title: Line
    description: Text = ""
    priority: Priority = "medium"
    severity: Severity = "minor"
    connection: Code | None = None
    """The client's system that it is exchanged with. A key may name its own only; without it, the only or first one."""


class Resolution(_Body):
    """How it ended."""

    code: Code = "done"
    summary: Text = ""


class Move(_Body):
    """A transition that is asked for."""

    to: Status
    reason: Text | None = None
    pending_on: Literal["outsourcer", "tenant", "end_customer", "third_party"] | None = None
    resolution: Resolution | None = None

    @model_validator(mode="after")
    def _belongs_together(self) -> Move:
        if (self.to is Status.PENDING) != (self.pending_on is not None):
            raise ValueError("pending_on goes with the status pending, and only with it")
        if self.to is Status.PENDING and not self.reason:
            raise ValueError("pending needs a reason")
        if self.resolution is not None and self.to is not Status.RESOLVED:
            raise ValueError("a resolution goes with the status resolved only")
        return self


class NewComment(_Body):
    """A remark; ``internal`` ones stay with the outsourcer."""

    body: Annotated[str, StringConstraints(min_length=1, max_length=4000), AfterValidator(_storable)]
    visibility: Literal["shared", "internal"] = "shared"


def instant(at: datetime | None) -> str | None:
    """Write an instant as RFC 3339 in UTC with milliseconds."""
    if at is None:
        return None
    return at.astimezone(UTC).isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"


def work_order(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a work order as the API, the webhooks and the journal show it."""
    resolved = row["resolution_code"] is not None
    return {
        "id": str(row["id"]),
        "number": readable(row["number"]),
        "connection": row["connection"],
        "requester_side": row["requester_side"],
        "type": row["type"],
        "title": row["title"],
        "description": row["description"],
        "priority": row["priority"],
        "severity": row["severity"],
        "status": row["status"],
        "status_reason": row["status_reason"],
        "pending_on": row["pending_on"],
        "resolution": {"code": row["resolution_code"], "summary": row["resolution_summary"]} if resolved else None,
        "interaction_id": _text(row["interaction_id"]),
        "created_by": {"side": row["requester_side"], "name": row["created_by_name"]},
        "version": row["version"],
        "sequence": row["event_seq"],
        "created_at": instant(row["created_at"]),
        "updated_at": instant(row["updated_at"]),
        "acknowledged_at": instant(row["acknowledged_at"]),
        "resolved_at": instant(row["resolved_at"]),
        "closed_at": instant(row["closed_at"]),
    }


def comment(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a comment as the API shows it."""
    return {
        "id": str(row["id"]),
        "work_order_id": str(row["work_order_id"]),
        "body": row["body"],
        "visibility": row["visibility"],
        "author": {"side": row["author_side"], "id": row["author_id"], "name": row["author_name"]},
        "created_at": instant(row["created_at"]),
    }


def history_entry(fact: Fact) -> dict[str, Any]:
    """Return one fact of a work order as its history shows it; ``seq`` is its number in the journal."""
    shown = {k: v for k, v in fact.data.items() if k in {"status", "sequence", "changes", "comment", "side"}}
    return {
        "seq": fact.seq,
        "at": instant(fact.at),
        "kind": fact.kind,
        "actor": {**fact.actor, "name": fact.data.get("author", "")},
        **shown,
    }


def _text(identifier: UUID | None) -> str | None:
    return None if identifier is None else str(identifier)
