"""What the page of a work order says beside its title and status."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

INSTANTS = ("requested_resolution_at", "expected_resolution_at", "auto_close_at")


def details(order: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return what there is to say, in order: ``field``, and ``at`` or ``text``, with ``key`` for the client's own."""
    return [{"field": field, **said} for field, said in _every(order)]


def line(field: str, each: Mapping[str, Any]) -> str:
    """Return one of the parties, related things or references as a line."""
    if field == "parties":
        return f"{each['name']} ({each['role']})"
    if field == "related":
        return f"{each['type']} {each['name'] or each['id']}"
    return f"{each['owner']} {each['id']}"


def names(said: Mapping[str, Any] | None) -> str:
    """Return who of a side works on it: team and person; empty: nobody in particular."""
    if not said:
        return ""
    return " · ".join(part for part in (said.get("team"), said.get("person")) if part)


def _every(order: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for name in INSTANTS:
        if order[name]:
            yield name, {"at": datetime.fromisoformat(order[name])}
    if order["channel"]:
        yield "channel", {"text": order["channel"]}
    for key, value in order["custom"].items():
        yield "custom", {"key": key, "text": value if isinstance(value, str) else str(value)}
