"""What clients send and receive: bodies of requests, and a work order, a comment and a fact as JSON documents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any, Final, Literal
from uuid import UUID

import orjson
from pydantic import AfterValidator, Field, StringConstraints, model_validator

from journal.core.facts import Fact
from kit.instants import Instant
from tenants.words import OrderType
from workorders.core.custom import storable
from workorders.core.numbers import readable
from workorders.core.states import TERMINAL, Side, Status
from workorders.fields import (
    Body,
    Code,
    Custom,
    ExternalRefs,
    Line,
    Parties,
    Priority,
    RelatedThings,
    Relationships,
    Severity,
    Text,
)


class NewWorkOrder(Body):
    """What is asked of the other side."""

    type: OrderType
    title: Line | None = None
    """Left out, it is called as its type says."""
    description: Text = ""
    priority: Priority = "medium"
    severity: Severity = "minor"
    connection: Code | None = None
    """The client's system that it is exchanged with. A key may name its own only; without it, the only or first one."""
    requested_resolution_at: Instant | None = None
    """When the requester wants it done."""
    channel: Code | None = None
    """Where it was asked for; without it ``api``, ``portal`` or ``desk``, as it came."""
    parties: Parties = ()
    related: RelatedThings = ()
    relationships: Relationships = ()
    external_ref: ExternalRefs = ()
    custom: Custom = Field(default_factory=dict)


class Editable(Body):
    """What of a work order is changed by saying something else, rather than by a transition or an assignment."""

    title: Line
    description: Text = ""
    priority: Priority
    severity: Severity
    requested_resolution_at: Instant | None = None
    expected_resolution_at: Instant | None = None
    parties: Parties = ()
    related: RelatedThings = ()
    relationships: Relationships = ()
    external_ref: ExternalRefs = ()
    custom: Custom = Field(default_factory=dict)


class WorkOrderPatch(Body):
    """A JSON merge-patch (RFC 7396): what is left out stays, null empties, ``custom`` merges, an array is replaced."""

    title: Line | None = None
    description: Text | None = None
    priority: Priority | None = None
    severity: Severity | None = None
    requested_resolution_at: Instant | None = None
    expected_resolution_at: Instant | None = None
    parties: Parties | None = None
    related: RelatedThings | None = None
    relationships: Relationships | None = None
    external_ref: ExternalRefs | None = None
    custom: Custom | None = None


class AssignmentOf(Body):
    """Who of one side works on it; neither team nor person: nobody in particular."""

    side: Side
    team: Line | None = None
    person: Line | None = None
    """A name as the other side may see it; of the outsourcer's people the alias at this client."""


class Resolution(Body):
    """How it ended."""

    code: Code = "done"
    summary: Text = ""


class Move(Body):
    """A transition that is asked for."""

    to: Status
    reason: Text | None = None
    pending_on: Literal["outsourcer", "tenant", "end_customer", "third_party"] | None = None
    resolution: Resolution | None = None
    expected_resolution_at: Instant | None = None
    """When the resolver expects to be done; not given, it stays what it was."""

    @model_validator(mode="after")
    def _belongs_together(self) -> Move:
        if (self.to is Status.PENDING) != (self.pending_on is not None):
            raise ValueError("pending_on goes with the status pending, and only with it")
        if self.to is Status.PENDING and not (self.reason or "").strip():
            raise ValueError("pending needs a reason")
        if self.resolution is not None and self.to is not Status.RESOLVED:
            raise ValueError("a resolution goes with the status resolved only")
        if self.expected_resolution_at is not None and self.to in {Status.RESOLVED, *TERMINAL}:
            raise ValueError("what is done is not expected to be done")
        return self


def _says_something(text: str) -> str:
    if not text.strip():
        raise ValueError("a comment of spaces says nothing")
    return text


