"""The vocabulary of the screens: what each code is called in the reader's language, once for HTML and for scripts.

Every table is keyed by the code that facts and feeds carry; a code without a word is shown as it is. `%(name)s` marks
what a template or script fills in. Words with a count hold both plural forms, `one` and `other`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Gettext = Callable[[str], str]

STATE_ICONS = {
    "talking": "phone-call",
    "offered": "phone-ringing",
    "available": "circle-check",
    "wrapping_up": "pencil",
    "on_break": "coffee",
    "phone_down": "phone-off",
    "offline": "power",
}


def states(_: Gettext) -> dict[str, str]:
    """Agent states, in the order of the legend, with the state that is none: an available agent without a phone."""
    return {
        "talking": _("Talking"),
        "offered": _("Ringing"),
        "available": _("Available"),
        "wrapping_up": _("Wrap-up"),
        "on_break": _("On break"),
        "phone_down": _("Phone down"),
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
        "elsewhere": _("Serving elsewhere"),
    }


CHOSEN_REASONS = ("break", "meal", "training", "meeting", "offline_work")


def outcomes(_: Gettext) -> dict[str, str]:
    """Return what became of an interaction, and where a running one is."""
    return {
        "answered": _("Answered"),
        "abandoned": _("Abandoned"),
        "short_abandoned": _("Short abandon"),
        "voicemail": _("Voicemail"),
        "timeout": _("Timed out"),
        "closed": _("Closed hours"),
        "no_agents": _("No agents"),
        "system_failure": _("System failure"),
        "contained": _("Ended in the flow"),
        "flow": _("In the flow"),
        "waiting": _("Waiting"),
        "offered": _("Ringing"),
        "ringing": _("Ringing"),
        "talking": _("Talking"),
        "wrapping_up": _("Wrap-up"),
        "ended": _("Ended"),
    }


def order_words(_: Gettext) -> dict[str, dict[str, str]]:
    """Work orders: statuses, priorities, types, sides."""
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
            "other": _("Other"),
        },
        "side": {"outsourcer": _("Call centre"), "tenant": _("Client"), "system": _("System")},
        "pending_on": {
            "outsourcer": _("the call centre"),
            "end_customer": _("the contact"),
            "third_party": _("a third party"),
        },
    }


def people(_: Gettext) -> dict[str, dict[str, str]]:
    """Places of the portal and roles of its readers."""
    return {
        "nav": {
            "desk": _("Desk"),
            "live": _("Live board"),
            "interactions": _("Interactions"),
            "work_orders": _("Work orders"),
        },
        "role": {
            "client_manager": _("Client manager"),
            "client_viewer": _("Client viewer"),
            "client_developer": _("Client developer"),
            "onboarding": _("Onboarding"),
            "supervisor": _("Supervisor"),
            "agent": _("Agent"),
            "quality": _("Quality"),
            "platform": _("Platform"),
        },
    }


def formulas(_: Gettext) -> dict[str, str]:
    """Service level variants as a sentence; the contract chooses one."""
    return {
        "SL1": _("answered within %(t)s s ÷ (answered + all abandoned)"),
        "SL2": _("answered within %(t)s s ÷ (answered + abandoned, short abandons left out)"),
        "SL3": _("answered within %(t)s s ÷ (answered + abandoned after %(t)s s)"),
        "SL4": _("(answered or abandoned within %(t)s s) ÷ (answered + all abandoned)"),
        "SL5": _("answered within %(t)s s ÷ answered"),
        "SL6": _(
            "(answered or abandoned within %(t)s s, short abandons left out) ÷ (answered + abandoned, short ones out)"
        ),
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
            "voicemail": _("Voicemail"),
            "end": _("End"),
        },
        "ended_by": {"contact": _("the contact"), "agent": _("the agent"), "system": _("the system")},
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


def live_words(_: Gettext) -> dict[str, str]:
    """Return what scripts say about the feed, on the board and on the desk."""
    return {
        "connecting": _("Connecting"),
        "live": _("Live"),
        "stale": _("Stale"),
        "disconnected": _("Disconnected"),
        "paused": _("Paused"),
        "as_of": _("as of %(time)s"),
        "age": _("%(seconds)s s ago"),
        "paused_at": _("Paused at %(time)s"),
        "frozen": _("No news since %(time)s. The figures below are from then."),
        "retry_in": _("Trying again in %(seconds)s s"),
        "retrying": _("Connecting again…"),
        "pause": _("Pause updates"),
        "resume": _("Resume"),
        "skew": _("This device's clock is off by %(seconds)s s; times shown are the server's."),
        "unknown": _("Not computable yet: nothing has been counted today."),
        "today": _("%(count)s today"),
        "waiting_now": _("%(waiting)s waiting, service level %(level)s, %(talking)s talking, %(down)s phones down"),
        "met": _("on target"),
        "missed": _("below target"),
        "over": _("over %(t)s s"),
        "critical": _("over 2 min"),
        "play": _("Play the recording of %(contact)s at %(time)s"),
        "chart_offered": _("Offered"),
        "chart_level": _("Service level"),
        "chart_target": _("Target %(target)s %%"),
        "chart_waiting": _("Waiting"),
        "sampled": _("sampled on this screen since %(time)s"),
        "ongoing": _("running"),
        "seen": _("%(seen)s of %(all)s seats"),
        "rented": _("of %(count)s rented"),
        "lost": _("%(lost)s, and %(short)s short"),
    }


def desk_words(_: Gettext) -> dict[str, str]:
    """Return what the desk's scripts say."""
    return {
        "phone_connecting": _("Phone: connecting"),
        "phone_ready": _("Phone ready"),
        "phone_lost": _("Phone not registered"),
        "phone_refused": _("Phone not registered: the phone server refused the password. Sign out and in again."),
        "phone_unreachable": _("Phone not registered: the phone server cannot be reached. Trying again."),
        "phone_elsewhere": _("The phone is in another tab"),
        "phone_busy_elsewhere": _("The other tab is in a call; the phone stays there until it ends."),
        "ready_without_phone": _("You are available, but your phone is not registered. No call can reach you."),
        "mic_denied": _("The browser blocks the microphone. Allow it in the address bar, then answer again."),
        "mic_missing": _("No microphone found. Plug one in, then answer again."),
        "ice_failed": _("No sound path to the phone server. Check the network or VPN."),
        "reloaded": _(
            "This page was reloaded during a call, so its sound is gone here. "
            "Hang up, or wait for the phone to ring back."
        ),
        "rejoined": _("The sound of your call is back."),
        "sound_locked": _("The browser keeps the ring silent until you click once on this page."),
        "incoming_title": _("Incoming call"),
        "waiting_phone": _("Answering: waiting for the phone to ring…"),
        "resolved": _("Work order %(number)s is resolved: %(resolution)s"),
        "failed": _("That did not work: %(reason)s. Try again."),
        "saved": _("Saved"),
        "escalated": _("Work order %(number)s created"),
        "mute": _("Mute"),
        "unmute": _("Unmute"),
        "no_resolution": _("no text"),
        "leave": _("You are in a call. Leaving this page ends its sound."),
    }


def vocabulary(_: Gettext, ngettext: Callable[[str, str, int], str]) -> dict[str, Any]:
    """All tables of one language."""
    return {
        "state": states(_),
        "reason": reasons(_),
        "outcome": outcomes(_),
        "formula": formulas(_),
        "live": live_words(_),
        "desk": desk_words(_),
        "chosen_reasons": CHOSEN_REASONS,
        "changes": {
            "one": ngettext("%(count)s change held back", "%(count)s changes held back", 1),
            "other": ngettext("%(count)s change held back", "%(count)s changes held back", 2),
        },
        **order_words(_),
        **people(_),
        **routing(_),
    }
