"""The vocabulary of the screens: what each code is called in the reader's language, once for HTML and for scripts.

Every table is keyed by the code that facts and feeds carry; a code without a word is shown as it is. `%(name)s` marks
what a template or script fills in. Words with a count hold both plural forms, `one` and `other`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from portal.access_words import access_words, reveal_problems, reveal_words
from portal.audit_words import audit_words
from portal.callback_words import callback_exits, callback_problems, task_words
from portal.centre.words import centre_words
from portal.clock_words import clock_words
from portal.colleague_words import colleague_words
from portal.control_words import control_words
from portal.desk_words import desk_problems, desk_words, key_words, mode_words, party_words
from portal.desktop_words import desktop_words
from portal.endpoint_words import endpoint_problems, endpoint_words
from portal.exit_words import exit_words
from portal.file_words import file_words
from portal.floor_words import floor_words, supervision_problems
from portal.handshake_words import handshake_problems, handshake_words
from portal.inbox.words import inbox_words
from portal.live_words import board_words, desk_page_words
from portal.machine_words import machine_words
from portal.order_words import order_tables
from portal.orders.words import order_page_words
from portal.outcome_words import OUTCOMES, outcomes
from portal.people_words import people_words
from portal.placement_words import placement_words
from portal.probe_words import probe_words
from portal.records_table import record_problems, record_words
from portal.rewind_words import rewind_problems, rewind_words
from portal.sentences import Gettext, formulas, live_words, permissions, problems, sign_in_problems
from portal.settings.words import settings_words
from portal.sharing_words import sharing_problems, sharing_words
from tenants.core.permissions import PERMISSIONS, Role, decide

STATE_ICONS = {
    "talking": "phone-call",
    "offered": "phone-ringing",
    "available": "circle-check",
    "working": "clipboard-list",
    "wrapping_up": "pencil",
    "on_break": "coffee",
    "phone_down": "phone-off",
    "desk_lost": "wifi-off",
    "unconfirmed": "plug-connected-x",
    "offline": "power",
}


def states(_: Gettext) -> dict[str, str]:
    """Agent states, in the order of the legend, with the state that is none: an available agent without a phone."""
    return {
        "talking": _("Talking"),
        "offered": _("Ringing"),
        "available": _("Available"),
        "working": _("Working on a task"),
        "wrapping_up": _("Wrap-up"),
        "on_break": _("On break"),
        "phone_down": _("Phone down"),
        "desk_lost": _("Desk not reached"),
        "unconfirmed": _("Not confirmed"),
        "offline": _("Offline"),
    }


def reasons(_: Gettext) -> dict[str, str]:
    """Reasons of a break: those that an agent chooses, then those that the house gives."""
    return {
        "break": _("Short break"),
        "meal": _("Meal"),
        "training": _("Training"),
        "meeting": _("Meeting"),
        "offline_work": _("Offline work"),
        "not_responding": _("Did not answer"),
        "rejected": _("Rejected a call"),
        "phone_down": _("Phone down"),
        "phone_silent": _("Phone did not ring"),
        "desk_lost": _("Desk not reached"),
        "elsewhere": _("Elsewhere"),
    }


CLIENT_ROLES = ("client_manager", "client_viewer", "client_developer")
"""The roles that a client gives to its own people."""

CHOSEN_REASONS = ("break", "meal", "training", "meeting", "offline_work")


def order_words(_: Gettext) -> dict[str, dict[str, str]]:
    """Work orders: statuses, steps, priorities, types."""
    return {
        "order_status": {
            "submitted": _("Submitted"),
            "acknowledged": _("Acknowledged"),
            "inProgress": _("In progress"),
            "pending": _("Pending"),
            "held": _("Held"),
            "resolved": _("Resolved"),
            "rejected": _("Rejected"),
            "cancelled": _("Cancelled"),
            "closed": _("Closed"),
        },
        "transition": {
            "acknowledged": _("Acknowledge"),
            "inProgress": _("Start work"),
            "pending": _("Wait for someone"),
            "held": _("Put on hold"),
            "resolved": _("Resolve"),
            "rejected": _("Reject"),
            "cancelled": _("Cancel the work order"),
            "closed": _("Close"),
        },
        "priority": {"low": _("Low"), "medium": _("Medium"), "high": _("High"), "critical": _("Critical")},
        "order_type": {
            "request": _("Request"),
            "complaint": _("Complaint"),
            "incident": _("Incident"),
            "callback": _("Call back"),
            "refund": _("Refund"),
            "visit": _("Visit"),
            "other": _("Other"),
        },
    }


def parties(_: Gettext) -> dict[str, dict[str, str]]:
    """Return the sides of a work order, and whom it can wait for."""
    return {
        "side": {"outsourcer": _("Call centre"), "tenant": _("Client"), "system": _("System")},
        **order_tables(_),
        **order_page_words(_),
        "pending_on": {
            "outsourcer": _("the call centre"),
            "tenant": _("the client"),
            "end_customer": _("the contact"),
            "third_party": _("a third party"),
        },
    }


def exits(_: Gettext) -> dict[str, str]:
    """Return how a step of the flow was left; a key of a menu is shown as it is."""
    return {
        "done": _("done"),
        "ok": _("entered"),
        "open": _("open"),
        "closed": _("closed"),
        "holiday": _("holiday"),
        "no_input": _("nothing pressed"),
        "no_match": _("wrong key"),
        "invalid": _("not valid"),
        "timeout": _("waited too long"),
        "overflow": _("overflow"),
        "no_agents": _("no agents"),
        "connected": _("connected"),
        "contact_left": _("the contact left"),
        "recorded": _("recorded"),
        "ended": _("ended"),
        "error": _("error"),
        "else": _("otherwise"),
        **callback_exits(_),
    }


def routing(_: Gettext) -> dict[str, dict[str, str]]:
    """Return the event ladder: node types, who ended a call, how an offer ended, where an interaction was."""
    return {
        "node": {
            "play": _("Announcement"),
            "menu": _("Menu"),
            "collect": _("Digits"),
            "hours": _("Opening hours"),
            "switch": _("Branch"),
            "set": _("Set a value"),
            "queue": _("Queue"),
            "callback": _("Callback offer"),
            "voicemail": _("Voicemail"),
            "end": _("End"),
        },
        "ended_by": {
            "contact": _("the contact"),
            "agent": _("the agent"),
            "person": _("somebody from outside"),
            "system": _("the system"),
            "supervisor": _("the supervisor"),
        },
        "offer_outcome": {
            "answered": _("answered"),
            "expired": _("not answered in time"),
            "rejected": _("rejected"),
            "contact_left": _("the contact left first"),
            "withdrawn": _("withdrawn"),
            "unreachable": _("phone unreachable"),
        },
        "rule": {
            "only_candidate": _("the only candidate"),
            "best_match": _("best match of skills"),
            "longest_idle": _("longest idle"),
        },
        "tie_break": {"none": _("not needed"), "least_flexible": _("fewest other skills"), "id": _("fixed order")},
        "stage": {"flow": _("in the flow"), "waiting": _("while waiting"), "ringing": _("while ringing")},
    }


def _problems(_: Gettext) -> dict[str, str]:
    groups = (
        problems, callback_problems, sign_in_problems, reveal_problems, supervision_problems, desk_problems,
        rewind_problems, record_problems, sharing_problems, handshake_problems,
        endpoint_problems,
    )  # fmt: skip
    return {code: sentence for group in groups for code, sentence in group(_).items()}


GROUPS: tuple[Callable[[Gettext], dict[str, Any]], ...] = (
    order_words,
    handshake_words,
    inbox_words,
    endpoint_words,
    clock_words,
    sharing_words,
    task_words,
    parties,
    people_words,
    routing,
    access_words,
    exit_words,
    floor_words,
    placement_words,
    probe_words,
    machine_words,
    record_words,
    settings_words,
    centre_words,
    audit_words,
    colleague_words,
    control_words,
    file_words,
)
"""Tables that come together, by the name of each."""


def vocabulary(_: Gettext, ngettext: Callable[[str, str, int], str]) -> dict[str, Any]:
    """All tables of one language."""
    return {
        "state": states(_),
        "reason": reasons(_),
        "outcome": outcomes(_),
        "outcomes": OUTCOMES,
        "problem": _problems(_),
        "reveal": reveal_words(_, ngettext),
        "permission": permissions(_),
        "formula": formulas(_),
        "live": {**live_words(_), **desk_page_words(_)},
        "rewind": rewind_words(_),
        **board_words(_),
        "desk": desk_words(_),
        "key_acts": key_words(_),
        "party": party_words(_),
        "mode": mode_words(_),
        "chosen_reasons": CHOSEN_REASONS,
        "changes": {
            "one": ngettext("%(count)s change held back", "%(count)s changes held back", 1),
            "other": ngettext("%(count)s change held back", "%(count)s changes held back", 2),
        },
        "exit": exits(_),
        **desktop_words(_),
        "may": {role: [p for p in PERMISSIONS if decide(Role(role), p)] for role in CLIENT_ROLES},
        **{name: table for group in GROUPS for name, table in group(_).items()},
    }
