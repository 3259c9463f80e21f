"""The words of staff access: durations, origins, states, refusals."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from portal.sentences import Gettext


def access_words(_: Gettext) -> dict[str, Any]:
    """Return the tables under ``words.staff``."""
    return {
        "staff": {
            "duration": {
                None: "—",
                30: _("30 minutes"),
                60: _("1 hour"),
                240: _("4 hours"),
                480: _("8 hours"),
                1440: _("1 day"),
                4320: _("3 days"),
                10080: _("7 days"),
            },
            "kind": {"standing": _("standing"), "asked": _("asked for"), "break_glass": _("break-glass")},
            "origin": {
                "": "—",
                "centre file": _("the call centre's staff list"),
                "policy": _("your settings"),
                "lapsed": _("nobody answered in 24 hours"),
            },
            "state": {
                "asked": _("waiting for the client"),
                "lapsed": _("not answered"),
                "refused": _("refused"),
                "in_force": _("allowed"),
                "expired": _("over"),
                "ended": _("ended"),
            },
            "why_left": {
                "ended": _("the access ended"),
                "signed_out": _("signed out or went elsewhere"),
                "idle": _("no activity"),
            },
            "error": access_errors(_),
        }
    }


def access_errors(_: Gettext) -> dict[str, str]:
    """Return what a refusal means, by its code."""
    return {
        "not_your_role": _("Your own role does not reach this role, or not for so long."),
        "reason_not_clear": _(
            "Give the client's code and a reason of 10 to 300 characters, without invisible characters."
        ),
        "asked_already": _("You have asked for this client already; wait for its answer, or give it up."),
        "decided_already": _("This request or access is no longer open: somebody answered, or it has ended."),
        "not_for_staff": _("Only the client's own people decide this."),
    }


def reveal_words(_: Gettext, ngettext: Callable[[str, str, int], str]) -> dict[str, Any]:
    """Return what the dialog says that shows a whole number."""
    return {
        "left": {
            "one": ngettext("%(count)s more number within this hour", "%(count)s more numbers within this hour", 1),
            "other": ngettext("%(count)s more number within this hour", "%(count)s more numbers within this hour", 2),
        },
        "none_left": _("No more numbers within this hour"),
        "hidden_in": _("Hidden again in %(seconds)s s."),
        "failed": _("This did not work. Nothing was changed."),
    }


def reveal_problems(_: Gettext) -> dict[str, str]:
    """Return why a whole number is not shown, by the refusal's code."""
    return {
        "reveal_off": _("This client does not allow whole numbers to be shown."),
        "not_in_conversation": _("A whole number is shown only while the conversation goes on."),
        "reveal_quota": _("You have seen as many whole numbers as this client allows within an hour."),
        "reason_not_clear": _("Give a reason of 10 to 300 characters, without invisible characters."),
    }
