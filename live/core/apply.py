"""``apply`` takes a journal's facts in order; the same code serves the live board, replay and repair.

A kind that the board does not know changes nothing. What changed is returned, so that a screen gets rows, not boards.
Deterministic: the same facts give the same board, whoever computes it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from journal.core.facts import Fact
from live.core import alerts, controls, measures, occupancy, supervision, tasks
from live.core.board import Board, Changes
from live.core.counts import Counts
from live.core.rows import CallRow, QueueRow, SeatRow
from live.core.tasks import ms
from tenants.core.alerts import AlertLimits
from tenants.core.service_level import Formula

QUARTER_MS = 900_000
NO_LONGER_OPEN = frozenset({"resolved", "closed", "rejected", "cancelled"})


def apply(board: Board, fact: Fact) -> Changes:
    """Take the next fact. One that was taken before changes nothing."""
    changes = Changes()
    if fact.seq <= board.seq:
        return changes
    board.seq = fact.seq
    board.begin_day(fact.at, changes)
    step = _STEPS.get(fact.kind)
    if step is not None:
        step(board, fact, changes)
        measures.stamp(board, fact, ms(fact.at), changes)
    return changes


def _started(board: Board, fact: Fact, changes: Changes) -> None:
    call_id = str(fact.subject)
    board.calls[call_id] = CallRow(call_id, ms(fact.at), fact.data["contact"], since=ms(fact.at))
    measures.arrived(board, fact, ms(fact.at))
    changes.calls.add(call_id)


def _queued(board: Board, fact: Fact, changes: Changes) -> None:
    call, queue = board.calls.get(str(fact.subject)), board.queues.get(fact.data["queue_id"])
    if call is None or tasks.queued(call, changes):
        return
    at = ms(fact.at)
    call.state, call.since, call.queue_id = "waiting", at, fact.data["queue_id"]
    call.visit_day, call.visit_minute = board.day, at // measures.MINUTE_MS * measures.MINUTE_MS
    fresh = call.outcome != "answered"  # who was answered and is transferred is offered to nobody a second time
    if fresh and not call.day:
        call.day, call.quarter, call.minute = board.day, at // QUARTER_MS * QUARTER_MS, call.visit_minute
        board.counts.offered += 1
        board.quarters.setdefault(call.quarter, Counts()).offered += 1
        measures.minute(board.minutes, at).offered += 1
    if queue is not None:
        queue.waiting[call.id] = at
        queue.counts.offered += fresh
        measures.minute(queue.minutes, at).offered += fresh
        changes.queues.add(queue.id)
    changes.calls.add(call.id)
    changes.totals = True


def _offered(board: Board, fact: Fact, changes: Changes) -> None:
    call, seat = board.calls.get(str(fact.subject)), board.seat_of(fact.data["agent_id"])
    if call is not None:
        call.state, call.agent_id = "waiting" if tasks.is_open(call) else "ringing", fact.data["agent_id"]
        changes.calls.add(call.id)
    if seat is not None:
        seat.offered_today += 1
        changes.seats.add(seat.seat)


def _offer_ended(board: Board, fact: Fact, changes: Changes) -> None:
    seat = board.seat_of(fact.data.get("agent_id", ""))
    if seat is not None and fact.data["outcome"] in measures.MISSED:
        seat.missed_today += 1
        changes.seats.add(seat.seat)
    call = board.calls.get(str(fact.subject))
    if call is not None and fact.data["outcome"] != "answered" and call.state in {"ringing", "waiting"}:
        call.state, call.agent_id = "waiting", ""
        changes.calls.add(call.id)


def _left_queue(board: Board, call: CallRow, changes: Changes) -> None:
    queue = board.queues.get(call.queue_id)
    if queue is not None:
        queue.waiting.pop(call.id, None)
        changes.queues.add(queue.id)
    changes.calls.add(call.id)
    changes.totals = True


def _connected(board: Board, fact: Fact, changes: Changes) -> None:
    call = board.calls.get(str(fact.subject))
    if call is None:
        return
    call.state, call.agent_id, call.since = "talking", fact.data["agent_id"], ms(fact.at)
    if call.outcome != "answered":  # the first answer counts: a transfer is no second one
        call.outcome, call.wait_ms = "answered", int(fact.data["wait_ms"])
        for counts in board.cohort(call):
            counts.answer(call.wait_ms, board.formula.threshold_s * 1000)
    _left_queue(board, call, changes)


def _abandoned(board: Board, fact: Fact, changes: Changes) -> None:
    call = board.calls.get(str(fact.subject))
    if call is None:
        return
    if call.outcome == "answered":
        _left_queue(board, call, changes)
        return
    if call.outcome == "callback" or (call.outcome == "number_paused" and not fact.data["queue_id"]):
        return  # who will be called has not given up, nor who heard that nobody is there
    call.outcome = "abandoned"
    if fact.data["queue_id"]:
        call.wait_ms = int(fact.data["wait_ms"])
        for counts in board.cohort(call):
            counts.abandon(call.wait_ms, board.formula.threshold_s * 1000, board.formula.short_abandon_s * 1000)
    _left_queue(board, call, changes)


def _dequeued(board: Board, fact: Fact, changes: Changes) -> None:
    call = board.calls.get(str(fact.subject))
    if call is None:
        return
    call.state = "in_flow"
    if call.outcome == "answered":
        _left_queue(board, call, changes)
        return
    call.wait_ms = int(fact.data["wait_ms"])
    call.outcome = "system_failure" if fact.data["reason"] == "system_failure" else call.outcome
    for counts in board.cohort(call):
        counts.dequeued += 1
    _left_queue(board, call, changes)


def _moved_on(board: Board, fact: Fact, changes: Changes) -> None:
    """Let another agent have the call, or outside people only."""
    call = board.calls.get(str(fact.subject))
    if call is not None:
        call.state = "talking" if fact.data["to_agent_id"] else "handed_over"
        call.agent_id = fact.data["to_agent_id"] or ""
        changes.calls.add(call.id)


def _taken_up(board: Board, fact: Fact, changes: Changes) -> None:
    call = board.calls.get(str(fact.subject))
    if call is not None:
        call.state, call.agent_id = "talking", fact.data["agent_id"]
        changes.calls.add(call.id)


def _held(board: Board, fact: Fact, changes: Changes) -> None:
    seat = board.seat_of(fact.data["agent_id"])
    if seat is not None and seat.state == "talking":
        seat.reason = "hold" if fact.kind == "HoldStarted" else ""
        changes.seats.add(seat.seat)


def _ended(board: Board, fact: Fact, changes: Changes) -> None:
    call = board.calls.pop(str(fact.subject), None)
    if call is None:
        return
    call.state, call.talk_ms, call.since = "ended", int(fact.data["talk_ms"]), ms(fact.at)
    call.outcome = call.outcome or tasks.ended(board, call, fact, changes) or "left_in_flow"
    board.calls[call.id] = call  # the most recently ended is the last one
    _left_queue(board, call, changes)
    board.forget_old_calls(changes)


def _handled(board: Board, fact: Fact, changes: Changes) -> None:
    call, seat = board.calls.get(str(fact.subject)), board.seat_of(fact.data["agent_id"])
    for counts in board.cohort(call) if call else [board.counts]:
        counts.handled += 1
        counts.talk_ms_sum += int(fact.data["talk_ms"]) + int(fact.data["hold_ms"])
        counts.wrap_ms_sum += int(fact.data["wrap_ms"])
    if call is not None and call.queue_id in board.queues:
        changes.queues.add(call.queue_id)
    if seat is not None:
        seat.handled_today += 1
        seat.talk_ms += int(fact.data["talk_ms"]) + int(fact.data["hold_ms"])
        seat.wrap_ms += int(fact.data["wrap_ms"])
        changes.seats.add(seat.seat)
    changes.totals = True


def _recorded(board: Board, fact: Fact, changes: Changes) -> None:
    call = board.calls.get(str(fact.subject))
    if call is not None:
        call.recording = True
        if fact.data["kind"] == "voicemail" and call.outcome != "answered":
            call.outcome = "voicemail"
        changes.calls.add(call.id)


def _agent_state(board: Board, fact: Fact, changes: Changes) -> None:
    seat = board.seat_of(fact.data["agent_id"])
    if seat is not None:
        occupancy.changes_state(board, seat, fact.data["state"], ms(fact.at))
        seat.reason, seat.interaction_id = fact.data["reason"] or "", fact.data["interaction_id"] or ""
        changes.seats.add(seat.seat)
        changes.totals = True


def _agent_phone(board: Board, fact: Fact, changes: Changes) -> None:
    seat = board.seat_of(fact.data["agent_id"])
    if seat is not None:
        if seat.phone is not bool(fact.data["registered"]):
            seat.phone, seat.phone_since = bool(fact.data["registered"]), ms(fact.at)
        changes.seats.add(seat.seat)


def _configured(board: Board, fact: Fact, changes: Changes) -> None:
    data: Mapping[str, Any] = fact.data
    board.formula = Formula.from_dict(data["service_level"])
    board.limits, board.limits_told = AlertLimits.of(data.get("alerts", {})), "alerts" in data
    queues = {}
    for q in data["queues"]:
        queues[q["id"]] = board.queues.get(q["id"]) or QueueRow(q["id"], q["code"], q["name"])
        queues[q["id"]].name = q["name"]
    board.queues = queues
    _seats_changed(board, fact, changes)


def _seats_changed(board: Board, fact: Fact, changes: Changes) -> None:
    seats = {}
    for s in fact.data["seats"]:
        old = board.seats.get(s["seat"])
        row = old if old and old.agent_id == s["agent_id"] else SeatRow(s["seat"], s["agent_id"], s["alias"], s["kind"])
        row.alias, row.kind = s["alias"], s["kind"]
        seats[s["seat"]] = row
    board.seats, board.worked = seats, None
    changes.whole = True


def _engine(board: Board, fact: Fact, changes: Changes) -> None:
    off = f"{alerts.ENGINE_LOST}:{fact.subject}:"
    if fact.kind == "EngineLost":
        board.engine = "lost"
        board.engines_off.setdefault(off, ms(fact.at))
    else:
        board.engine = "ok"
        board.engines_off.pop(off, None)
    changes.seats.update(board.seats)
    changes.totals = True


def _work_order(board: Board, fact: Fact, changes: Changes) -> None:
    status = str(fact.data["status"])
    if status in NO_LONGER_OPEN:
        board.open_work_orders.pop(str(fact.subject), None)
    else:
        board.open_work_orders[str(fact.subject)] = status
    changes.totals = True


_STEPS: dict[str, Callable[[Board, Fact, Changes], None]] = {
    **tasks.STEPS,
    "InteractionStarted": _started,
    "InteractionQueued": _queued,
    "OfferMade": _offered,
    "OfferEnded": _offer_ended,
    "InteractionConnected": _connected,
    "InteractionAbandoned": _abandoned,
    "InteractionDequeued": _dequeued,
    "InteractionTransferred": _moved_on,
    "AgentLeft": _moved_on,
    "InteractionTakenUp": _taken_up,
    "HoldStarted": _held,
    "HoldEnded": _held,
    "InteractionEnded": _ended,
    "InteractionHandled": _handled,
    "RecordingStored": _recorded,
    "AgentStateChanged": _agent_state,
    "AgentPhoneChanged": _agent_phone,
    "BlueprintApplied": _configured,
    "SeatsChanged": _seats_changed,
    "EngineLost": _engine,
    "EngineBack": _engine,
    "WorkOrderCreated": _work_order,
    "WorkOrderStatusChanged": _work_order,
    **supervision.STEPS,
    **controls.STEPS,
    **alerts.STEPS,
}

KINDS_SHOWN = frozenset(_STEPS)
"""The kinds that change a board; a test asserts that each is registered by a room above."""
