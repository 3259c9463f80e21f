"""What a receiver gets: the type and the body of an event (workorders.md, section 9)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Protocol
from uuid import UUID

SCHEMA_VERSION: Final = "1"
JOURNAL_HEAD: Final = "journal.head"
CONTEXT_SENT: Final = "context.sent"
ALERT_RAISED: Final = "alert.raised"
ALERT_CLEARED: Final = "alert.cleared"
ALERT_TEST: Final = "alert.test"
CONNECTIONS: Final = {
    "ConnectionInvited": "connection.invited",
    "ConnectionAccepted": "connection.accepted",
    "ConnectionDeclined": "connection.declined",
    "ConnectionSuspended": "connection.suspended",
    "ConnectionResumed": "connection.resumed",
    "ConnectionRevoked": "connection.revoked",
    "InboundHeld": "connection.message_held",
}
"""What a fact about a connection is called outside."""
TEST: Final = "endpoint.test"
ENDPOINTS: Final = {
    "EndpointFailing": "endpoint.failing",
    "EndpointDisabled": "endpoint.disabled",
    "EndpointRecovered": "endpoint.recovered",
}
"""What a fact about the state of an endpoint is called outside."""
_BY_KIND: Final = {
    "WorkOrderCreated": "work_order.created",
    "WorkOrderUpdated": "work_order.updated",
    "WorkOrderAssigned": "work_order.assigned",
    "WorkOrderCommented": "work_order.comment.created",
    "WorkOrderInfoRequested": "work_order.info.requested",
    "WorkOrderInfoAnswered": "work_order.info.answered",
    "WorkOrderCancellationRequested": "work_order.cancellation.requested",
    "WorkOrderCancellationTakenUp": "work_order.cancellation.taken_up",
    "WorkOrderCancellationDecided": "work_order.cancellation.decided",
    "WorkOrderSeatTaskCreated": "work_order.seat_task.created",
    "WorkOrderSeatTaskHandedOver": "work_order.seat_task.handed_over",
    "WorkOrderSeatTaskAccepted": "work_order.seat_task.accepted",
    "WorkOrderSeatTaskCompleted": "work_order.seat_task.completed",
    "WorkOrderAttached": "work_order.attachment.added",
    "AttachmentScanned": "work_order.attachment.scanned",
    "WorkOrderClockWarned": "work_order.sla.warning",
    "WorkOrderClockBreached": "work_order.sla.breached",
    "WorkOrderClockMet": "work_order.sla.met",
    "WorkOrderClockPaused": "work_order.sla.paused",
    "WorkOrderClockResumed": "work_order.sla.resumed",
}
"""What a fact about a work order is called outside; a change of its status is called by where it went."""
_BY_STATUS: Final = {
    "resolved": "work_order.resolved",
    "closed": "work_order.closed",
    "cancelled": "work_order.cancelled",
}
TYPES: Final = tuple(sorted(
    {*_BY_KIND.values(), *_BY_STATUS.values(), "work_order.status_changed", "work_order.reopened",
     *ENDPOINTS.values(), TEST, *CONNECTIONS.values()}
))  # fmt: skip
"""Every type that an endpoint can ask for."""
_EVERY: Final = frozenset({*TYPES, JOURNAL_HEAD, CONTEXT_SENT, ALERT_RAISED, ALERT_CLEARED, ALERT_TEST})
_DETAILS: Final = ("comment", "assignment", "info_request", "cancellation", "seat_task", "attachment", "sla")
"""What a kind of fact tells beside the work order itself."""
_SEQUENCE_DIGITS = 12
_OURS: Final = frozenset({"ways", "user_id", "person", "role"})
"""Parts of an alert's fact that are nothing to a receiver."""


@dataclass(frozen=True, slots=True)
class Happened:
    """A fact of the journal, as this room reads it."""

    kind: str
    subject: str
    at: str
    """RFC 3339."""
    data: Mapping[str, Any]

    @property
    def internal(self) -> bool:
        """What is marked internal is nobody's event but the outsourcer's."""
        return any(self.data[name].get("visibility") == "internal" for name in _DETAILS if name in self.data)

    @property
    def is_echo(self) -> bool:
        """The connection that would be told has caused it itself."""
        return str(self.data["origin"]) == f"connection:{self.data['connection']}"


def is_known(wanted: str) -> bool:
    """Say whether anything is called so: an exact type, or a family with ``.*``; what is misspelt never comes."""
    if wanted.endswith(".*"):
        return any(each.startswith(wanted[:-1]) for each in _EVERY)
    return wanted in _EVERY


def place(event_id: UUID) -> str:
    """Return where an event's stored body is sealed for."""
    return f"webhook_event|body|{event_id}"


