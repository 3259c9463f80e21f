"""What the live board says of its figures, its seats and its filters, to pages and to their scripts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Gettext = Callable[[str], str]


def figures(_: Gettext) -> dict[str, str]:
    """Return the name of each figure; the keys are those of ``live.core.measures``."""
    return {
        "arriving": _("Arriving"), "arrived": _("Arrived"), "waiting": _("Waiting"), "longest": _("Longest wait"),
        "offered": _("Offered"), "answered": _("Answered"), "abandoned": _("Lost"), "level": _("Service level"),
        "level_now": _("Service level now"), "aht": _("AHT"), "occupancy": _("Occupancy"),
        "staffed": _("Seats on"), "rented": _("Seats rented"), "callbacks": _("Callbacks due"),
        "callbacks_open": _("Callbacks promised"), "dequeued": _("Left for elsewhere"), "work_orders": _("Work orders open"),
    }  # fmt: skip


def definitions(_: Gettext) -> dict[str, str]:
    """Return how each figure is counted, with its exact base."""
    return {
        "arriving": _("Contacts who are in the flow now, before a queue or after one."),
        "arrived": _("Contacts who called one of your numbers in this minute and the four before it."),
        "waiting": _("Interactions in a queue that no agent has answered yet, ringing ones included."),
        "longest": _("How long the interaction that waits longest has been in its queue."),
        "offered": _("Interactions that entered a queue while it was open. What ends in the flow before a queue is not offered."),
        "answered": _("Interactions whose contact was connected with an agent. Ringing is not answered. Base: those first queued today."),
        "abandoned": _("abandoned ÷ (answered + abandoned). Short abandons are left out above and below the line. Base: interactions first queued today."),
        "level": _("By the contract's formula. Base: interactions first queued today that were answered or abandoned, as the formula says."),
        "level_now": _("The same formula over the interactions first queued in this minute and the 29 before it; provisional while some of them wait."),
        "aht": _("(talk + hold + wrap-up) ÷ handled. Base: what agents finished today of interactions first queued today, wrap-up done."),
        "occupancy": _("(talk + hold + wrap-up) ÷ (talk + hold + wrap-up + available). Base: today's time of the seats that you rent. Ringing and breaks are in neither."),
        "staffed": _("Seats whose agent is signed in, of the seats that you rent."),
        "rented": _("Every seat that you rent, staffed or not."),
        "callbacks": _("Callbacks whose promised time has come and that are in nobody's hands yet."),
        "callbacks_open": _("Callbacks that are in nobody's hands yet, due or not."),
        "dequeued": _("Stays in a queue that began today and ended without an agent and without hanging up: overflow, a callback, a message."),
        "work_orders": _("Work orders that are neither resolved nor closed, rejected or cancelled."),
    }  # fmt: skip


def desk_page_words(_: Gettext) -> dict[str, str]:
    """Return what a seat says of its agent's page."""
    return {
        "since": _("since %(time)s"),
        "desk_lost": _("not reached since %(time)s"),
        "desk_reached": _("no trouble known"),
    }


def reasons_unknown(_: Gettext) -> dict[str, str]:
    """Return why a figure cannot be computed."""
    return {
        "level": _("Nothing was answered or abandoned today yet."),
        "level_now": _("Nothing was answered or abandoned in the last 30 minutes."),
        "abandoned": _("Nothing was answered or abandoned today yet."),
        "aht": _("No interaction has been finished today yet."),
        "occupancy": _("No seat was available or in conversation today yet."),
    }


def board_words(_: Gettext) -> dict[str, Any]:
    """Return the vocabulary of the board."""
    return {
        "figure": figures(_),
        "figure_says": definitions(_),
        "figure_unknown": reasons_unknown(_),
        "seat_kind": {"dedicated": _("dedicated"), "shared": _("shared")},
        "board": {
            "limit": _("Too long from %(t)s s on: the client's own limit at this second."),
            "limit_untold": _(
                "Too long from %(t)s s on: what every client begins with. No fact of this time says the client's own limit."
            ),
            "moved": _("as of %(time)s, fact %(seq)s, %(age)s ago"),
            "unmoved": _("no fact bears on it yet"),
            "last_minutes": _("%(count)s in the last 5 minutes"),
            "of_promised": _("of %(count)s promised"),
            "level_now": _("last 30 min: %(level)s"),
            "here": _("%(count)s of %(rented)s rented seats are on this page"),
            "not_here": _("Only %(count)s of %(rented)s rented seats are on this page. Reload it; if that does not help, tell the call centre."),
            "matching": _("%(count)s match the filter"),
            "waits": {"waiting": _("Waiting"), "ringing": _("Ringing")},
            "no_queue": _("no queue now"),
            "missed": _("missed"),
            "as_table": _("As a table"),
            "as_tiles": _("As tiles"),
            "failed": _("That did not work. Try again."),
            "loading": _("Loading…"),
            "nothing_today": _("Nothing today yet."),
            "none_then": _("No interaction yet at this second."),
        },
    }  # fmt: skip
