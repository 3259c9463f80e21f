"""OCC1: (talk + hold + wrap-up) / (the same + available), of the seats that the tenant rents. The one definition.

Ringing, breaks, work before a contact and what an agent does for others are in neither side. The board and its rows
take it over the client's day, a threshold over the day or over a window that ends now: the same states, the same sums.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from live.core.board import Board
from live.core.rows import SeatRow

BUSY, READY = frozenset({"talking", "wrapping_up"}), frozenset({"available"})
_COUNTED = ("busy_ms", "busy_now", "busy_since", "ready_ms", "ready_now", "ready_since", "staffed")


@dataclass(frozen=True, slots=True)
class Span:
    """A seat was busy, or ready, from then to then (ms)."""

    agent_id: str
    busy: bool
    since: int
    until: int


def ends(seat: SeatRow, at: int) -> Span | None:
    """Return the span that ends when the seat leaves its state; None: it was in neither side."""
    if seat.state not in BUSY | READY or not seat.since:
        return None
    return Span(seat.agent_id, seat.state in BUSY, seat.since, at)


def changes_state(board: Board, seat: SeatRow, state: str, at: int) -> None:
    """Let a seat leave its state for another: its time counts as far as it lies in the board's day."""
    busy, ready = _lasted(seat, at, board.day_started_at or 0)
    if board.worked is not None:
        _count(board.worked, board, seat, -1)
    seat.busy_ms += busy
    seat.ready_ms += ready
    seat.state, seat.since = state, at
    if board.worked is not None:
        _count(board.worked, board, seat, 1)


def of_seat(board: Board, seat: SeatRow, now: int) -> tuple[int, int]:
    """Return a seat's busy and ready time of the day up to now, in milliseconds."""
    busy, ready = _lasted(seat, now, board.day_started_at or 0)
    return seat.busy_ms + busy, seat.ready_ms + ready


def parts(board: Board) -> dict[str, int]:
    """Return both sides of the day: at ``t`` each is its closed time + seats in it x ``t`` - their beginnings."""
    worked = dict(_worked(board))
    del worked["staffed"]
    return worked


def staffed(board: Board) -> int:
    """Return how many seats have an agent."""
    return _worked(board)["staffed"]


def _worked(board: Board) -> dict[str, int]:
    """Return what is counted over all seats: once, and from then on wherever a seat changes its state."""
    if board.worked is None:
        board.worked = dict.fromkeys(_COUNTED, 0)
        for seat in board.seats.values():
            _count(board.worked, board, seat, 1)
    return board.worked


def _count(worked: dict[str, int], board: Board, seat: SeatRow, by: int) -> None:
    """Add a seat (1), or take it away (-1)."""
    state = seat.state
    worked["staffed"] += by * (state != "offline")
    worked["busy_ms"] += by * seat.busy_ms
    worked["ready_ms"] += by * seat.ready_ms
    if state in BUSY:
        worked["busy_now"] += by
        worked["busy_since"] += by * max(board.day_started_at or 0, seat.since)
    elif state in READY:
        worked["ready_now"] += by
        worked["ready_since"] += by * max(board.day_started_at or 0, seat.since)


def sides(of: Mapping[str, int], now: int) -> tuple[int, int]:
    """Return the busy and the ready time at an instant, from :func:`parts`."""
    busy, ready = (max(0, of[f"{s}_ms"] + of[f"{s}_now"] * now - of[f"{s}_since"]) for s in ("busy", "ready"))
    return busy, ready


def within(board: Board, spans: Iterable[Span], since: int, now: int) -> tuple[int, int]:
    """Return the busy and the ready time of a window: closed spans, and the states that last."""
    sums = [0, 0]
    rented = {seat.agent_id for seat in board.seats.values()}
    for span in spans:
        if span.agent_id in rented:
            sums[not span.busy] += max(0, min(span.until, now) - max(span.since, since))
    for seat in board.seats.values():
        busy, ready = _lasted(seat, now, since)
        sums[0] += busy
        sums[1] += ready
    return sums[0], sums[1]


def _lasted(seat: SeatRow, until: int, since: int) -> tuple[int, int]:
    lasted = max(0, until - max(seat.since, since)) if seat.since else 0
    return lasted if seat.state in BUSY else 0, lasted if seat.state in READY else 0
