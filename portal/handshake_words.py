"""The words of questions, requests to cancel and seat tasks, and how a work order's history tells them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from portal.sentences import Gettext

_TOLD: Mapping[str, tuple[str, str, str | None]] = {
    "WorkOrderInfoRequested": ("info_requested", "info_request", "question"),
    "WorkOrderInfoAnswered": ("info_answered", "info_request", "answer"),
    "WorkOrderCancellationRequested": ("cancellation_requested", "cancellation", "reason"),
    "WorkOrderCancellationTakenUp": ("cancellation_taken_up", "cancellation", None),
    "WorkOrderCancellationDecided": ("cancellation", "cancellation", "decision_reason"),
    "WorkOrderSeatTaskCreated": ("seat_task_created", "seat_task", "instructions"),
    "WorkOrderSeatTaskHandedOver": ("seat_task_handed_over", "seat_task", None),
    "WorkOrderSeatTaskAccepted": ("seat_task_accepted", "seat_task", None),
    "WorkOrderSeatTaskCompleted": ("seat_task", "seat_task", "outcome"),
}
"""By kind of fact: its word (with the state of what it is about, where that decides), its detail, the text to quote."""
_BY_STATE = frozenset({"cancellation", "seat_task"})


def told(entry: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return how the history of a work order tells this entry: ``what`` (a word's key), ``text``; None: otherwise."""
    if entry["kind"] not in _TOLD:
        return None
    word, detail, text = _TOLD[entry["kind"]]
    about = entry[detail]
    if word in _BY_STATE:
        word = f"{word}_{about.get('error') or about['state']}"
    return {"kind": "handshake", "what": word, "text": about[text] if text else None, "task": about.get("kind")}


def handshake_words(_: Gettext) -> dict[str, Any]:
    """Return the tables under ``words.handshake``, ``words.seat_desk`` and ``words.seat_task``."""
    return {
        "handshake": {
            "info_requested": _("Asked a question"),
            "info_answered": _("Answered the question"),
            "cancellation_requested": _("Asked to cancel it"),
            "cancellation_taken_up": _("Looks into the request to cancel it"),
            "cancellation_done": _("Agreed to cancel it"),
            "cancellation_declined": _("Declined to cancel it"),
            "cancellation_resolved": _("Resolved meanwhile: the request to cancel it is void"),
            "seat_task_created": _("Task for the seat"),
            "seat_task_handed_over": _("Gave the task to another agent"),
            "seat_task_accepted": _("Took the task"),
            "seat_task_done": _("Did the task"),
            "seat_task_failed": _("Could not do the task"),
            "seat_task_withdrawn": _("Took the task back"),
        },
        "seat_desk": {
            "said": _("New task from %(client)s: %(kind)s, %(number)s"),
            "late": _("overdue since %(time)s"),
            "open": _("Not taken yet"),
            "say_why": _("Say in a few words what came of it."),
        },
        "seat_task": {
            "inform_customer": _("Inform the customer"),
            "call_back": _("Call the customer back"),
            "collect_info": _("Ask the customer for something"),
        },
    }


def handshake_problems(_: Gettext) -> dict[str, str]:
    """Return what the refusals of handshakes mean."""
    return {
        "info_request_closed": _("This question was answered or withdrawn already."),
        "too_many_info_requests": _("This work order has a hundred questions. Ask in a comment."),
        "cancel_directly": _("Nobody works on it yet: cancel it as the next step."),
        "cancellation_open": _("It was asked already that this be cancelled; the other side has not decided yet."),
        "cancellation_decided": _("This request to cancel is decided already."),
        "seat_task_state": _("Somebody was quicker: this task is in another state now."),
        "too_many_seat_tasks": _("This work order has a hundred tasks."),
    }


def handshake_sentences(_: Gettext) -> dict[str, str]:
    """Return what the audit says of each fact about a handshake."""
    return {
        "WorkOrderInfoRequested": _("A question was asked about the work order %(number)s."),
        "WorkOrderInfoAnswered": _("A question about the work order %(number)s was answered."),
        "WorkOrderCancellationRequested": _("It was asked that the work order %(number)s be cancelled."),
        "WorkOrderCancellationTakenUp": _("The request to cancel the work order %(number)s is being looked into."),
        "WorkOrderCancellationDecided": _("It was decided whether the work order %(number)s is cancelled."),
        "WorkOrderSeatTaskCreated": _("The seat got a task about the work order %(number)s."),
        "WorkOrderSeatTaskHandedOver": _("The task about the work order %(number)s was given to another agent."),
        "WorkOrderSeatTaskAccepted": _("The agent took the task about the work order %(number)s."),
        "WorkOrderSeatTaskCompleted": _("The task about the work order %(number)s is over."),
    }
