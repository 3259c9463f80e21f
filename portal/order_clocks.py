"""The clocks of work orders as pages show them: what each side owes, when it is due, how much is left."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

_AT = ("due_at", "ended_at", "breached_at")
_MILLISECONDS = 1000


def shown(clocks: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the clocks of one work order with instants as such, and what is left or exceeded in milliseconds."""
    return [
        {
            **clock,
            **{name: datetime.fromisoformat(clock[name]) if clock[name] else None for name in _AT},
            "left_ms": abs(clock["remaining_s"]) * _MILLISECONDS,
            "over": clock["remaining_s"] <= 0,
            "owed": clock["ended_at"] is None,
        }
        for clock in clocks
    ]


def next_due(clocks: Iterable[Mapping[str, Any]]) -> dict[str, Any] | None:
    """Return what is owed and due first, of either side; what stands still comes last. None: nothing is owed."""
    owed = [clock for clock in shown(clocks) if clock["owed"]]
    return min(owed, key=lambda clock: (clock["due_at"] is None, clock["due_at"] or 0), default=None)


def told(entry: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return how the history of a work order tells this entry; None: it is about no clock."""
    sla = entry.get("sla")
    if sla is None:
        return None
    crossed = datetime.fromisoformat(sla["crossed_at"])
    about = {"metric": sla["metric"], "side": sla["owed_by"], "share": sla["share"], "crossed_at": crossed}
    return {"kind": "clock", "what": entry["kind"], **about}
