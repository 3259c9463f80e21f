"""Work without a waiting contact, as the board shows it: the figures of those who wait know nothing of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from journal.core.facts import Fact
from live.core.board import Board, Changes
from live.core.rows import CallRow

_TASK_ENDS = {"done": "done", "cancelled": "cancelled", "error": "system_failure"}
"""What becomes of a task without a conversation, by the cause of its end."""


def ms(at: datetime) -> int:
    """Return an instant as the board keeps it."""
    return round(at.timestamp() * 1000)


def is_open(call: CallRow) -> bool:
    """Whether it is a task of which nothing has come yet: nobody waits on the line."""
    return bool(call.task) and not call.outcome


def queued(call: CallRow, changes: Changes) -> bool:
    """Show a task that waits; ``False`` for a contact who does."""
    if is_open(call):
        call.state = "waiting"
        changes.calls.add(call.id)
    return is_open(call)


def ended(board: Board, call: CallRow, fact: Fact, changes: Changes) -> str:
    """Return what became of a task without a conversation; empty for what is none."""
    if not call.task:
        return ""
    _pending(board, call, changes, pending=False)
    return _TASK_ENDS.get(fact.data.get("cause", ""), "unreached")


def _requested(board: Board, fact: Fact, changes: Changes) -> None:
    call = board.calls.get(str(fact.subject))
    if call is not None:
        call.outcome = "callback"
        changes.calls.add(call.id)


def _task_opened(board: Board, fact: Fact, changes: Changes) -> None:
    call, due = board.calls.get(str(fact.subject)), fact.data["due_at"]
    if call is None:
        return
    call.task, call.state, call.queue_id = fact.data["task"], "later", fact.data["queue_id"]
    call.due_at = 0 if due is None else ms(datetime.fromisoformat(due))
    _pending(board, call, changes, pending=call.task != "call")


def _task_postponed(board: Board, fact: Fact, changes: Changes) -> None:
    call = board.calls.get(str(fact.subject))
    if call is not None:
        call.state, call.agent_id = "later", ""
        _pending(board, call, changes, pending=True)


def _task_accepted(board: Board, fact: Fact, changes: Changes) -> None:
    call = board.calls.get(str(fact.subject))
    if call is not None:
        call.state, call.agent_id, call.since = "accepted", fact.data["agent_id"], ms(fact.at)
        call.wait_ms = int(fact.data["wait_ms"])
        _pending(board, call, changes, pending=False)


def _dialling(board: Board, fact: Fact, changes: Changes) -> None:
    call = board.calls.get(str(fact.subject))
    if call is not None:
        call.state = "dialling" if fact.kind == "DialStarted" else "accepted"
        changes.calls.add(call.id)


def _pending(board: Board, call: CallRow, changes: Changes, *, pending: bool) -> None:
    """Keep what a queue's agents have to deal with; the figures of those who wait know nothing of it."""
    queue = board.queues.get(call.queue_id)
    if queue is not None:
        queue.tasks.pop(call.id, None)
        if pending:
            queue.tasks[call.id] = call.due_at
        changes.queues.add(queue.id)
    changes.calls.add(call.id)


STEPS: Mapping[str, Callable[[Board, Fact, Changes], None]] = {
    "CallbackRequested": _requested,
    "TaskOpened": _task_opened,
    "TaskPostponed": _task_postponed,
    "TaskAccepted": _task_accepted,
    "DialStarted": _dialling,
    "DialEnded": _dialling,
}
