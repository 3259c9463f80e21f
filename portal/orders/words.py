"""Words of the page of one work order and of the board by state."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Gettext = Callable[[str], str]


def order_page_words(_: Gettext) -> dict[str, Any]:
    """Return the tables under ``words``: who waits for whom, sides, severities, states of tasks, what scripts say."""
    return {
        "order_waits": {
            "acknowledge": _("%(waiting)s waits for %(turn)s to acknowledge it."),
            "resolve": _("%(waiting)s waits for %(turn)s to resolve it."),
            "answer": _("%(waiting)s waits for an answer from %(turn)s."),
            "cancel": _("%(waiting)s wants it cancelled and waits for %(turn)s to decide."),
            "held": _("%(waiting)s waits: %(turn)s is held up by something of its own."),
            "confirm": _("%(waiting)s has resolved it and waits for %(turn)s to close it."),
            "tell": _("%(waiting)s has resolved it and waits for %(turn)s to do its task."),
            "end_customer": _("%(waiting)s waits for the contact."),
            "third_party": _("%(waiting)s waits for a third party."),
            "closed": _("It is closed. Nobody waits."),
            "rejected": _("It was rejected. Nobody waits."),
            "cancelled": _("It was cancelled. Nobody waits."),
        },
        "order_side": {
            "who": {"outsourcer": _("The call centre"), "tenant": _("The client")},
            "whom": {"outsourcer": _("the call centre"), "tenant": _("the client")},
        },
        "party_role": {
            "customer": _("Customer"), "requester": _("Requester"), "reporter": _("Reporter"), "contact": _("Contact"),
        },
        "severity": {"critical": _("Critical"), "major": _("Major"), "minor": _("Minor")},
        "seat_task_state": {
            "open": _("Not taken yet"),
            "accepted": _("In hand"),
            "done": _("Done"),
            "failed": _("Not possible"),
            "withdrawn": _("Taken back"),
        },
        "order_live": _live(_),
    }  # fmt: skip


def _live(_: Gettext) -> dict[str, str]:
    return {
        "kept": _("Something changed here meanwhile. What you are writing stays."),
        "moved": _("%(number)s: %(status)s"),
        "refused": _("%(number)s was not moved. %(why)s"),
        "grabbed": _("Drop it on a column that is not dimmed."),
        "nowhere": _("No column on that side takes it. Its arrow button has every step that is possible."),
        "offline": _("The answer did not come. Look how it stands before you try again."),
        "signed_out": _("You are signed out. Sign in in another tab, then send this again: what you wrote stays here."),
    }


def order_page_problems(_: Gettext) -> dict[str, str]:
    """Return what the reader can do about refusals on these pages."""
    return {
        "number_unknown": _("No work order has this number. Check it, then try again."),
        "words_missing": _("Write it in words first; at most 4000 characters."),
        "version_mismatch": _("Somebody changed it meanwhile. See what, then save again: what you typed is kept."),
    }
