"""The socket of the board as an AsyncAPI 3.0 document (https://www.asyncapi.com/docs/reference/specification/v3.0.0)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from live.api.schemas import PUBLISHED
from tenants.oauth.passes import OFFERED, PROTOCOL

_FRAMES = {"snap": "Snap", "d": "Delta", "hb": "Beat"}


def document(public_url: str) -> dict[str, Any]:
    """Return the document for an installation at this address."""
    parts = urlsplit(public_url)
    definitions = PUBLISHED["frames"]["$defs"]
    schemas = {name: _moved(shape) for name, shape in definitions.items()}
    messages = {
        kind: {"name": kind, "title": schemas[name].get("description", name), "contentType": "application/json",
               "payload": {"$ref": f"#/components/schemas/{name}"}}
        for kind, name in _FRAMES.items()
    }  # fmt: skip
    resync = {"type": "object", "required": ["t"], "properties": {"t": {"const": "resync"}}}
    return {
        "asyncapi": "3.0.0",
        "info": {"title": "Glassfloor live board", "version": "1", "description": _DESCRIPTION},
        "defaultContentType": "application/json",
        "servers": {"this": {"host": parts.netloc, "protocol": "wss" if parts.scheme == "https" else "ws",
                             "security": [{"$ref": "#/components/securitySchemes/key"}]}},
        "channels": {"board": _channel(messages)},
        "operations": {
            "frames": {"action": "send", "channel": {"$ref": "#/channels/board"},
                       "messages": [{"$ref": f"#/channels/board/messages/{kind}"} for kind in messages]},
            "resync": {"action": "receive", "channel": {"$ref": "#/channels/board"},
                       "messages": [{"$ref": "#/channels/board/messages/resync"}]},
        },
        "components": {
            "messages": {**messages, "resync": {
                "name": "resync", "title": "Ask for a whole board", "contentType": "application/json",
                "payload": resync}},
            "schemas": schemas,
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer",
                                        "description": "an API key or OAuth token with the scope live.read"}},
        },
    }  # fmt: skip


def _channel(messages: Iterable[str]) -> dict[str, Any]:
    texts = {name: {"type": "string"} for name in ("epoch", "ticket")}
    query = {"type": "object", "properties": {**texts, "seq": {"type": "integer", "minimum": 0}}}
    return {
        "address": "/live/feed",
        "messages": {kind: {"$ref": f"#/components/messages/{kind}"} for kind in (*messages, "resync")},
        "bindings": {"ws": {"method": "GET", "query": query}},
    }


_DESCRIPTION = (
    "A snapshot, then numbered changes, then a heartbeat each second in which nothing changed. A browser, which cannot"
    f" set headers, names the subprotocols {PROTOCOL} and {OFFERED}<ticket>, with a ticket of POST /v1/live/tickets"
    " that opens one socket within thirty seconds."
)


def _moved(shape: Any) -> Any:  # noqa: ANN401 - any JSON value
    """Return a schema with its references pointed into this document."""
    if isinstance(shape, dict):
        return {key: _moved(value) for key, value in shape.items()}
    if isinstance(shape, list):
        return [_moved(value) for value in shape]
    return shape.replace("#/$defs/", "#/components/schemas/") if isinstance(shape, str) else shape
