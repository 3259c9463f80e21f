"""The board's conversations beside their recorded rows, which other code made from the same facts. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from live.core.board import Board
from live.core.rows import CallRow

ENDED, WRAPPING_UP = "ended", "wrapping_up"
_SHOWN = {"queued": "waiting", "offered": "ringing", WRAPPING_UP: ENDED}
"""What a board calls a recorded state, where it has another word."""
_WITH_AGENT = frozenset({"ringing", "talking", "accepted", "dialling"})
"""States in which somebody has the conversation; in others a row keeps who had it last, and a board does not."""


@dataclass(frozen=True, slots=True)
class StoredCall:
    """A recorded interaction, in a board's terms: instants and durations in ms, ids as text, empty: none."""

    started_at: int
    due_at: int
    state: str
    queue_id: str
    agent_id: str
    outcome: str
    wait_ms: int
    talk_ms: int
    task: str


def rows_differing(board: Board, stored: Mapping[str, StoredCall]) -> list[str]:
    """Return what a board shows of conversations otherwise than their rows, such as ``calls.<id>.state``, in order.

    A row that is deleted with its time is none that differs, nor one that ended and that no board keeps any more.
    """
    found = [f"calls.{key}" for key, row in stored.items() if key not in board.calls and row.state not in _OVER]
    for key, call in board.calls.items():
        row = stored.get(key)
        if row is not None:
            found += [f"calls.{key}.{name}" for name in _differing(call, row)]
        elif call.state != ENDED:
            found.append(f"calls.{key}")
    return sorted(found)


_OVER = frozenset({ENDED, WRAPPING_UP})


def _differing(call: CallRow, row: StoredCall) -> Iterator[str]:
    state = _SHOWN.get(row.state, row.state)
    if call.task and not call.outcome and state == "ringing":
        state = "waiting"  # a task that is offered waits: nobody is on the line
    if call.state != state:
        yield "state"
    if state in _WITH_AGENT and call.agent_id != row.agent_id:
        yield "agent_id"
    if state == ENDED and call.talk_ms != row.talk_ms:
        yield "talk_ms"
    for name in ("started_at", "queue_id", "outcome", "wait_ms", "task", "due_at"):
        if getattr(call, name) != getattr(row, name):
            yield name
