"""Work orders: create, read, move on, comment."""

from __future__ import annotations

from typing import Any, Final

from app.published.parts import Operation, Operations, Shown, Told, text
from app.published.shapes import work_orders as shapes
from app.published.shapes.clocks import Clocks
from workorders.core.states import Side, Status
from workorders.errors import (
    ChangeWrongSide,
    DuplicateExternalId,
    TransitionNotAllowed,
    TransitionWrongSide,
    UnknownConnection,
    UnknownField,
    UnknownFilter,
    VersionMismatch,
    WorkOrderOver,
)
from workorders.service import filters
from workorders.service.lists import MAX_LIMIT

ORDER: Final[dict[str, Any]] = {
    "id": "01937c9e-8a2f-7d3e-9b1a-5c7d2e4f6a80", "number": "WO-1001", "connection": "crm",
    "requester_side": "outsourcer", "type": "refund", "title": "Refund has not arrived",
    "description": "Order 8861, paid twice on 3 November.", "priority": "high", "severity": "major",
    "status": "submitted", "status_reason": None, "pending_on": None, "resolution": None,
    "requested_resolution_at": None, "expected_resolution_at": None, "channel": "desk",
    "parties": [{"role": "customer", "id": "C-311", "name": "Wang Fang"}],
    "related": [{"type": "order", "id": "8861", "name": None}], "relationships": [],
    "external_ref": [], "custom": {}, "assignment": {"outsourcer": None, "tenant": None},
    "interaction_id": "01937c9d-11aa-7c44-8f0e-2d9f0b6c1e77",
    "created_by": {"side": "outsourcer", "name": "Agent 7"}, "version": 1, "sequence": 1,
    "created_at": "2026-11-23T02:11:09.481Z", "updated_at": "2026-11-23T02:11:09.481Z", "acknowledged_at": None,
    "started_at": None, "resolved_at": None, "auto_close_at": None, "closed_at": None,
}  # fmt: skip
RESOLVED: Final[dict[str, Any]] = {
    **ORDER, "status": "resolved", "resolution": {"code": "refunded", "summary": "The money is back today."},
    "version": 3, "sequence": 4, "updated_at": "2026-11-23T06:40:00.112Z",
    "acknowledged_at": "2026-11-23T02:11:30.090Z", "started_at": "2026-11-23T02:11:30.090Z",
    "auto_close_at": "2026-11-26T06:40:00.112Z", "resolved_at": "2026-11-23T06:40:00.112Z",
}  # fmt: skip
COMMENT: Final[dict[str, Any]] = {
    "id": "01937ca0-02b1-7f6e-a1c3-77d1a2b3c4d5", "work_order_id": ORDER["id"], "body": "The bank has confirmed it.",
    "format": "text/plain", "visibility": "shared", "author": {"side": "tenant", "id": "k_4f2a", "name": "crm"},
    "origin": "connection:crm", "external_id": None, "attachments": [], "created_at": "2026-11-23T02:31:09.005Z",
}  # fmt: skip
ENTRY: Final[dict[str, Any]] = {
    "seq": 4711, "at": "2026-11-23T06:40:00.112Z", "kind": "WorkOrderStatusChanged",
    "actor": {"kind": "key", "id": "k_4f2a", "name": "crm"},
    "request": {"request_id": "crm-1187", "idempotency_key": "resolve-4711", "address": "198.51.100.9"},
    "status": "resolved", "sequence": 4, "side": "tenant",
    "changes": {"status": ["inProgress", "resolved"]},
}  # fmt: skip


def _said(name: str) -> str:
    """Say what a filter means whose name says the field."""
    field, dot, bound = name.rpartition(".")
    if bound in {"gte", "lt"}:
        return f"`{field}` is {'this or later, this or more' if bound == 'gte' else 'earlier, or less'}."
    return f"Equal to `{name}`." if not dot else f"One of `{field}` has this {bound}."


