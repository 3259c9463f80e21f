"""The words of databases and moves: kinds of place, states, steps."""

from __future__ import annotations

from typing import Any

from portal.sentences import Gettext


def placement_words(_: Gettext) -> dict[str, Any]:
    """Return the tables under ``words.placement``."""
    return {
        "placement": {
            "kind": {
                "shared": _("shared database"),
                "dedicated": _("its own database"),
                "on_premises": _("its own, on its premises"),
            },
            "state": {
                "open": _("in service"),
                "moving": _("closed for its move"),
                "behind": _("waits for its migration"),
                "away": _("does not answer"),
            },
            "step": {
                "preparing": _("Preparing the target"),
                "copying_ahead": _("Copying while everything runs"),
                "closing": _("Closing the client"),
                "copying": _("Copying and comparing the rest"),
                "switching": _("Switching"),
                "cleaning": _("Emptying the old place"),
                "done": _("Done"),
            },
        }
    }
