"""What became of an interaction, where a running one is, and why one left a queue: words by code."""

from __future__ import annotations

from portal.callback_words import TASK_OUTCOMES, task_outcomes
from portal.sentences import Gettext

OUTCOMES = ("answered", "abandoned", "voicemail", "left_in_flow", "number_paused", "system_failure", *TASK_OUTCOMES)
"""What can have become of an interaction: the choices of the list's filter (interactions.core.record)."""


def outcomes(_: Gettext) -> dict[str, str]:
    """Return what became of an interaction, where a running one is, and why one left a queue."""
    return {
        "answered": _("Answered"),
        "abandoned": _("Abandoned"),
        "left_early": _("Left before a queue"),
        "voicemail": _("Voicemail"),
        "left_in_flow": _("Ended in the flow"),
        "number_paused": _("Number was paused"),
        "system_failure": _("System failure"),
        "in_flow": _("In the flow"),
        "handed_over": _("With somebody outside"),
        "queued": _("Waiting"),
        "waiting": _("Waiting"),
        "offered": _("Ringing"),
        "ringing": _("Ringing"),
        "talking": _("Talking"),
        "wrapping_up": _("Wrap-up"),
        "ended": _("Ended"),
        "timeout": _("Timed out"),
        "closed": _("Closed hours"),
        "no_agents": _("No agents"),
        **task_outcomes(_),
    }
