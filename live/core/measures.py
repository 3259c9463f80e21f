"""What the figures of a board need beside the counts of a day: its last half hour, and the fact that moved each last.

Ids and definitions: metrics.md. A figure's id with its version stands beside it wherever it is shown; a definition that
changes gets a new version.
"""

from __future__ import annotations

from collections.abc import Mapping

from journal.core.facts import Fact
from live.core.board import Board, Changes
from live.core.counts import Counts
from live.core.rows import CallRow, SeatRow

MINUTE_MS = 60_000
RECENT_MINUTES = 30
"""The service level of now is that of what was queued in so many minutes, the present one included."""
ARRIVING_MINUTES = 5
FORMULAS: Mapping[str, str] = {
    "arriving": "ARR1", "waiting": "WAIT1", "longest": "LWT1", "offered": "OFF1", "answered": "ANS1",
    "abandoned": "ABN1", "aht": "AHT1", "occupancy": "OCC1", "staffed": "SEAT1", "callbacks": "CBD1",
    "work_orders": "WO1", "dequeued": "DEQ1",
}  # fmt: skip
"""Id and version of each figure; the service level carries that of the contract."""
MISSED = frozenset({"expired", "rejected", "unreachable"})
"""How an offer ends that the agent let pass, refused, or that did not reach its phone."""
DESK_LOST = "desk_lost"
"""What is so of a seat whose agent wants calls and whose desk is not reached, and why it is offered none."""
_LEFT = ("arriving", "waiting", "longest")
_STAFF = ("staffed", "occupancy")
MOVES: Mapping[str, tuple[str, ...]] = {
    "InteractionStarted": ("arriving",),
    "InteractionQueued": (*_LEFT, "offered"),
    "InteractionConnected": (*_LEFT, "answered", "level"),
    "InteractionAbandoned": (*_LEFT, "abandoned", "level"),
    "InteractionDequeued": (*_LEFT,),
    "InteractionEnded": (*_LEFT, "callbacks"),
    "InteractionTakenUp": ("arriving",),
    "InteractionHandled": ("aht",),
    "AgentStateChanged": _STAFF,
    "SeatsChanged": _STAFF,
    "BlueprintApplied": (*_STAFF, "level"),
    "TaskOpened": ("callbacks",),
    "TaskPostponed": ("callbacks",),
    "TaskAccepted": ("callbacks",),
    "WorkOrderCreated": ("work_orders",),
    "WorkOrderStatusChanged": ("work_orders",),
}
"""Which figures a kind of fact bears on."""


def stamp(board: Board, fact: Fact, at: int, changes: Changes) -> None:
    """Note by each figure that this fact bears on it."""
    figures = MOVES.get(fact.kind, ())
    for figure in figures:
        board.moved[figure] = [fact.seq, at]
    changes.totals |= bool(figures)


def minute(minutes: dict[int, Counts], at: int) -> Counts:
    """Return the counts of the minute of ``at``; those that are older than the last half hour are given up."""
    begins = at // MINUTE_MS * MINUTE_MS
    if begins not in minutes:
        for old in [each for each in minutes if each <= begins - (RECENT_MINUTES + 1) * MINUTE_MS]:
            del minutes[old]
        minutes[begins] = Counts()
    return minutes[begins]


def arrived(board: Board, fact: Fact, at: int) -> None:
    """Count a contact who arrived; work without a contact does not arrive."""
    if fact.data.get("direction", "inbound") == "inbound" and fact.data.get("channel", "voice") == "voice":
        board.counts.arrived += 1
        minute(board.minutes, at).arrived += 1


def in_flow(call: CallRow) -> bool:
    """Whether a contact is in the flow now, before a queue or after one."""
    return call.state == "in_flow" and not call.task


def callbacks(board: Board) -> list[int]:
    """Return when each callback in nobody's hands is due, in ms and the earliest first; 0: at no time."""
    return sorted(
        due for queue in board.queues.values() if queue.tasks for call_id, due in queue.tasks.items()
        if (call := board.calls.get(call_id)) is not None and call.task == "callback"
    )  # fmt: skip


def truth(board: Board, seat: SeatRow) -> str:
    """Return the worst of what is known of a seat: its agent's state, phone and desk, the engine's sign of life."""
    if seat.state in {"available", "offered"}:
        if not seat.phone:
            return "phone_down"
        if seat.desk_lost_at:
            return DESK_LOST
        if board.engine == "lost":
            return "unconfirmed"
    return DESK_LOST if seat.state == "on_break" and seat.reason == DESK_LOST else seat.state
