"""The conversation behind a work order, as a vCon."""

from __future__ import annotations

from typing import Any, Final

from app.published.parts import Operation, Operations, Told

_JWS: Final[dict[str, Any]] = {
    "type": "object", "required": ["payload", "signatures"],
    "properties": {"payload": {"type": "string"}, "signatures": {"type": "array", "items": {"type": "object"}}},
}  # fmt: skip

TABLE: Operations = {
    "GET /v1/work-orders/{work_order_id}/context": Operation(
        "get_work_order_context", "Read the conversation behind it",
        {200: Told("A signed vCon.", media=("application/vcon",), schema=_JWS)},
    ),
    "DELETE /v1/work-orders/{work_order_id}/context/links": Operation(
        "revoke_context_links", "End every link to its recordings", {204: Told("They lead nowhere now.")},
    ),
}  # fmt: skip
"""What the routes of :mod:`workorders.context` are called and answer."""
