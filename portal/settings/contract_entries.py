"""From a form to what was agreed with a client about its own control and its view of agents' desks. Pure.

The rest of the contract (service level, formulas, admission) stays as it is; what is wrong stays as typed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from portal.settings.fields import Fields

ACTS = ("hours", "pause_numbers")
"""Acts that are allowed or not, without a bound of their own."""
ASKS = ("message_supervisors", "message_seats", "ask_listening")
ONLY = {
    "hours": ("calendars", "queues", "numbers"), "pause_numbers": ("numbers",), "priority": ("queues",),
    "announcements": ("queues", "numbers", "flows"), "message_seats": ("queues",), "ask_listening": ("queues",),
}  # fmt: skip
"""What may be about some things only, and the sections of a blueprint that have them."""
ROLES = ("client_manager", "client_viewer", "client_system")
VIEWERS = ("client_manager", "client_viewer", "supervisor", "quality")
VIEWS = ("off", "live", "live_and_stored")


def contract(fields: Fields) -> dict[str, Any]:
    """Read the parts of the contract that have a form."""
    return {
        "controls": _controls(fields.under("controls")),
        "desktop": _desktop(fields.under("desktop")),
        "client_listens": fields.has("client_listens"),
        "attachment_mb": fields.whole("attachment_mb"),
    }


def _controls(fields: Fields) -> dict[str, Any]:
    bounds = fields.under("priority")
    return {
        "roles": [role for role in ROLES if fields.has(f"roles/{role}")],
        "longest_min": fields.whole("longest_min"),
        "announcements": fields.whole("announcements"),
        "priority": {name: bounds.whole(name) for name in ("lowest_s", "highest_s", "step_s")},
        **{name: fields.has(name) for name in (*ACTS, *ASKS)},
        "only": {name: _named(fields.under(f"only/{name}"), sections) for name, sections in ONLY.items()},
    }


def _named(fields: Fields, sections: Sequence[str]) -> dict[str, list[str]] | None:
    """Return what is ticked, by section; None: an act may be about all."""
    if fields.text("which") != "named":
        return None
    return {section: fields.keys(section) for section in sections}


def _desktop(fields: Fields) -> dict[str, Any]:
    return {
        "view": fields.text("view"),
        "viewers": [role for role in VIEWERS if fields.has(f"viewers/{role}")],
        "consent": fields.has("consent"),
        "told": fields.has("told"),
    }