class NewComment(Body):
    """A remark; ``internal`` ones stay with the outsourcer."""

    body: Annotated[
        str, StringConstraints(min_length=1, max_length=4000), AfterValidator(storable), AfterValidator(_says_something)
    ]
    visibility: Literal["shared", "internal"] = "shared"
    attachments: list[UUID] = Field(default_factory=list, max_length=20)
    """Attachments of the writer's own side that go with it, each in one comment only."""
    external_id: Annotated[str, StringConstraints(min_length=1, max_length=200), AfterValidator(storable)] | None = None
    """What the writer's own system calls it."""


_IN_EVERY_FACT = frozenset(
    {"number", "title", "connection", "author", "origin", "interaction_id", "agent_id", "work_order"}
)
"""What a history does not repeat at each entry."""


def instant(at: datetime | None) -> str | None:
    """Write an instant as RFC 3339 in UTC with milliseconds."""
    if at is None:
        return None
    seconds = orjson.dumps(at.astimezone(UTC), option=orjson.OPT_OMIT_MICROSECONDS)[1:20].decode()
    return f"{seconds}.{at.microsecond // 1000:03}Z"


PLAIN: Final = "text/plain"
"""How comments are written: no part of them is markup."""
FIELDS = (
    "id", "number", "connection", "requester_side", "type", "title", "description", "priority", "severity", "status",
    "status_reason", "pending_on", "resolution", "requested_resolution_at", "expected_resolution_at", "channel",
    "parties", "related", "relationships", "external_ref", "custom", "assignment", "interaction_id", "created_by",
    "version", "sequence", "created_at", "updated_at", "acknowledged_at", "started_at", "resolved_at", "auto_close_at",
    "closed_at", "sla",
)  # fmt: skip
"""What a work order shows; ``sla`` where it is read alone."""


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
        "requested_resolution_at": instant(row["requested_resolution_at"]),
        "expected_resolution_at": instant(row["expected_resolution_at"]),
        "channel": row["channel"],
        "parties": row["parties"],
        "related": row["related"],
        "relationships": row["relationships"],
        "external_ref": row["external_ref"],
        "custom": row["custom"],
        "assignment": row["assignment"],
        "interaction_id": _text(row["interaction_id"]),
        "created_by": {"side": row["requester_side"], "name": row["created_by_name"]},
        "version": row["version"],
        "sequence": row["event_seq"],
        "created_at": instant(row["created_at"]),
        "updated_at": instant(row["updated_at"]),
        "acknowledged_at": instant(row["acknowledged_at"]),
        "started_at": instant(row["started_at"]),
        "resolved_at": instant(row["resolved_at"]),
        "auto_close_at": instant(row["auto_close_at"]),
        "closed_at": instant(row["closed_at"]),
    }


def comment(row: Mapping[str, Any], attachments: Sequence[str] = ()) -> dict[str, Any]:
    """Return a comment as the API shows it; ``attachments``: the ids of those that this reader sees."""
    return {
        "id": str(row["id"]),
        "work_order_id": str(row["work_order_id"]),
        "body": row["body"],
        "format": PLAIN,
        "visibility": row["visibility"],
        "author": {"side": row["author_side"], "id": row["author_id"], "name": row["author_name"]},
        "origin": row["origin"],
        "external_id": row["external_id"],
        "attachments": list(attachments),
        "created_at": instant(row["created_at"]),
    }


def history_entry(fact: Fact) -> dict[str, Any]:
    """Return one fact of a work order as its history shows it; ``seq`` is its number in the journal."""
    shown = {k: v for k, v in fact.data.items() if k not in _IN_EVERY_FACT}
    return {
        "seq": fact.seq,
        "at": instant(fact.at),
        "kind": fact.kind,
        "actor": {**fact.who, "name": fact.data.get("author", "")},
        "request": {name: fact.actor.get(name) for name in ("request_id", "idempotency_key", "address")},
        **shown,
    }


def _text(identifier: UUID | None) -> str | None:
    return None if identifier is None else str(identifier)
