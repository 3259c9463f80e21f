"""The words of screens and tiles: their figures, pages and states, and what happened to them, for the audit."""

from __future__ import annotations

from typing import Any

from portal.sentences import Gettext


def wall_sentences(_: Gettext) -> dict[str, str]:
    """Return the sentence of each kind of fact; ``view`` is a word of :func:`wall_codes`."""
    return {
        "WallViewMade.true": _("%(name)s made %(view)s of the live board, “%(title)s”, until %(until)s."),
        "WallViewMade.false": _("%(name)s made %(view)s of the live board without an end, “%(title)s”."),
        "WallViewChanged.true": _("%(name)s gave %(view)s of the live board a new address: “%(title)s”."),
        "WallViewChanged.false": _("%(name)s changed what %(view)s of the live board shows: “%(title)s”."),
        "WallViewRevoked": _("%(name)s ended %(view)s of the live board: “%(title)s”."),
        "WallViewShown": _("The live board was shown by %(view)s, “%(title)s”, in the network %(network)s."),
    }


def wall_codes(_: Gettext) -> dict[str, dict[str, str]]:
    """Return the words of the kinds of views."""
    return {"view": {"screen": _("a screen"), "tile": _("a tile")}}


def figure_words(_: Gettext) -> dict[str, str]:
    """Return the name of each figure of ``live.core.key_figures``."""
    return {
        "service_level": _("Service level"),
        "arriving": _("Arriving"),
        "waiting": _("Waiting"),
        "longest_wait": _("Longest wait"),
        "offered": _("Offered"),
        "answered": _("Answered"),
        "abandoned": _("Lost"),
        "loss_rate": _("Loss rate"),
        "aht": _("AHT"),
        "occupancy": _("Occupancy"),
        "seats_staffed": _("Seats staffed"),
        "callbacks": _("Callbacks due"),
        "work_orders_open": _("Open work orders"),
    }


def page_words(_: Gettext) -> dict[str, str]:
    """Return the name of each page of a screen."""
    return {"figures": _("Key figures"), "queues": _("Queues"), "seats": _("Seats"), "tallies": _("Seats by state")}


def screen_words(_: Gettext) -> dict[str, Any]:
    """Return what a screen or a tile says by itself, for its script."""
    return {
        "figure": figure_words(_),
        "page": page_words(_),
        "as_of": _("as of %(time)s"),
        "next": _("next in %(seconds)s s"),
        "connecting": _("Connecting"),
        "stale": _("Not up to date: as of %(time)s"),
        "disconnected": _("No connection. What you see is of %(time)s"),
        "nothing": _("No connection yet"),
        "engine": _("The phone engine does not answer. What is shown may be late."),
        "waiting": _("waiting"),
        "longest": _("longest %(time)s"),
        "level": _("service level"),
        "red_wait": _("waits too long"),
        "red_level": _("below %(limit)s %%"),
        "of": _("of %(count)s"),
        "target": _("target %(target)s %%"),
        "missed": _("target %(target)s %% missed"),
        "left": _("%(time)s left"),
        "since": _("since %(time)s"),
        "over": _("%(time)s over"),
        "part": _("%(page)s, %(part)s of %(parts)s"),
        "today": _("%(count)s today"),
        "no_queues": _("No queues yet"),
        "no_seats": _("No seats rented yet"),
        "unknown": _("not computable yet"),
    }
