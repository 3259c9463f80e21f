"""The words of the board of the past: its bar of time, what happened there, and the fact that somebody looked."""

from __future__ import annotations

from typing import Any

from portal.sentences import Gettext


def rewind_sentences(_: Gettext) -> dict[str, str]:
    """Return the sentence of the audit."""
    return {
        "BoardRewound": _("Saw the live board as it was from %(since_at)s to %(until_at)s."),
    }


def rewind_problems(_: Gettext) -> dict[str, str]:
    """Return why a moment cannot be shown."""
    return {
        "moment_gone": _("The journal begins later than this moment."),
        "past_not_ready": _("This time is being prepared. Try again in some minutes."),
    }


def rewind_words(_: Gettext) -> dict[str, Any]:
    """Return what the bar of time says; ``%(time)s`` and the like are filled in by the page."""
    return {
        "kind": {
            "level_missed": _("Service level fell below the target"),
            "waits_long": _("A contact waits beyond your limit"),
            "abandoned": _("A contact left"),
            "alert_raised": _("An alert of yours"),
            "help_asked": _("An agent asks for help"),
            "phone_lost": _("A phone was lost"),
            "desk_lost": _("A desk was not reached"),
            "line_down": _("A line failed"),
            "engine_lost": _("The phone engine was lost"),
        },
        "group": {
            "all": _("Everything that happened"),
            "breach": _("Breaches"),
            "abandonment": _("Abandonments"),
            "alarm": _("Alarms"),
        },
        "problem": {**rewind_problems(_), "other": _("The board of this moment cannot be shown.")},
        "steps": {"1": _("1 s"), "60": _("1 min"), "900": _("15 min")},
        "pill": _("Past"),
        "playing": _("Playing at %(speed)s×"),
        "standing": _("Standing still"),
        "no_next": _("Nothing of this kind happened later."),
        "no_previous": _("Nothing of this kind happened earlier."),
        "copied": _("Link copied: it opens this second."),
        "not_copied": _("The browser does not let this page copy. Take the address from its bar."),
        "play": _("Play"),
        "pause": _("Pause"),
        "now": _("The past has reached the present: the live board goes on."),
        "quarter": _("%(time)s: %(offered)s offered, service level %(level)s, at most %(waiting)s waiting"),
        "more": _("%(count)s more are not drawn."),
        "no_marks": _("Nothing happened that is marked here."),
        "not_drawn": _("This day cannot be drawn. Reload the page to try again."),
    }
