"""A board as JSON and back: the keyframe from which a board of any second is computed without the whole journal."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from live.core.board import Board
from live.core.counts import Counts
from live.core.rows import CallRow, QueueRow, SeatRow
from tenants.core.alerts import AlertLimits
from tenants.core.service_level import Formula

VERSION = 6
"""Raised when the rows, or the marks beside them, change their meaning: older ones are then made anew."""


def to_json(board: Board) -> dict[str, Any]:
    """Return the keyframe of a board."""
    return {
        "version": VERSION,
        "seq": board.seq,
        "day": board.day,
        "engine": board.engine,
        "formula": board.formula.to_dict(),
        "limits": asdict(board.limits) if board.limits_told else None,
        "counts": board.counts.as_dict(),
        "quarters": _by_instant(board.quarters),
        "minutes": _by_instant(board.minutes),
        "moved": board.moved,
        "queues": [{**asdict(row), "minutes": _by_instant(row.minutes)} for row in board.queues.values()],
        "seats": [asdict(row) for row in board.seats.values()],
        "calls": [asdict(row) for row in board.calls.values()],
        "open_work_orders": board.open_work_orders,
        "lines_down": board.lines_down,
        "engines_off": board.engines_off,
        "acknowledged": board.acknowledged,
        "messages": board.messages,
        "differed_at": board.differed_at,
        "acts": board.acts,
    }


def from_json(stored: dict[str, Any], name: str, zone: str) -> Board:
    """Read a keyframe of this version; ``name`` and ``zone`` are the tenant's of today."""
    board = Board(name=name, zone=zone, seq=stored["seq"], day=stored["day"], engine=stored["engine"])
    board.formula = Formula.from_dict(stored["formula"])
    board.limits, board.limits_told = AlertLimits.of(stored["limits"] or {}), stored["limits"] is not None
    board.counts = Counts.from_dict(stored["counts"])
    board.quarters = _read_counts(stored["quarters"])
    board.minutes, board.moved = _read_counts(stored["minutes"]), {k: list(v) for k, v in stored["moved"].items()}
    for row in stored["queues"]:
        read = {"counts": Counts.from_dict(row["counts"]), "minutes": _read_counts(row["minutes"])}
        board.queues[row["id"]] = QueueRow(**{**row, **read})
    board.seats = {row["seat"]: SeatRow(**row) for row in stored["seats"]}
    board.calls = {row["id"]: CallRow(**row) for row in stored["calls"]}
    board.open_work_orders = dict(stored["open_work_orders"])
    board.lines_down, board.acknowledged = dict(stored["lines_down"]), dict(stored["acknowledged"])
    board.engines_off = dict(stored.get("engines_off", {}))
    board.messages, board.differed_at = stored.get("messages", 0), stored.get("differed_at", 0)
    board.acts = dict(stored.get("acts", {}))
    return board


def _by_instant(counts_by: dict[int, Counts]) -> dict[str, dict[str, int]]:
    return {str(at): counts.as_dict() for at, counts in counts_by.items()}


def _read_counts(stored: dict[str, Any]) -> dict[int, Counts]:
    return {int(at): Counts.from_dict(counts) for at, counts in stored.items()}
