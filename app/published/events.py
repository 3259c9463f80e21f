"""The webhooks of the document: what we send to a client's system, and what its answer means."""

from __future__ import annotations

from typing import Any, Final

from app.published.operations.work_orders import ORDER
from webhooks.core.events import SCHEMA_VERSION

EVENT: Final[dict[str, Any]] = {
    "type": "object",
    "description": "One thing that happened (Standard Webhooks 1.0.0). Ignore members and types that you do not know.",
    "required": [
        "id", "type", "timestamp", "sequence", "subject", "correlationid", "origin", "schema_version", "data",
    ],
    "properties": {
        "id": {"type": "string", "format": "uuid", "description": "The same at every attempt and replay."},
        "type": {"type": "string", "examples": ["work_order.created", "work_order.resolved"]},
        "timestamp": {"type": "string", "format": "date-time", "description": "When it happened."},
        "sequence": {
            "type": "string", "pattern": "^[0-9]{12,}$",
            "description": "Rises within one subject; compare as text. What your own key did is a gap.",
        },
        "subject": {"type": "string", "description": "What it is about: the id of the work order."},
        "correlationid": {"type": "string", "description": "The conversation, or the subject again."},
        "causationid": {
            "type": "string",
            "description": "The event that this one follows from, of the same step; absent from the first.",
        },
        "origin": {"type": "string", "description": "Who caused it: `outsourcer`, `tenant`, `connection:<code>`."},
        "schema_version": {"type": "string"},
        "gap_before": {
            "type": "boolean",
            "description": "An earlier event of this subject was given up: read the work order.",
        },
        "data": {
            "type": "object",
            "description": "The work order as it was at that moment, with `changes`: each field before and after.",
        },
    },
}  # fmt: skip
EXAMPLE: Final[dict[str, Any]] = {
    "id": "01937c9e-8a35-7b1c-9d3f-0f6a5f3f2f10", "type": "work_order.created",
    "timestamp": "2026-11-23T02:11:09.481000Z", "sequence": "000000000001", "subject": ORDER["id"],
    "correlationid": ORDER["interaction_id"], "origin": "outsourcer", "schema_version": SCHEMA_VERSION,
    "data": {**ORDER, "changes": {}},
}  # fmt: skip
_HEADERS: Final = {
    "webhook-id": "The event's id: handle each once.",
    "webhook-timestamp": "Seconds since 1970 of this attempt; refuse what is more than five minutes off.",
    "webhook-signature": "`v1,` and base64 HMAC-SHA256 of `id.timestamp.body`, or `v1a,` and its Ed25519 signature;"
    " several while a secret is rotated.",
}


def webhooks() -> dict[str, Any]:
    """Return what an OpenAPI 3.1 document says of the messages that we send."""
    parameters = [
        {"name": name, "in": "header", "required": True, "description": said, "schema": {"type": "string"}}
        for name, said in _HEADERS.items()
    ]
    post = {
        "operationId": "receive_event", "tags": ["events"], "summary": "An event at your own address",
        "description": "Verify the signature with the raw bytes, answer within 20 seconds, work afterwards.",
        "parameters": parameters, "security": [],
        "requestBody": {"required": True, "content": {"application/json": {"schema": EVENT, "example": EXAMPLE}}},
        "responses": {
            "2XX": {"description": "Taken. Also for one that you have had before."},
            "410": {"description": "Gone for good: nothing is sent any more."},
            "default": {"description": "Sent again later; Retry-After is honoured."},
        },
    }  # fmt: skip
    return {"event": {"post": post}}
