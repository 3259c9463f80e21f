"""What a board shows of supervision: who asks for help, who takes part, who has taken a conversation over."""

from __future__ import annotations

from collections.abc import Callable

from journal.core.facts import Fact
from live.core.board import Board, Changes
from live.core.tasks import ms


def _hand(board: Board, fact: Fact, changes: Changes) -> None:
    seat = board.seat_of(fact.data["agent_id"])
    if seat is not None:
        seat.hand_at = ms(fact.at) if fact.kind == "HelpAsked" else 0
        changes.seats.add(seat.seat)


def _taken(board: Board, fact: Fact, changes: Changes) -> None:
    call = board.calls.get(str(fact.subject))
    if call is not None:
        call.taken = [fact.data["name"], fact.data["user_id"]]
        changes.calls.add(call.id)


def _taken_on(board: Board, fact: Fact, changes: Changes) -> None:
    call = board.calls.get(str(fact.subject))
    if call is None:
        return
    if fact.kind == "TakenCallGiven" or fact.data.get("change") == "left":
        call.taken, call.taken_how = [], ""
    elif fact.kind == "TakenCallConcluded":
        call.taken_how = "concluded"
    elif fact.data["change"] != "keys" and call.taken_how != "concluded":
        call.taken_how = "held" if fact.data["change"] in {"held", "away"} else ""
    changes.calls.add(call.id)


def _watched(board: Board, fact: Fact, changes: Changes) -> None:
    seat = board.seat_of(fact.data["agent_id"])
    if seat is None:
        return
    if fact.kind == "SupervisionEnded":
        seat.watchers.pop(fact.data["supervision_id"], None)
    else:
        seat.watchers[fact.data["supervision_id"]] = [fact.data[each] for each in ("mode", "name", "user_id")]
    changes.seats.add(seat.seat)


STEPS: dict[str, Callable[[Board, Fact, Changes], None]] = {
    "HelpAsked": _hand,
    "HelpWithdrawn": _hand,
    "HelpAnswered": _hand,
    "InteractionTakenOver": _taken,
    "TakenCallChanged": _taken_on,
    "TakenCallGiven": _taken_on,
    "TakenCallConcluded": _taken_on,
    "SupervisionStarted": _watched,
    "SupervisionChanged": _watched,
    "SupervisionEnded": _watched,
}
"""By kind, as in ``live.core.apply``."""
