"""Words about the clocks of work orders: what each side owes, how it stands, and what happened to it."""

from __future__ import annotations

from collections.abc import Callable

Gettext = Callable[[str], str]


def clock_words(_: Gettext) -> dict[str, dict[str, str]]:
    """Return what each code of a clock is called."""
    return {
        "metric": {
            "acknowledge": _("Acknowledge"),
            "next_update": _("Next update"),
            "resolve": _("Resolve"),
            "promise": _("Promised date"),
            "answer_info": _("Answer the question"),
            "seat_feedback": _("Tell the contact, and close"),
        },
        "clock": {
            "running": _("running"),
            "paused": _("stands still"),
            "met": _("in time"),
            "breached": _("too late"),
            "cancelled": _("no longer owed"),
        },
        "clock_told": {
            "WorkOrderClockWarned": _("%(share)s %% of the time is used"),
            "WorkOrderClockBreached": _("the time is exceeded"),
            "WorkOrderClockMet": _("done in time"),
            "WorkOrderClockPaused": _("the time stands still"),
            "WorkOrderClockResumed": _("the time runs on"),
        },
        "waits": {
            "requester": _("who asked"),
            "end_customer": _("the end customer of who asked"),
            "third_party": _("somebody else"),
        },
        "paused_for": {
            "requester": _("waits for who asked"),
            "end_customer": _("waits for the end customer"),
            "third_party": _("waits for somebody else"),
        },
    }


def clock_sentences(_: Gettext) -> dict[str, str]:
    """Return a sentence for each fact about a clock."""
    return {
        "WorkOrderClockWarned": _("A side has used a part of its time for the work order %(number)s."),
        "WorkOrderClockBreached": _("A side exceeded its time for the work order %(number)s."),
        "WorkOrderClockMet": _("A side kept its time for the work order %(number)s."),
        "WorkOrderClockPaused": _("A side's time for the work order %(number)s stands still."),
        "WorkOrderClockResumed": _("A side's time for the work order %(number)s runs on."),
    }
