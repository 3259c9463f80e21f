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
            "answer": {"prompt": _("the prompt"), "flow": _("the flow")},
            "why": {
                "taken_back": _("taken back"),
                "time": _("its time was over"),
                "replaced": _("replaced by another"),
                "contract": _("the contract allows it no more"),
                "gone": _("what it was about is not there any more"),
            },
            "refused": _refused(_),
            "left": _("%(time)s left"),
            "forward": _("%(seconds)s s forward"),
            "back": _("%(seconds)s s back"),
            "began": _("%(client)s: %(what)s, by %(name)s"),
        }
    }


def _refused(_: Gettext) -> dict[str, str]:
    return {
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
        "PriorityMoved": _(
            "%(name)s moved %(scope)s %(target)s by %(seconds)s seconds of waiting until %(until_at)s: %(reason)s"
        ),
        "ControlEnded.true": _("%(name)s ended what was set for %(scope)s %(target)s (%(act)s): %(why)s."),
        "ControlEnded.false": _("What was set for %(scope)s %(target)s (%(act)s) ended: %(why)s."),
        "CallToPausedNumber": _("The number %(number)s was paused, so the caller heard %(answer)s."),
    }
