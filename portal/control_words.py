"""The words of what a client changes itself while its centre runs: its page, refusals, and sentences for the audit."""

from __future__ import annotations

from typing import Any

from portal.sentences import Gettext


def control_words(_: Gettext) -> dict[str, Any]:
    """Return the table under ``words.control``."""
    return {
        "control": {
            "act": {
                "hours": _("Opening hours"),
                "pause": _("Paused number"),
                "announcement": _("Announcement"),
                "priority": _("Priority"),
            },
            "scope": {
                "calendar": _("the calendar"),
                "queue": _("the queue"),
                "number": _("the number"),
                "flow": _("the flow"),
            },
            "opening": {"open": _("open"), "closed": _("closed")},
            "number": {
                "as_set": _("as set up"),
                "paused": _("paused"),
                "who": _("%(what)s, %(name)s since %(time)s, %(left)s left"),
            },
            "answer": {"prompt": _("the prompt"), "flow": _("the flow")},
            "why": {
                "taken_back": _("taken back"),
                "time": _("its time was over"),
                "replaced": _("replaced by another"),
                "contract": _("the contract allows it no more"),
                "gone": _("what it was about is not there any more"),
            },
            "refused": _refused(_),
            "forward": _("%(seconds)s s forward"),
            "back": _("%(seconds)s s back"),
            **_asks(_),
        }
    }


def _asks(_: Gettext) -> dict[str, Any]:
    return {
        "decision": {
            "granted": _("granted"),
            "declined": _("declined"),
            "expired": _("nobody decided in time"),
        },
        "wants_to_hear": _("asks to listen: %(about)s"),
        "to_hear": _("Listen to %(about)s"),
        "writes": _("writes to you"),
        "supervisors": _("The supervisors"),
        "waits": _("waits"),
        "answered": _("answered"),
        "read": _("read"),
        "sent": _("sent"),
        "open": _("%(count)s open"),
    }


def _refused(_: Gettext) -> dict[str, str]:
    return {
        "ask_decided": _("This has been decided already, or its time is over."),
        "nobody_to_hear": _("There is no conversation to hear just now."),
        "not_agreed": _("Your contract does not allow this, or not to you."),
        "beyond_agreed": _("This is more than your contract allows: longer, further, or one too many."),
        "control_in_force": _("Something else is in force about the same. Take it back, or replace it."),
        "control_changed": _("Somebody else has changed this meanwhile. Look again before you decide."),
        "control_not_clear": _("This cannot be so: no reason, an end that has passed, or a language without a text."),
    }


def control_sentences(_: Gettext) -> dict[str, str]:
    """Return the sentence of each kind of fact."""
    return {
        "HoursOverridden": _("%(name)s set %(scope)s %(target)s to %(opening)s until %(until_at)s: %(reason)s"),
        "NumberPaused": _(
            "%(name)s paused the number %(target)s until %(until_at)s, callers hear %(answer)s %(code)s: %(reason)s"
        ),
        "AnnouncementPublished": _(
            "%(name)s announces “%(text)s” for %(scope)s %(target)s until %(until_at)s: %(reason)s"
        ),
        "AnnouncementHeard": _("The contact heard the client's announcement."),
        "PriorityMoved": _(
            "%(name)s moved %(scope)s %(target)s by %(seconds)s seconds of waiting until %(until_at)s: %(reason)s"
        ),
        "ControlEnded.true": _("%(name)s ended what was set for %(scope)s %(target)s (%(act)s): %(why)s."),
        "ControlEnded.false": _("What was set for %(scope)s %(target)s (%(act)s) ended: %(why)s."),
        "SupervisorMessaged": _("%(name)s wrote to the supervisors."),
        "SupervisorMessageRead": _("%(name)s has seen a message of the client after %(after_ms)s."),
        "SupervisorMessageAnswered": _("%(name)s answered a message of the client after %(after_ms)s."),
        "ListeningAsked": _("%(name)s asks to listen to a conversation: %(reason)s"),
        "ListeningDecided.true": _("The request to listen: %(name)s decided “%(decision)s”: %(reason)s"),
        "ListeningDecided.false": _("The request to listen was decided by nobody in time."),
        "CallToPausedNumber": _("The number %(number)s was paused, so the caller heard %(answer)s."),
    }
