"""What a watcher sees of a board: plain JSON values, in the shapes of the live feed."""

from __future__ import annotations

from typing import Any, TypeVar

from live.core import measures, occupancy
from live.core.board import Board, Changes
from live.core.counts import Counts
from live.core.rows import CallRow, QueueRow, SeatRow

Row = TypeVar("Row", QueueRow, SeatRow, CallRow)
DUE_SHOWN = 100
"""Of so many callbacks, the earliest, a watcher is told when they are due."""


def snapshot(board: Board) -> dict[str, Any]:
    """Return the whole board."""
    return {
        "tenant": {"name": board.name, "zone": board.zone},
        "formula": {
            "id": board.formula.id,
            "threshold_s": board.formula.threshold_s,
            "target_pct": board.formula.target_pct,
            "figures": dict(measures.FORMULAS),
        },
        "limits": {"wait_s": board.limits.wait_s, "told": board.limits_told},
        "totals": totals(board),
        "queues": [queue(board, row) for row in board.queues.values()],
        "seats": [seat(board, row) for row in board.seats.values()],
        "calls": [call(board, row) for row in reversed(board.calls.values())],
        "acts": list(board.acts.values()),
    }


def delta(board: Board, changes: Changes) -> dict[str, Any]:
    """Return the rows that changed, each whole, and in ``gone`` the keys of those that are no more."""
    shown: dict[str, Any] = {}
    if queues := _known(changes.queues, board.queues):
        shown["queues"] = [queue(board, row) for row in queues]
    if seats := _known(_seats(board, changes), board.seats):
        shown["seats"] = [seat(board, row) for row in seats]
    if calls := _known(changes.calls, board.calls):
        shown["calls"] = [call(board, row) for row in calls]
    if gone := _gone(board, changes):
        shown["gone"] = gone
    # nearly every figure is counted over seats or conversations: whatever becomes of one may change it
    if changes.totals or changes.seats or changes.calls:
        shown["totals"] = totals(board)
    return shown


def _seats(board: Board, changes: Changes) -> set[str]:
    """Return the seats to be shown again: a seat shows its conversation too."""
    if not changes.calls:
        return changes.seats
    return changes.seats | {key for key, row in board.seats.items() if row.interaction_id in changes.calls}


def _gone(board: Board, changes: Changes) -> dict[str, list[str]]:
    held = (("queues", changes.queues, board.queues), ("seats", changes.seats, board.seats),
            ("calls", changes.calls, board.calls))  # fmt: skip
    return {name: sorted(keys - rows.keys()) for name, keys, rows in held if not keys <= rows.keys()}


def _known(keys: set[str], rows: dict[str, Row]) -> list[Row]:
    """Return the rows with these keys that there still are, in the order of their keys."""
    return [rows[key] for key in sorted(keys) if key in rows] if keys else []


def totals(board: Board) -> dict[str, Any]:
    """Return the figures of the whole tenant today, with the quarter hours that the chart draws."""
    waiting = [at for row in board.queues.values() for at in row.waiting.values()]
    quarters = sorted(board.quarters.items())
    return {
        **_figures(board, board.counts, waiting),
        "seats_rented": len(board.seats),
        "seats_staffed": occupancy.staffed(board),
        "work_orders_open": len(board.open_work_orders),
        "engine": board.engine,
        "day_started_at": board.day_started_at,
        "arrived": board.counts.arrived,
        "in_flow": sum(map(measures.in_flow, board.calls.values())),
        "recent": _recent(board, board.minutes),
        "occupancy": occupancy.parts(board),
        "callbacks": len(due := measures.callbacks(board)),
        "callbacks_due_at": due[:DUE_SHOWN],
        "moved": board.moved,
        "intervals": [{"at": at, "offered": c.offered, **c.level(board.formula)} for at, c in quarters],
    }


def _recent(board: Board, minutes: dict[int, Counts]) -> list[list[int]]:
    """Return the last half hour by minutes: instant, arrived, offered, and the two sides of the service level."""
    found = []
    for at, counts in sorted(minutes.items()):
        level = counts.level(board.formula)
        found.append([at, counts.arrived, counts.offered, level["num"], level["den"]])
    return found


def queue(board: Board, row: QueueRow) -> dict[str, Any]:
    """Return one queue with its figures of today."""
    return {
        "id": row.id,
        "code": row.code,
        "name": row.name,
        "tasks": len(row.tasks),
        "tasks_due_at": min((due for due in row.tasks.values() if due), default=None),
        "recent": _recent(board, row.minutes),
        **_figures(board, row.counts, list(row.waiting.values())),
    }


def seat(board: Board, row: SeatRow) -> dict[str, Any]:
    """Return one rented seat; its interaction only when it is this tenant's."""
    return {
        "seat": row.seat,
        "agent_id": row.agent_id,
        "alias": row.alias,
        "kind": row.kind,
        "state": row.state,
        "truth": measures.truth(board, row),
        "reason": row.reason,
        "since": row.since,
        "phone": row.phone,
        "desk_lost_at": row.desk_lost_at or None,
        "interaction": _current(board, row),
        "handled_today": row.handled_today,
        "offered_today": row.offered_today,
        "missed_today": row.missed_today,
        "talk_ms": row.talk_ms,
        "wrap_ms": row.wrap_ms,
        "busy_ms": row.busy_ms,
        "ready_ms": row.ready_ms,
        "hand_at": row.hand_at or None,
        "watchers": [
            {"id": key, "mode": mode, "name": name, "user_id": user} for key, (mode, name, user) in row.watchers.items()
        ],
    }


def _current(board: Board, row: SeatRow) -> dict[str, Any] | None:
    current = board.calls.get(row.interaction_id)
    if current is None:
        return None
    return {
        "id": current.id,
        "contact": current.contact,
        "queue": _queue_name(board, current.queue_id),
        "since": current.since,
    }


def call(board: Board, row: CallRow) -> dict[str, Any]:
    """Return one recent interaction."""
    agent = board.seat_of(row.agent_id) if row.agent_id else None
    return {
        "id": row.id,
        "started_at": row.started_at,
        "since": row.since or None,
        "contact": row.contact,
        "queue": _queue_name(board, row.queue_id),
        "agent": agent.alias if agent else "",
        "state": row.state,
        "outcome": row.outcome,
        "wait_ms": row.wait_ms,
        "talk_ms": row.talk_ms,
        "recording": row.recording,
        "task": row.task,
        "due_at": row.due_at or None,
    }


def _queue_name(board: Board, queue_id: str) -> str:
    row = board.queues.get(queue_id)
    return row.name if row else ""


def _figures(board: Board, counts: Counts, waiting: list[int]) -> dict[str, Any]:
    return {
        "offered": counts.offered,
        "answered": counts.answered,
        "abandoned": counts.abandoned,
        "short_abandoned": counts.short_abandoned,
        "dequeued": counts.dequeued,
        "handled": counts.handled,
        "wait_ms_sum": counts.wait_ms_sum,
        "talk_ms_sum": counts.talk_ms_sum,
        "wrap_ms_sum": counts.wrap_ms_sum,
        "waiting": len(waiting),
        "oldest_wait_at": min(waiting, default=None),
        "service_level": counts.level(board.formula),
    }
