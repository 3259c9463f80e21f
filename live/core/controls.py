"""What a board shows of what the client changed for a time, and that somebody wrote, asked or answered."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from journal.core.facts import Fact
from live.core.board import Board, Changes
from live.core.tasks import ms

_ACT = {
    "HoursOverridden": ("hours", "opening"),
    "NumberPaused": ("pause", "code"),
    "AnnouncementPublished": ("announcement", "text"),
    "PriorityMoved": ("priority", "seconds"),
}
"""By kind: the act, and the field that says how."""


def _began(board: Board, fact: Fact, changes: Changes) -> None:
    act, how = _ACT[fact.kind]
    until = datetime.fromisoformat(fact.data["until_at"])
    said = {name: fact.data[name] for name in ("scope", "target", "name", "role", "reason")}
    board.acts[str(fact.subject)] = {
        "id": str(fact.subject), "act": act, "how": fact.data[how], "since": ms(fact.at), "until": ms(until), **said,
    }  # fmt: skip
    changes.whole = True


def _ended(board: Board, fact: Fact, changes: Changes) -> None:
    if board.acts.pop(str(fact.subject), None) is not None:
        changes.whole = True


def _paused(board: Board, fact: Fact, changes: Changes) -> None:
    call = board.calls.get(str(fact.subject))
    if call is not None:
        call.outcome = "number_paused"
        changes.calls.add(call.id)


def _said(board: Board, _fact: Fact, _changes: Changes) -> None:
    board.messages += 1


def in_force(board: Board, now: int) -> list[dict[str, Any]]:
    """Return the acts in force, the oldest first. ``now``: in ms; an end needs nobody to tell it."""
    return [dict(act) for act in board.acts.values() if act["until"] > now]


STEPS: dict[str, Callable[[Board, Fact, Changes], None]] = {
    **dict.fromkeys(_ACT, _began),
    "ControlEnded": _ended,
    "CallToPausedNumber": _paused,
    **dict.fromkeys(("AgentMessaged", "AgentMessageRead", "AgentMessageAnswered"), _said),
    **dict.fromkeys(("SupervisorMessaged", "SupervisorMessageRead", "SupervisorMessageAnswered"), _said),
    **dict.fromkeys(("ListeningAsked", "ListeningDecided"), _said),
}
"""By kind, as in ``live.core.apply``."""
