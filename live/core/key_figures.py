"""The board's key figures, one by one, for readers that want a few of them: screens, tiles, the API. Pure.

Each is computed from the totals of ``live.core.view``, so it says what the board says. A share keeps its
exact counts (``num``, ``den``); what cannot be computed yet is None, never 0.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from live.core import occupancy

PERCENT, COUNT, MILLISECONDS = "percent", "count", "ms"
FIGURES = (
    "service_level", "arriving", "waiting", "longest_wait", "offered", "answered", "abandoned", "loss_rate", "aht",
    "occupancy", "seats_staffed", "callbacks", "work_orders_open",
)  # fmt: skip
"""Every figure, in the order of the page."""

Figure = dict[str, Any]


def figures(totals: Mapping[str, Any], wanted: Sequence[str] = FIGURES) -> list[Figure]:
    """Return these figures of a board, in their order: ``id``, ``unit``, ``value``, and what it is made of.

    Two change by the time alone and have no value: ``longest_wait`` has ``since`` (ms; nobody waits: None), and
    ``occupancy`` its ``parts``. :func:`at` gives them that of a moment.
    """
    made = _all(totals)
    return [{"id": name, **made[name]} for name in wanted]


def at(row: Figure, now: int) -> Figure:
    """Return a figure with its value at an instant (ms)."""
    if "parts" in row:
        busy, ready = occupancy.sides(row["parts"], now)
        return {**row, "value": _share(busy, busy + ready)["value"]}
    if "since" in row:
        return {**row, "value": None if row["since"] is None else max(0, now - row["since"])}
    return row


def _all(totals: Mapping[str, Any]) -> dict[str, Figure]:
    level, lost, answered = totals["service_level"], totals["abandoned"], totals["answered"]
    return {
        "service_level": _share(level["num"], level["den"]),
        "arriving": _count(totals["in_flow"]),
        "waiting": _count(totals["waiting"]),
        "longest_wait": {"unit": MILLISECONDS, "since": totals["oldest_wait_at"]},
        "offered": _count(totals["offered"]),
        "answered": _count(answered),
        "abandoned": _count(lost),
        "loss_rate": _share(lost, answered + lost),
        "aht": _mean(totals["talk_ms_sum"] + totals["wrap_ms_sum"], totals["handled"]),
        "occupancy": {"unit": PERCENT, "parts": totals["occupancy"]},
        "seats_staffed": {**_count(totals["seats_staffed"]), "of": totals["seats_rented"]},
        "callbacks": _count(totals["callbacks"]),
        "work_orders_open": _count(totals["work_orders_open"]),
    }


def _share(num: int, den: int) -> Figure:
    return {"unit": PERCENT, "value": round(num * 100 / den, 1) if den else None, "num": num, "den": den}


def _mean(total_ms: int, of: int) -> Figure:
    return {"unit": MILLISECONDS, "value": total_ms // of if of else None, "num": total_ms, "den": of}


def _count(value: int) -> Figure:
    return {"unit": COUNT, "value": value}
