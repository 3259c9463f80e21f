"""What happened on a board, marked on the bar of time: breaches, abandonments, alarms, and how many waited.

A scan takes the facts in order, the same ones that make the board, and notes each mark at the moment of which it tells:
a contact who waits too long, by the client's limit of that second, has done so before the next fact comes.
Deterministic, so a rebuilt mark is the same mark.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from journal.core.facts import Fact
from live.core.apply import QUARTER_MS, apply
from live.core.board import Board, Changes
from live.core.tasks import ms

LEVEL_MISSED, WAITS_LONG, ABANDONED = "level_missed", "waits_long", "abandoned"
HELP, PHONE_LOST, DESK_LOST = "help_asked", "phone_lost", "desk_lost"
LINE_DOWN, ENGINE_LOST = "line_down", "engine_lost"
RAISED = "alert_raised"
GROUPS = {
    "breach": (LEVEL_MISSED, WAITS_LONG),
    "abandonment": (ABANDONED,),
    "alarm": (RAISED, HELP, PHONE_LOST, DESK_LOST, LINE_DOWN, ENGINE_LOST),
}
"""What one jumps to, and the kinds of marks in it."""
KINDS = tuple(kind for kinds in GROUPS.values() for kind in kinds)
_QUARTERS_FILLED = 400


@dataclass(frozen=True, slots=True, order=True)
class Mark:
    """Something that happened ``at`` (ms). ``subject``: interaction or agent; ``name``: of queue, seat, line, rule."""

    at: int
    kind: str
    subject: str = ""
    name: str = ""

    def row(self) -> list[str | int]:
        """Return the stored form."""
        return [self.at, self.kind, self.subject, self.name]


class Scan:
    """Takes a board along the journal; ``marks`` and ``waiting`` (the most in each quarter hour) since :meth:`rest`."""

    def __init__(self, board: Board, at: int) -> None:
        """Begin with a board as of ``at`` (ms)."""
        self.board, self.at = board, at
        self._oldest = _oldest(board)
        self._late = self._is_late()
        self._met = _is_met(board)
        self.marks: list[Mark] = []
        self.waiting: dict[int, int] = {}

    def rest(self) -> None:
        """Forget what was noted."""
        self.marks, self.waiting = [], {}

    def take(self, fact: Fact) -> None:
        """Apply the next fact and note what it tells."""
        now = max(self.at, ms(fact.at))
        self.pass_time(now)
        told = _lost(self.board, fact)
        left = self._left_waiting(fact)
        changes = apply(self.board, fact)
        if told is not None:
            self.marks.append(Mark(now, *told))
        if left is not None and self.board.calls[left].outcome == "abandoned":
            queue = self.board.queues.get(self.board.calls[left].queue_id)
            self.marks.append(Mark(now, ABANDONED, left, queue.name if queue else ""))
        self._look(changes, now)

    def pass_time(self, now: int) -> None:
        """Note what time alone brings until ``now`` (ms): a wait that grew too long, quarters in which some wait."""
        if self._oldest is not None:
            since, call, queue = self._oldest
            due = since + self._limit_ms
            if not self._late and due <= now:
                self.marks.append(Mark(due, WAITS_LONG, call, queue))
            self._fill(now)
        self.at = max(self.at, now)
        self._late = self._is_late()

    @property
    def _limit_ms(self) -> int:
        """How long a contact may wait: the client's own limit at this moment."""
        return self.board.limits.wait_s * 1000

    def _see_late(self, now: int) -> None:
        """Note a wait that is too long by what a fact said: the limit is another one, or it was recorded late."""
        was, self._late = self._late, self._is_late()
        if self._oldest is not None and self._late and not was:
            self.marks.append(Mark(now, WAITS_LONG, *self._oldest[1:]))

    def _is_late(self) -> bool:
        return self._oldest is not None and self._oldest[0] + self._limit_ms <= self.at

    def _fill(self, now: int) -> None:
        count = _waiting(self.board)
        first, last = self.at // QUARTER_MS, now // QUARTER_MS
        for quarter in range(max(first, last - _QUARTERS_FILLED), last + 1):
            self._most(quarter * QUARTER_MS, count)

    def _most(self, quarter: int, count: int) -> None:
        if count > self.waiting.get(quarter, 0):
            self.waiting[quarter] = count

    def _left_waiting(self, fact: Fact) -> str | None:
        """Return the contact that this fact may count as abandoned: not a short one, and not outside a queue."""
        call = self.board.calls.get(str(fact.subject)) if fact.kind == "InteractionAbandoned" else None
        if call is None or not fact.data["queue_id"] or call.outcome:
            return None
        short = self.board.formula.short_abandon_s * 1000
        return None if short and int(fact.data["wait_ms"]) <= short else call.id

    def _look(self, changes: Changes, now: int) -> None:
        if changes.queues or changes.whole:
            self._oldest = _oldest(self.board)
            if self._oldest is not None:
                self._most(now // QUARTER_MS * QUARTER_MS, _waiting(self.board))
            self._see_late(now)
        if changes.totals or changes.whole:
            met = _is_met(self.board)
            if self._met and not met:
                self.marks.append(Mark(now, LEVEL_MISSED))
            self._met = met


def _oldest(board: Board) -> tuple[int, str, str] | None:
    """Return since when the first one in any queue waits, which interaction it is, and the queue's name."""
    waiting = [(since, call, row.name) for row in board.queues.values() for call, since in row.waiting.items()]
    return min(waiting, default=None)


def _waiting(board: Board) -> int:
    return sum(len(row.waiting) for row in board.queues.values())


def _is_met(board: Board) -> bool:
    level = board.counts.level(board.formula)
    return level["num"] * 100 >= board.formula.target_pct * level["den"]


def _lost(board: Board, fact: Fact) -> tuple[str, str, str] | None:
    """Return the alarm that a fact raises: its kind, whom it is about, and the name of the seat, line or rule."""
    tells = _ALARMS.get(fact.kind)
    return tells(board, fact.data) if tells else None


def _help(board: Board, data: Mapping[str, Any]) -> tuple[str, str, str]:
    seat = board.seat_of(data["agent_id"])
    return HELP, data["agent_id"], seat.seat if seat else ""


def _phone(board: Board, data: Mapping[str, Any]) -> tuple[str, str, str] | None:
    seat = board.seat_of(data["agent_id"])
    if seat is None or not seat.phone or data["registered"] or seat.state == "offline":
        return None
    return PHONE_LOST, data["agent_id"], seat.seat


def _desk(board: Board, data: Mapping[str, Any]) -> tuple[str, str, str]:
    seat = board.seat_of(data["agent_id"])
    return DESK_LOST, data["agent_id"], seat.seat if seat else ""


def _line(board: Board, data: Mapping[str, Any]) -> tuple[str, str, str] | None:
    is_new = not data["usable"] and data["trunk"] not in board.lines_down
    return (LINE_DOWN, "", data["trunk"]) if is_new else None


_ALARMS: Mapping[str, Callable[[Board, Mapping[str, Any]], tuple[str, str, str] | None]] = {
    "HelpAsked": _help,
    "AgentPhoneChanged": _phone,
    "DeskLost": _desk,
    "LineStateChanged": _line,
    "EngineLost": lambda _board, _data: (ENGINE_LOST, "", ""),
    "PhoneEngineChanged": lambda _board, data: (ENGINE_LOST, "", data["node"]) if data["change"] == "lost" else None,
    "AlertRaised": lambda _board, data: (RAISED, data["about"], data["name"]),
}
