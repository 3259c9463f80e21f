"""What the page of a work order says beside its title and status, and how its history tells of changed fields."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

INSTANTS = ("requested_resolution_at", "expected_resolution_at", "auto_close_at")


def details(order: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what there is to say, in order: ``field``, and ``at`` or ``text``, with ``href`` where it leads."""
    return [{"field": field, **said} for field, said in _every(order)]


def changed_entry(entry: dict[str, Any]) -> dict[str, Any] | None:
    """Return how the history tells of fields that were changed, or of who works on it; None: of something else."""
    changes = entry.get("changes", {})
    if entry.get("assignment"):
        said = entry["assignment"]
        return {"kind": "assigned", "side": said["side"], "to": _names(said)}
    if not changes or "status" in changes:
        return None
    return {"kind": "updated", "fields": sorted(changes)}


def _every(order: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for name in INSTANTS:
        if order[name]:
            yield name, {"at": datetime.fromisoformat(order[name])}
    for side, said in order["assignment"].items():
        if said:
            yield "assignment", {"text": _names(said), "side": side}
    if order["channel"]:
        yield "channel", {"text": order["channel"]}
    yield from _lists(order)
    for key, value in order["custom"].items():
        yield "custom", {"key": key, "text": value if isinstance(value, str) else str(value)}


def _lists(order: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for each in order["parties"]:
        yield "parties", {"text": f"{each['name']} ({each['role']})"}
    for each in order["related"]:
        yield "related", {"text": f"{each['type']} {each['name'] or each['id']}"}
    for each in order["external_ref"]:
        yield "external_ref", {"text": f"{each['owner']} {each['id']}"}
    for each in order["relationships"]:
        yield "relationships", {"relation": each["type"], "href": f"/work-orders/{each['id']}"}


def _names(said: dict[str, Any]) -> str:
    return " · ".join(part for part in (said["team"], said["person"]) if part)
