"""What a screen on a wall or a tile in a page gets of a board: what it shows and nothing else. Pure.

No contact, no interaction, no id of an agent: whoever passes the screen, or finds its address, learns what it shows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from live.core import view
from live.core.board import Board
from live.core.key_figures import figures
from live.core.measures import truth
from live.core.rows import SeatRow

PAGES = ("figures", "queues", "seats", "tallies")
"""What a screen can show, each a page of its own."""
STATES = (
    "talking", "offered", "available", "working", "wrapping_up", "on_break", "phone_down", "desk_lost", "unconfirmed",
    "offline",
)  # fmt: skip
"""States of seats as they are shown, in the order of the tallies."""
KEYS = {"figures": "id", "queues": "code", "seats": "seat", "tallies": "id"}
Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is shown. ``wraps``: how long a wrap-up of each queue (id) lasts, in seconds."""

    pages: Sequence[str]
    figures: Sequence[str]
    wraps: Mapping[str, int]


def document(board: Board, wanted: Wanted) -> dict[str, Any]:
    """Return the rows of the pages that are shown, each under its page's name, and ``board`` for all of them."""
    totals = view.totals(board)
    queues = [view.queue(board, row) for row in board.queues.values()]
    formula = board.formula
    made: dict[str, Any] = {
        "board": {
            "name": board.name, "engine": board.engine, "formula": formula.id, "target_pct": formula.target_pct,
            "rented": len(board.seats),
        },
    }  # fmt: skip
    if "figures" in wanted.pages:
        made["figures"] = figures(totals, wanted.figures)
    if "queues" in wanted.pages:
        made["queues"] = [_queue(row) for row in queues]
    if "seats" in wanted.pages:
        made["seats"] = [_seat(board, row, wanted.wraps) for row in board.seats.values()]
    if "tallies" in wanted.pages:
        shown = [truth(board, row) for row in board.seats.values()]
        made["tallies"] = [{"id": state, "count": shown.count(state)} for state in STATES]
    return made


def _queue(row: Mapping[str, Any]) -> dict[str, Any]:
    names = ("code", "name", "waiting", "oldest_wait_at", "offered", "answered", "abandoned", "tasks", "service_level")
    return {name: row[name] for name in names}


def _seat(board: Board, row: SeatRow, wraps: Mapping[str, int]) -> dict[str, Any]:
    call = board.calls.get(row.interaction_id)
    limit = wraps.get(call.queue_id) if call is not None and row.state == "wrapping_up" else None
    return {
        "seat": row.seat,
        "alias": row.alias,
        "state": truth(board, row),
        "reason": row.reason,
        "since": row.since,
        "desk_lost_at": row.desk_lost_at or None,
        "until": None if limit is None else row.since + limit * 1000,
        "handled_today": row.handled_today,
    }


def changed(before: Document | None, after: Document) -> dict[str, Any] | None:
    """Return the rows that differ, each whole; None when the screen needs the whole document."""
    if before is None or before.keys() != after.keys() or before["board"] != after["board"]:
        return None
    told: dict[str, Any] = {}
    for table, key in KEYS.items():
        old, new = before.get(table, ()), after.get(table, ())
        if [row[key] for row in old] != [row[key] for row in new]:
            return None
        rows = [row for was, row in zip(old, new, strict=True) if was != row]
        told |= {table: rows} if rows else {}
    return told
