"""The board's key figures, one by one, for readers that want a few of them: screens, tiles, the API. Pure.

Each is computed from the totals and queues of ``live.core.view``, so it says what the board says. A share keeps its
exact counts (``num``, ``den``); what cannot be computed yet is None, never 0.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

PERCENT, COUNT, MILLISECONDS = "percent", "count", "ms"
FIGURES = (
    "service_level", "waiting", "longest_wait", "offered", "answered", "abandoned", "loss_rate", "aht",
    "seats_staffed", "callbacks", "work_orders_open",
)  # fmt: skip
"""Every figure, in the order of the page."""

Rows = Sequence[Mapping[str, Any]]


def figures(totals: Mapping[str, Any], queues: Rows, wanted: Sequence[str] = FIGURES) -> list[dict[str, Any]]:
    """Return these figures of a board, in their order: ``id``, ``unit``, ``value``, and what it is made of.

    ``longest_wait`` has ``since`` (ms) instead of a value that is old when it is read; nobody waits: None.
    """
    made = _all(totals, queues)
    return [{"id": name, **made[name]} for name in wanted]


def _all(totals: Mapping[str, Any], queues: Rows) -> dict[str, dict[str, Any]]:
    level, lost, answered = totals["service_level"], totals["abandoned"], totals["answered"]
    return {
        "service_level": _share(level["num"], level["den"]),
        "waiting": _count(totals["waiting"]),
        "longest_wait": {"unit": MILLISECONDS, "since": totals["oldest_wait_at"]},
        "offered": _count(totals["offered"]),
        "answered": _count(answered),
        "abandoned": _count(lost),
        "loss_rate": _share(lost, answered + lost),
        "aht": _mean(totals["talk_ms_sum"] + totals["wrap_ms_sum"], totals["handled"]),
        "seats_staffed": {**_count(totals["seats_staffed"]), "of": totals["seats_rented"]},
        "callbacks": _count(sum(queue["tasks"] for queue in queues)),
        "work_orders_open": _count(totals["work_orders_open"]),
    }


def _share(num: int, den: int) -> dict[str, Any]:
    return {"unit": PERCENT, "value": round(num * 100 / den, 1) if den else None, "num": num, "den": den}


def _mean(total_ms: int, of: int) -> dict[str, Any]:
    return {"unit": MILLISECONDS, "value": total_ms // of if of else None, "num": total_ms, "den": of}


def _count(value: int) -> dict[str, Any]:
    return {"unit": COUNT, "value": value}
