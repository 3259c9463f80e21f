"""Everything that happened to a work order, as its page tells it: old and new, and which systems were told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from portal import order_clocks
from portal.handshake_words import told
from portal.orders.details import INSTANTS, line, names

_CODES: Final = {"priority": "priority", "severity": "severity", "pending_on": "pending_on"}
"""Fields whose values are codes, and the table of their words."""
_BY_STATUS: Final = frozenset(
    {"status", "status_reason", "pending_on", "resolution", "acknowledged_at", "started_at", "resolved_at", "closed_at",
     "auto_close_at"}
)  # fmt: skip
"""What a step changes by itself, and its entry says in other words."""
_LONG: Final = 120


def timeline(entries: Sequence[dict[str, Any]], told_of: Mapping[int, list[dict[str, Any]]]) -> list[dict[str, Any]]:
    """Return what the page shows of each entry, oldest first; ``told_of``: which systems were told, by sequence."""
    made = []
    for entry in entries:
        shown = _entry(entry)
        if shown.get("visibility") != "internal":
            shown["systems"] = told_of.get(entry["sequence"], [])
        made.append(shown)
    return made


def _entry(entry: dict[str, Any]) -> dict[str, Any]:
    shown = {"at": _instant(entry["at"]), "side": entry["side"], "author": entry["actor"]["name"]}
    changes = entry.get("changes") or {}
    if entry.get("comment"):
        return {**shown, "kind": "comment", **{k: entry["comment"][k] for k in ("body", "visibility")}}
    if (said := told(entry) or order_clocks.told(entry)) is not None:
        return {**shown, **said}
    if entry.get("attachment"):
        about = {k: entry["attachment"].get(k) for k in ("name", "visibility", "scan_state")}
        return {**shown, "kind": "file", **about}
    if entry.get("assignment"):
        side = entry["assignment"]["side"]
        old, new = (names(each.get(side)) for each in changes.get("assignment", [{}, {side: entry["assignment"]}]))
        return {**shown, "kind": "assigned", "of": side, "old": old, "new": new}
    return {**shown, **_moved(entry, changes)}


def _moved(entry: Mapping[str, Any], changes: Mapping[str, list[Any]]) -> dict[str, Any]:
    if "status" in changes:
        return {"kind": "status", **_step(changes)}
    if changes:
        return {"kind": "updated", "changes": list(changed(changes))}
    return {"kind": "created", "to": entry["status"]}


def _step(changes: Mapping[str, list[Any]]) -> dict[str, Any]:
    def new(name: str) -> Any:  # noqa: ANN401 - whatever the field holds
        return (changes.get(name) or [None, None])[1]

    before, after = changes["status"]
    rest = {name: values for name, values in changes.items() if name not in _BY_STATUS}
    ended = (new("resolution") or {}).get("summary") if after == "resolved" else None
    return {
        "from": before, "to": after, "reason": new("status_reason") or ended, "pending_on": new("pending_on"),
        "changes": list(changed(rest)),
    }  # fmt: skip


def changed(changes: Mapping[str, list[Any]]) -> Iterator[dict[str, Any]]:
    """Yield each changed field: ``field`` (with ``key`` for one of the client's own), ``old`` and ``new`` as parts.

    A part has ``text``, ``at``, a ``code`` with its ``table`` of words, or a ``relation`` with its ``href``.
    """
    for field, (old, new) in sorted(changes.items()):
        if field == "custom":
            for key in sorted(set(old) | set(new)):
                if old.get(key) != new.get(key):
                    yield {"field": field, "key": key, "old": _parts(field, old.get(key)),
                           "new": _parts(field, new.get(key)), "long": False}  # fmt: skip
            continue
        shown = {"field": field, "old": _parts(field, old), "new": _parts(field, new)}
        yield {**shown, "long": any(len(str(each or "")) > _LONG or "\n" in str(each or "") for each in (old, new))}


def _parts(field: str, value: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - any field's value
    if value in (None, "", [], {}):
        return []
    if field in INSTANTS:
        return [{"at": _instant(value)}]
    if field in _CODES:
        return [{"table": _CODES[field], "code": value}]
    if field == "relationships":
        return [{"relation": each["type"], "href": f"/work-orders/{each['id']}"} for each in value]
    if isinstance(value, list):
        return [{"text": line(field, each)} for each in value]
    return [{"text": value if isinstance(value, str) else str(value)}]


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)