def event_type(happened: Happened) -> str:
    """Return the name of the event that receivers subscribe to."""
    if happened.kind in _BY_KIND:
        return _BY_KIND[happened.kind]
    before, after = happened.data["changes"]["status"]
    if before == "resolved" and after == "inProgress":
        return "work_order.reopened"
    return _BY_STATUS.get(after, "work_order.status_changed")


def body(event_id: str, happened: Happened) -> dict[str, Any]:
    """Return the whole message: the work order as it was at that moment, and what changed.

    ``sequence`` is text, padded with zeros, because CloudEvents compares it as text.
    """
    data = happened.data
    details = {name: data[name] for name in _DETAILS if name in data}
    return {
        "id": event_id,
        "type": event_type(happened),
        "timestamp": happened.at,
        "sequence": f"{data['sequence']:0{_SEQUENCE_DIGITS}d}",
        "subject": happened.subject,
        "correlationid": data["interaction_id"] or happened.subject,
        "origin": data["origin"],
        "schema_version": SCHEMA_VERSION,
        "data": {**data["work_order"], "changes": data["changes"], **details},
    }


def head_body(event_id: str, tenant_id: str, document: Mapping[str, Any]) -> dict[str, Any]:
    """Return the message that carries a signed head of the journal: ``data`` is the signed document as it is checked.

    ``sequence`` is the number of the fact that it covers, so it rises and has gaps.
    """
    signed = document["signed"]
    return {
        "id": event_id,
        "type": JOURNAL_HEAD,
        "timestamp": signed["at"].replace("+00:00", "Z"),
        "sequence": f"{signed['seq']:0{_SEQUENCE_DIGITS}d}",
        "subject": tenant_id,
        "correlationid": tenant_id,
        "origin": "glassfloor",
        "schema_version": SCHEMA_VERSION,
        "data": dict(document),
    }


def context_body(event_id: str, at: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the message by which the client's system is told of a call that goes to one of the client's people."""
    return {
        "id": event_id,
        "type": CONTEXT_SENT,
        "timestamp": at,
        "sequence": "1".zfill(_SEQUENCE_DIGITS),
        "subject": data["context_id"],
        "correlationid": data["interaction_id"],
        "origin": "glassfloor",
        "schema_version": SCHEMA_VERSION,
        "data": dict(data),
    }


class _AlertTold(Protocol):
    """What :func:`alert_body` reads of an alert that was raised or cleared."""

    @property
    def id(self) -> UUID: ...
    @property
    def type(self) -> str: ...
    @property
    def at(self) -> datetime: ...
    @property
    def data(self) -> Mapping[str, Any]: ...


def alert_body(event_id: str, told: _AlertTold, sequence: int) -> dict[str, Any]:
    """Return the message that one of the client's own thresholds is breached, is not any more, or is being tried."""
    data = {name: value for name, value in told.data.items() if name not in _OURS}
    return {
        "id": event_id,
        "type": told.type,
        "timestamp": told.at.isoformat().replace("+00:00", "Z"),
        "sequence": f"{sequence:0{_SEQUENCE_DIGITS}d}",
        "subject": str(told.id),
        "correlationid": str(told.id),
        "origin": "glassfloor",
        "schema_version": SCHEMA_VERSION,
        "data": {"alert_id": str(told.id), **data},
    }


class _AgreementTold(Protocol):
    """What :func:`connection_body` reads of a step of a connection's agreement, or of a message that waits."""

    @property
    def subject(self) -> UUID: ...
    @property
    def type(self) -> str: ...
    @property
    def data(self) -> Mapping[str, Any]: ...


def connection_body(event_id: str, at: str, told: _AgreementTold, sequence: int) -> dict[str, Any]:
    """Return the message by which a client's system is told of its own connection."""
    return {
        "id": event_id,
        "type": told.type,
        "timestamp": at,
        "sequence": f"{sequence:0{_SEQUENCE_DIGITS}d}",
        "subject": str(told.subject),
        "correlationid": str(told.subject),
        "origin": "glassfloor",
        "schema_version": SCHEMA_VERSION,
        "data": dict(told.data),
    }


def endpoint_body(event_id: str, happened: Happened) -> dict[str, Any]:
    """Return the message that another endpoint of the connection fails, was disabled, or works again; or a test."""
    return {
        "id": event_id,
        "type": ENDPOINTS.get(happened.kind, TEST),
        "timestamp": happened.at,
        "sequence": f"{happened.data['sequence']:0{_SEQUENCE_DIGITS}d}",
        "subject": happened.subject,
        "correlationid": happened.subject,
        "origin": "glassfloor",
        "schema_version": SCHEMA_VERSION,
        "data": {"endpoint_id": happened.subject, **{k: v for k, v in happened.data.items() if k != "sequence"}},
    }