PAGING: Final[dict[str, dict[str, Any]]] = {
    "limit": {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": 50, "description": "How many at most."},
    "after": text("Older than this cursor: the `next` of the page before."),
    "before": text("Newer than this cursor; not together with `after`."),
}
FIELDS: Final[dict[str, dict[str, Any]]] = {
    "fields": text("Only these fields, separated by commas; the id in any case."),
}
FILTERS: Final[dict[str, dict[str, Any]]] = {
    **{name: text(_said(name)) for name in filters.FILTERS},
    "archived": {"type": "boolean", "description": "Closed for longer than you keep it in lists, or not."},
    "status": text(f"One or several of {', '.join(Status)}, separated by commas."),
    "priority": text("critical, high, medium, low; several by commas."),
    "severity": text("critical, major, minor; several by commas."),
    "type": text("Equal to the type's code."), "number": text("Such as WO-1001."),
    "title": text("Equal to the title."), "status_reason": text("Equal to the reason."),
    "pending_on": text("Whose answer is waited for."), "connection": text("Equal to the connection's code."),
    "requester_side": {"type": "string", "enum": list(Side), "description": "Who asked."},
    "interaction_id": {"type": "string", "format": "uuid", "description": "Of this conversation."},
    **FIELDS, **PAGING,
}  # fmt: skip
"""``custom.<key>`` beside them: a client's own fields have names of their own."""

TABLE: Operations = {
    "GET /v1/work-orders": Operation(
        "list_work_orders", "List work orders",
        {200: Told("A page, newest first.", shapes.WorkOrderPage,
                   {"data": [ORDER], "has_more": False, "next": None}, ("Link",))},
        {"waiting": Shown(200, query={"status": "submitted,pending", "limit": "20"})},
        FILTERS, (UnknownFilter, UnknownField),
    ),
    "POST /v1/work-orders": Operation(
        "create_work_order", "Hand a work order to the centre",
        {201: Told("It was created.", shapes.WorkOrder,
                   {**ORDER, "requester_side": "tenant", "type": "callback", "title": "Call Mrs Wang back",
                    "interaction_id": None, "created_by": {"side": "tenant", "name": "crm"}},
                   ("ETag", "Location", "Idempotency-Replayed"))},
        {
            "callback": Shown(201, {"type": "callback", "title": "Call Mrs Wang back"}, "The least that it takes"),
            "complaint": Shown(201, {
                "type": "complaint", "title": "Parcel arrived open", "priority": "high", "severity": "major",
                "description": "She wants to be called before noon.",
                "requested_resolution_at": "2026-11-27T04:00:00Z",
                "parties": [{"role": "customer", "id": "C-311", "name": "Wang Fang"}],
                "related": [{"type": "order", "id": "8861"}],
                "external_ref": [{"owner": "crm", "type": "case", "id": "5003x00002"}],
                "custom": {"shop": "Taipei 101"},
            }, "With all that the agent should know"),
        },
        refuses=(UnknownConnection, DuplicateExternalId), once="required",
    ),
    "GET /v1/work-orders/{work_order_id}": Operation(
        "get_work_order", "Read a work order",
        {200: Told("As it is now.", shapes.WorkOrder, ORDER, ("ETag",))}, {"read": Shown(200)},
        FIELDS, (UnknownField,),
    ),
    "PATCH /v1/work-orders/{work_order_id}": Operation(
        "update_work_order", "Change fields",
        {200: Told("As it is now; the same values again change nothing.", shapes.WorkOrder, ORDER,
                   ("ETag", "Idempotency-Replayed"))},
        {
            "expected": Shown(200, {"expected_resolution_at": "2026-11-27T09:00:00Z"}, "When you will be done"),
            "reference": Shown(200, {"external_ref": [{"owner": "crm", "type": "case", "id": "5003x00007"}]},
                               "What your system calls it"),
        },
        refuses=(ChangeWrongSide, WorkOrderOver, VersionMismatch, DuplicateExternalId, UnknownField), once="optional",
        if_match="required",
    ),
    "PUT /v1/work-orders/{work_order_id}/assignment": Operation(
        "assign_work_order", "Say who of your side works on it",
        {200: Told("As it is now.", shapes.WorkOrder, {**ORDER, "assignment": {
            "outsourcer": None, "tenant": {"team": "Payments", "person": "Li Na"}}},
                   ("ETag", "Idempotency-Replayed"))},
        {"team": Shown(200, {"side": "tenant", "team": "Payments", "person": "Li Na"}),
         "nobody": Shown(200, {"side": "tenant"}, "Nobody in particular")},
        refuses=(ChangeWrongSide, WorkOrderOver, VersionMismatch), once="optional", if_match="required",
        tag="assignment",
    ),
    "GET /v1/work-orders/{work_order_id}/comments": Operation(
        "list_comments", "List the comments",
        {200: Told("A page, newest first.", shapes.CommentPage,
                   {"data": [COMMENT], "has_more": False, "next": None}, ("Link",))},
        {"newest": Shown(200, query={"limit": "10"})}, PAGING, (UnknownFilter,),
    ),
    "POST /v1/work-orders/{work_order_id}/comments": Operation(
        "create_comment", "Write a comment",
        {201: Told("It was written.", shapes.Comment, COMMENT, ("Idempotency-Replayed",))},
        {"shared": Shown(201, {"body": "The bank has confirmed it."}, "Both sides see it")}, once="required",
    ),
    "GET /v1/work-orders/{work_order_id}/transitions": Operation(
        "list_transitions", "List what you may do now",
        {200: Told("The transitions that are open to this caller.", shapes.Steps,
                   {"data": [{"to": "acknowledged", "requires": []}, {"to": "inProgress", "requires": []},
                             {"to": "rejected", "requires": []}]})},
        {"now": Shown(200)},
    ),
    "POST /v1/work-orders/{work_order_id}/transitions": Operation(
        "transition_work_order", "Move a work order on",
        {200: Told("As it is now. Asked for the status that it has already, nothing changes.", shapes.WorkOrder,
                   RESOLVED, ("ETag", "Idempotency-Replayed"))},
        {
            "acknowledge": Shown(200, {"to": "acknowledged"}, "We have it"),
            "ask": Shown(200, {"to": "pending", "pending_on": "outsourcer", "reason": "Which account?"},
                         "We need something first"),
            "resolve": Shown(200, {"to": "resolved", "resolution": {
                "code": "refunded", "summary": "The money is back today."}}, "Done: the agent reads the summary out"),
        },
        refuses=(TransitionNotAllowed, TransitionWrongSide, VersionMismatch), once="required", if_match="required",
    ),
    "GET /v1/work-orders/{work_order_id}/history": Operation(
        "get_work_order_history", "Read everything that happened",
        {200: Told("Oldest first, from the client's journal.", shapes.History, {"data": [ENTRY]})},
        {"all": Shown(200)},
    ),
    "GET /v1/work-orders/{work_order_id}/sla": Operation(
        "list_clocks", "Read what both sides owe, and by when", {200: Told("Now.", Clocks)}, {"now": Shown(200)},
        tag="clocks",
    ),
}  # fmt: skip
