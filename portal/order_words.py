"""Words about work orders: what went wrong with one."""

from __future__ import annotations

from collections.abc import Callable

Gettext = Callable[[str], str]


def order_problems(_: Gettext) -> dict[str, str]:
    """Return what a person can do about each refusal of the work-order room, by its code."""
    return {
        "transition_not_allowed": _("Somebody else has moved this work order on. What you typed is kept below."),
        "transition_wrong_side": _("This step belongs to the other side. What you typed is kept below."),
        "change_wrong_side": _("This is the other side's to change. What you typed is kept below."),
        "work_order_over": _("This work order is over. Make a new one that follows it."),
        "duplicate_external_id": _("Another work order has this number of the other system already."),
    }
