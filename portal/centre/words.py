"""The words of the back office: steps of the wizard, shapes of a flow, prompts, states of a client, formulas."""

from __future__ import annotations

from typing import Any

from portal.sentences import Gettext


def centre_words(_: Gettext) -> dict[str, Any]:
    """Return the tables of the back office's pages."""
    return {
        "step": {
            "company": _("Company"),
            "numbers": _("Numbers"),
            "hours": _("Hours"),
            "queues": _("Queues and skills"),
            "ivr": _("Greeting and menu"),
            "seats": _("Seats and agents"),
            "people": _("People"),
            "policies": _("Recording and protection"),
            "review": _("Review"),
        },
        "shape": {
            "keep": {"name": _("As in the file"), "sentence": _("The flows that this onboarding began with.")},
            "queue": {"name": _("Straight to a queue"), "sentence": _("A welcome, then the next free agent.")},
            "menu": {"name": _("A menu"), "sentence": _("Up to six keys, each leading to a queue.")},
            "hours": {
                "name": _("Hours, a menu, a mailbox"),
                "sentence": _("Outside the hours, and when nobody is free, contacts leave a message."),
            },
        },
        "wording": {
            "welcome": _("Welcome"),
            "menu": _("Menu"),
            "hold": _("While waiting"),
            "closed": _("Outside the hours"),
            "message": _("Nobody is free: leave a message"),
            "sorry": _("Nobody is free: call again"),
        },
        "client_state": {
            "active": _("active"),
            "suspended": _("suspended"),
            "moving": _("moving"),
            "erased": _("erased"),
        },
        "formula_choice": formula_choice(_),
    }


def formula_choice(_: Gettext) -> dict[str, str]:
    """Return the formulas of a service level, as short as a choice needs them."""
    return {
        "SL1": _("answered in time ÷ answered and all abandoned"),
        "SL2": _("answered in time ÷ answered and abandoned, short ones left out"),
        "SL3": _("answered in time ÷ answered and abandoned after the threshold"),
        "SL4": _("answered or abandoned in time ÷ answered and all abandoned"),
        "SL5": _("answered in time ÷ answered"),
        "SL6": _("answered or abandoned in time ÷ both, short ones left out"),
    }
