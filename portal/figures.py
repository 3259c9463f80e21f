"""Every figure that a page shows: what it says, how it is counted, and since when (metrics.md of the design)."""

from __future__ import annotations

from dataclasses import dataclass

from portal import live_words
from portal.sentences import Gettext


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of the help: ``says`` in words with its base, ``formula`` as it is computed, ``when``: over which time."""

    key: str
    name: str
    says: str
    formula: str
    when: str


def figures(_: Gettext) -> tuple[Figure, ...]:
    """Return the figures of boards, homes and wallboards, in the order in which a board shows them."""
    names, says = live_words.figures(_), live_words.definitions(_)
    kept = tuple(Figure(key, names[key], says[key], formula, when) for key, (formula, when) in _formulas(_).items())
    state = Figure(
        "state", _("State of a seat"),
        _("The worst of what is known: an agent who is available at a phone that no call can reach is “phone down”."),
        _("the worst of the agent's state, the phone's registration and its heartbeat"), _("this moment"),
    )  # fmt: skip
    return (*kept, state)


def _formulas(_: Gettext) -> dict[str, tuple[str, str]]:
    """Return the formula of each figure and the time over which it is counted, by the keys of ``live.core.measures``."""
    now, today, half = (
        _("this moment"),
        _("today, by the moment of queueing"),
        _("the last 30 minutes, by the moment of queueing"),
    )
    contract = _("the variant that your contract names, see the table below")
    return {
        "level": (contract, today),
        "level_now": (contract, half),
        "arriving": (_("interactions in the flow"), now),
        "arrived": (_("calls to your numbers"), _("the last 5 minutes")),
        "waiting": (_("interactions in a queue or ringing"), now),
        "longest": (_("now − the moment of queueing of the first in any queue"), now),
        "offered": (_("answered + abandoned + short abandons + others who left the queue + waiting"), today),
        "answered": (_("interactions with a first connection"), today),
        "abandoned": (_("abandoned ÷ (answered + abandoned), short abandons in neither"), today),
        "aht": (_("(talk + hold + wrap-up) ÷ handled"), today),
        "occupancy": (_("(talk + hold + wrap-up) ÷ (talk + hold + wrap-up + available)"), _("today")),
        "staffed": (_("rented seats whose agent is not offline"), now),
        "rented": (_("seats of your contract"), now),
        "callbacks": (_("open callbacks whose time has come"), now),
        "callbacks_open": (_("open callbacks"), now),
        "dequeued": (_("stays that ended with leaving the queue for the flow"), today),
        "work_orders": (_("work orders that are not resolved, closed, rejected or cancelled"), now),
    }


def shortcuts(_: Gettext) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    """Return the keys of the pages, in groups: where they work, then key and what it does."""
    return (
        (_("Everywhere"), (
            ("Ctrl K", _("Find a page, a figure, a conversation, a work order")), ("/", _("Jump to the filter")),
            ("?", _("Show these keys")), ("g h", _("Home")), ("g s", _("Live board")), ("g r", _("Interactions")),
            ("g w", _("Work orders")), ("g f", _("Floor")), ("g e", _("Settings")), ("Esc", _("Close what is open")),
        )),
        (_("On the live board"), (
            ("↑ ↓ ← →", _("Move between the seats")), ("Enter", _("Open the seat")), ("p", _("Pause and resume")),
            ("f", _("Full screen")),
        )),
        (_("On the list of interactions"), (
            ("↓ ↑", _("From the search to the rows, and between them")), ("Enter", _("Open the conversation")),
        )),
        (_("On a recording"), (
            ("Space", _("Play and pause")), ("j", _("5 seconds back")), ("k", _("5 seconds on")), ("[ ]", _("Slower, faster")),
            ("c", _("Comment on this second")), ("l", _("Copy a link to this second")),
        )),
    )  # fmt: skip
