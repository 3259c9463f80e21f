"""Who waits for whom about a work order, for what, and until when: the sentence at the top of its page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from workorders.core.states import TERMINAL, Side, Status


@dataclass(frozen=True, slots=True)
class Open:
    """What of the handshakes about a work order is not answered yet; as the API shows it, with instants as such."""

    questions: list[dict[str, Any]]
    cancellation: dict[str, Any] | None
    tasks: list[dict[str, Any]]


_BY_STATUS: Final = {Status.SUBMITTED: "acknowledge", Status.HELD: "held"}


def standing(
    order: Mapping[str, Any], clocks: Iterable[Mapping[str, Any]], still: Open, reader: Side, now: datetime
) -> dict[str, Any]:
    """Return ``what`` is waited for, by which side (``waiting``), of which one (``turn``), and ``until`` when.

    ``clocks``: as pages show them; ``mine``: it is the reader's turn; ``over``: the time has passed. Of a work order
    that is over only ``what`` says something; without a ``turn``, nobody of the two sides owes anything.
    """
    what, turn = _what(order, still)
    until = None if turn is None else _until(what, turn, order, clocks, still)
    waiting = turn.other if turn is not None else Side(order["requester_side"]).other
    return {
        "what": what, "waiting": waiting.value, "turn": None if turn is None else turn.value, "until": until,
        "over": until is not None and until <= now, "mine": turn is reader,
    }  # fmt: skip


def _what(order: Mapping[str, Any], still: Open) -> tuple[str, Side | None]:
    status, requester = Status(order["status"]), Side(order["requester_side"])
    if status in TERMINAL:
        return status.value, None
    if still.cancellation is not None:
        return "cancel", requester.other
    if status is Status.PENDING:
        return ("answer", requester) if order["pending_on"] == requester.value else (order["pending_on"], None)
    if status is Status.RESOLVED:
        return ("tell", Side.OUTSOURCER) if still.tasks else ("confirm", requester)
    return _BY_STATUS.get(status, "resolve"), requester.other


def _until(
    what: str, turn: Side, order: Mapping[str, Any], clocks: Iterable[Mapping[str, Any]], still: Open
) -> datetime | None:
    """Return the first moment by which the side whose turn it is owes something."""
    found = [clock["due_at"] for clock in clocks if clock["owed"] and clock["owed_by"] == turn.value]
    if what == "answer":
        found += [each["due_at"] for each in still.questions]
    elif what == "tell":
        found += [each["due_at"] for each in still.tasks]
    elif what in {"resolve", "held"}:
        found.append(_instant(order["expected_resolution_at"]))
    elif what == "confirm":
        found.append(_instant(order["auto_close_at"]))
    return min((at for at in found if at is not None), default=None)


def _instant(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
