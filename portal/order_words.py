"""Words about work orders: what went wrong with one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from portal.orders.words import order_page_problems
from portal.settings.order_type_words import order_type_words

Gettext = Callable[[str], str]


def order_problems(_: Gettext) -> dict[str, str]:
    """Return what a person can do about each refusal of the work-order room, by its code."""
    return {
        "transition_not_allowed": _("Somebody else has moved this work order on. What you typed is kept below."),
        "transition_wrong_side": _("This step belongs to the other side. What you typed is kept below."),
        "change_wrong_side": _("This is the other side's to change. What you typed is kept below."),
        "work_order_over": _("This work order is over. Make a new one that follows it."),
        **order_page_problems(_),
        "moment_not_recorded": _("Nothing was recorded at that moment. Choose another one, or none."),
        "idempotency_key_reused": _(
            "It was sent once before you changed it: look under “Your work orders”."
            " Send it again only if it is not there."
        ),
        "duplicate_external_id": _("Another work order has this number of the other system already."),
    }


def order_form_words(_: Gettext) -> dict[str, Any]:
    """Return what the form of a new work order says: the desk's script fills it in."""
    return {
        "optional": _("(may stay empty)"),
        "needed": _("This is needed."),
        "wrong": _("Something is missing or not written as it has to be: see below."),
        "marked": _("Marked at %(time)s. The work order takes it along."),
        "marked_at": _("marked at %(time)s"),
        "now_at": _("now, %(time)s"),
        "kind": {
            "text": _("This is too long or holds a sign that cannot be kept."),
            "choice": _("Choose one of the list."),
            "date": _("Choose a date."),
            "number": _("A number such as 12 or 19.90."),
            "phone": _("A number with its country, such as +8613812345678."),
        },
    }


def order_tables(_: Gettext) -> dict[str, Any]:
    """Return what fields of work orders, and relations between them, are called."""
    return {
        "order_form": order_form_words(_),
        "order_kind": order_type_words(_)["order_kind"],
        "order_field": {
            "title": _("Title"),
            "description": _("Description"),
            "priority": _("Priority"),
            "severity": _("Severity"),
            "requested_resolution_at": _("Wanted by"),
            "expected_resolution_at": _("Expected by"),
            "auto_close_at": _("Closes by itself"),
            "channel": _("Asked for by way of"),
            "parties": _("Parties"),
            "related": _("What it is about"),
            "external_ref": _("Number elsewhere"),
            "relationships": _("Other work orders"),
            "custom": _("Own fields"),
            "assignment": _("Works on it"),
        },
        "order_channel": {
            "api": _("the client's system"),
            "desk": _("a call centre's seat"),
            "portal": _("the portal"),
        },
        "relation": {
            "supersedes": _("follows"),
            "superseded_by": _("is followed by"),
            "duplicates": _("is the same as an earlier one"),
            "duplicated_by": _("was raised again as"),
            "blocks": _("holds up"),
            "blocked_by": _("is held up by"),
            "causes": _("is the cause of"),
            "caused_by": _("comes from"),
            "relates_to": _("goes with"),
        },
    }
