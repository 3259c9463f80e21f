"""The figures that a client's thresholds look at, from its board, the last hour and the time. Pure.

:class:`Watch` takes facts as the board does and keeps beside it what was answered and given up within the last hour;
the worker that raises alerts and the look back over yesterday are the same code.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from journal.core.facts import Fact
from live.core import occupancy
from live.core.apply import apply
from live.core.board import Board, Changes
from live.core.counts import Counts
from live.core.rows import QueueRow, SeatRow
from live.core.tasks import ms
from live.core.thresholds import OF_SEATS, SECOND, Reading, Rule

LONGEST_S = 3600
"""The longest window of a rule, in seconds."""
_ENDS = frozenset({"InteractionConnected", "InteractionAbandoned"})


@dataclass(frozen=True, slots=True)
class Ended:
    """An interaction stopped waiting: answered, or given up by its contact."""

    at: int
    queue_id: str
    answered: bool
    wait_ms: int


@dataclass(slots=True)
class Watch:
    """A board and its last hour, known without a gap from ``begins`` (ms) on."""

    board: Board
    begins: int
    ended: deque[Ended] = field(default_factory=deque)
    spans: deque[occupancy.Span] = field(default_factory=deque)
    """What seats did in the last hour, as far as it is over."""

    def take(self, fact: Fact) -> None:
        """Take the next fact, as the board does."""
        if fact.kind == "AgentStateChanged" and fact.seq > self.board.seq:
            self._leaves(fact)
        if fact.kind not in _ENDS or fact.seq <= self.board.seq:
            apply(self.board, fact)
            return
        self.board.begin_day(fact.at, Changes())
        before = _ends(self.board)
        apply(self.board, fact)
        call = self.board.calls.get(str(fact.subject))
        if call is not None and _ends(self.board) != before:
            self.ended.append(Ended(ms(fact.at), call.queue_id, fact.kind == "InteractionConnected", call.wait_ms))
        while self.ended and self.ended[0].at < ms(fact.at) - LONGEST_S * SECOND:
            self.ended.popleft()

    def _leaves(self, fact: Fact) -> None:
        seat = self.board.seat_of(fact.data["agent_id"])
        span = occupancy.ends(seat, ms(fact.at)) if seat is not None else None
        if span is not None:
            self.spans.append(span)
        while self.spans and self.spans[0].until < ms(fact.at) - LONGEST_S * SECOND:
            self.spans.popleft()

    def readings(self, rule: Rule, now: int) -> list[Reading]:
        """Return the rule's figure for everything that it looks at; nothing for what is no part of the board."""
        if rule.figure in OF_SEATS:
            seats = [row for row in self.board.seats.values() if rule.scope != "seat" or row.agent_id == rule.scope_id]
            return [Reading(row.agent_id, _of_seat(row, rule, now), UUID(row.agent_id), row.alias) for row in seats]
        if rule.scope in {"queue", "each_queue"}:
            rows = [row for row in self.board.queues.values() if rule.scope != "queue" or row.id == rule.scope_id]
            return [Reading(row.id, self._of_queues(rule, [row], now), UUID(row.id), row.name) for row in rows]
        return [Reading("", self._of_all(rule, now))]

    def _of_all(self, rule: Rule, now: int) -> int | None:
        seats = self.board.seats.values()
        if rule.figure == "seats_available":
            return sum(1 for row in seats if row.state == "available" and row.phone)
        if rule.figure == "seats_staffed":
            return sum(1 for row in seats if row.state != "offline")
        if rule.figure == "occupancy":
            return self._occupancy(rule, now)
        if rule.figure == "work_orders_open":
            return len(self.board.open_work_orders)
        return self._of_queues(rule, self.board.queues.values(), now)

    def _occupancy(self, rule: Rule, now: int) -> int | None:
        """Return OCC1 of the day, or of the window: the figure of the board, by the same sums."""
        since = now - rule.window_s * SECOND
        if rule.window_s and since < self.begins:
            return None
        busy, ready = (
            occupancy.within(self.board, self.spans, since, now) if rule.window_s
            else occupancy.sides(occupancy.parts(self.board), now)
        )  # fmt: skip
        return _tenths(busy, busy + ready)

    def _of_queues(self, rule: Rule, rows: Iterable[QueueRow], now: int) -> int | None:
        rows = list(rows)
        if rule.figure == "waiting":
            return sum(len(row.waiting) for row in rows)
        if rule.figure == "longest_wait":
            oldest = min((at for row in rows for at in row.waiting.values()), default=now)
            return max(0, now - oldest) // SECOND
        if rule.figure == "callbacks_overdue":
            return sum(1 for row in rows for due in row.tasks.values() if due and due < now)
        return self._of_counts(rule, self._counts(rule, rows, now))

    def _of_counts(self, rule: Rule, counts: Counts | None) -> int | None:
        if counts is None:
            return None
        if rule.figure == "abandoned":
            return counts.abandoned
        if rule.figure == "loss_rate":
            return _tenths(counts.abandoned, counts.answered + counts.abandoned, rule.least)
        level = counts.level(self.board.formula)
        return _tenths(level["num"], level["den"], rule.least)

    def _counts(self, rule: Rule, rows: list[QueueRow], now: int) -> Counts | None:
        """Return the counts of today or of the window; None: the window begins before what is known."""
        if not rule.window_s:
            return self.board.counts if rule.scope == "all" else rows[0].counts
        since = now - rule.window_s * SECOND
        if since < self.begins:
            return None
        made, formula, ids = Counts(), self.board.formula, {row.id for row in rows}
        for each in self.ended:
            if each.at < since or each.at > now or (rule.scope != "all" and each.queue_id not in ids):
                continue
            if each.answered:
                made.answer(each.wait_ms, formula.threshold_s * SECOND)
            else:
                made.abandon(each.wait_ms, formula.threshold_s * SECOND, formula.short_abandon_s * SECOND)
        return made


def _of_seat(row: SeatRow, rule: Rule, now: int) -> int:
    """Return for how many seconds the seat has been in the state that the rule is about; 0: it is not."""
    if rule.figure == "phone_down":
        since = max(row.since, row.phone_since) if row.state == "available" and not row.phone else now
    elif rule.figure == "desk_lost":
        since = row.desk_lost_at or now
    else:
        since = row.since if row.state == rule.state and row.reason != "elsewhere" else now
    return max(0, now - since) // SECOND


def _ends(board: Board) -> tuple[int, int, int]:
    return board.counts.answered, board.counts.abandoned, board.counts.short_abandoned


def _tenths(num: int, den: int, least: int = 1) -> int | None:
    """Return a share in tenths of a percent, rounded down: so a comparison with a whole number of them is exact."""
    return num * 1000 // den if den >= max(1, least) else None
