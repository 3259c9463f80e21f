"""Alerts of a client's floor: computed from its board, its limits and the time, so a restart loses none of them. Pure.

An alert is named by what it is about and since when, so whoever takes care of one has not taken care of the next. One
that nobody takes care of comes again, each time with a higher ``level``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from journal.core.facts import Fact
from live.core.board import Board, Changes
from live.core.rows import SeatRow
from live.core.tasks import ms
from tenants.core.alerts import AlertLimits

HELP, WAITS, TALKS, WRAPS_UP, BREAKS = "help_asked", "waits_long", "talks_long", "wraps_up_long", "breaks_long"
PHONE_LOST, DESK_LOST, LINE_DOWN = "phone_lost", "desk_lost", "line_down"
ENGINE_LOST, ENGINE_DRAINED = "engine_lost", "engine_drained"
BOARD_DIFFERED = "board_differed"
OF_THE_CENTRE = frozenset({ENGINE_LOST, ENGINE_DRAINED})
"""What the call centre itself looks after, not its clients."""
ALERTS = (HELP, WAITS, TALKS, WRAPS_UP, BREAKS, PHONE_LOST, DESK_LOST, LINE_DOWN, ENGINE_LOST, ENGINE_DRAINED,
          BOARD_DIFFERED)  # fmt: skip
KEPT = 200
"""So many acknowledgements are kept on a board, the newest."""
_NOBODYS = frozenset({"elsewhere", DESK_LOST})
"""Reasons of a break that is none."""
_ENGINES = {
    "lost": (ENGINE_LOST, False), "back": (ENGINE_LOST, True), "drained": (ENGINE_DRAINED, False),
    "undrained": (ENGINE_DRAINED, True),
}  # fmt: skip
_STATES = {"talking": TALKS, "wrapping_up": WRAPS_UP, "on_break": BREAKS}


@dataclass(frozen=True, slots=True)
class Alert:
    """Something that somebody should look at. ``since``: when it began; ``due``: when it became an alert (both in ms).

    ``subject``: of an agent, a queue or, for a line or an engine, nothing; ``name``: of queue, line or engine.
    ``by``: who takes care of it, as user id and name, and ``by_at`` when.
    """

    id: str
    kind: str
    since: int
    due: int
    subject: UUID | None
    seat: str = ""
    name: str = ""
    level: int = 1
    by: tuple[str, str] | None = None
    by_at: int = 0


def alerts(board: Board, limits: AlertLimits, now: int) -> list[Alert]:
    """Return every alert of this moment (ms), what nobody takes care of first, then the oldest first."""
    found = [_taken_care(board, each, limits, now) for each in _all(board, limits) if each.due <= now]
    return sorted(found, key=lambda alert: (alert.by is not None, alert.due, alert.id))


def _all(board: Board, limits: AlertLimits) -> Iterator[Alert]:
    for seat in board.seats.values():
        yield from _of_seat(seat, limits)
    for queue in board.queues.values():
        if queue.waiting:
            call, since = min(queue.waiting.items(), key=lambda pair: pair[1])
            due = since + limits.wait_s * 1000
            yield Alert(f"{WAITS}:{call}:{since}", WAITS, since, due, UUID(queue.id), name=queue.name)
    if since := board.differed_at:
        yield Alert(f"{BOARD_DIFFERED}:{since}", BOARD_DIFFERED, since, since, None, name=board.name)
    for line, since in board.lines_down.items():
        yield Alert(f"{LINE_DOWN}:{line}:{since}", LINE_DOWN, since, since, None, name=line)
    for engine, since in board.engines_off.items():
        kind, _, name = engine.split(":", 2)
        yield Alert(f"{engine}:{since}", kind, since, since, None, name=name)


def _of_seat(seat: SeatRow, limits: AlertLimits) -> Iterator[Alert]:
    states = {TALKS: limits.talk_s, WRAPS_UP: limits.wrap_s, BREAKS: limits.break_s}
    found = []
    if seat.hand_at:
        found.append((HELP, seat.hand_at, limits.help_s))
    kind = _STATES.get(seat.state)
    if kind is not None and seat.reason not in _NOBODYS:
        found.append((kind, seat.since, states[kind]))
    if seat.state == "available" and not seat.phone:
        found.append((PHONE_LOST, max(seat.since, seat.phone_since), limits.phone_s))
    if seat.desk_lost_at and seat.state != "offline":
        found.append((DESK_LOST, seat.desk_lost_at, limits.phone_s))
    for kind, since, after_s in found:
        due = since + after_s * 1000
        yield Alert(f"{kind}:{seat.agent_id}:{since}", kind, since, due, UUID(seat.agent_id), seat=seat.seat)


def _taken_care(board: Board, alert: Alert, limits: AlertLimits, now: int) -> Alert:
    told = board.acknowledged.get(alert.id)
    until = now if told is None else int(told[2])
    level = 1 + max(0, until - alert.due) // (limits.again_s * 1000)
    by = None if told is None else (str(told[0]), str(told[1]))
    return Alert(
        alert.id, alert.kind, alert.since, alert.due, alert.subject, alert.seat, alert.name, level, by,
        0 if told is None else until,
    )  # fmt: skip


def _acknowledged(board: Board, fact: Fact, changes: Changes) -> None:
    data = fact.data
    board.acknowledged.setdefault(data["alert"], [data["user_id"], data["name"], ms(fact.at)])
    for old in list(board.acknowledged)[: max(0, len(board.acknowledged) - KEPT)]:
        del board.acknowledged[old]
    changes.totals = True


def _line(board: Board, fact: Fact, changes: Changes) -> None:
    if fact.data["usable"]:
        board.lines_down.pop(fact.data["trunk"], None)
    else:
        board.lines_down.setdefault(fact.data["trunk"], ms(fact.at))
    changes.totals = True


def _engine(board: Board, fact: Fact, changes: Changes) -> None:
    """Take it that one of several engines is lost or drained, or not any more."""
    kind, is_over = _ENGINES.get(fact.data["change"], ("", True))
    place = f"{fact.subject}:{fact.data['node']}"
    if fact.data["change"] == "given_up":
        for each in sorted(OF_THE_CENTRE):
            board.engines_off.pop(f"{each}:{place}", None)
    elif is_over:
        board.engines_off.pop(f"{kind}:{place}", None)
    else:
        board.engines_off.setdefault(f"{kind}:{place}", ms(fact.at))
    changes.totals = True


def _desk(board: Board, fact: Fact, changes: Changes) -> None:
    seat = board.seat_of(fact.data["agent_id"])
    if seat is not None:
        since = fact.data.get("since")
        seat.desk_lost_at = ms(datetime.fromisoformat(since)) if since else 0
        changes.seats.add(seat.seat)


def _differed(board: Board, fact: Fact, changes: Changes) -> None:
    board.differed_at = (board.differed_at or ms(fact.at)) if fact.kind == "BoardDiffered" else 0
    changes.totals = True
    changes.wrong |= fact.kind == "BoardDiffered"


STEPS: dict[str, Callable[[Board, Fact, Changes], None]] = {
    "AlertAcknowledged": _acknowledged,
    "LineStateChanged": _line,
    "PhoneEngineChanged": _engine,
    "DeskLost": _desk,
    "DeskBack": _desk,
    "BoardDiffered": _differed,
    "BoardAgreed": _differed,
}
"""By kind, as in ``live.core.apply``."""
