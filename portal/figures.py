"""Every figure that a page shows: what it says, how it is counted, and since when (metrics.md of the design)."""

from __future__ import annotations

from dataclasses import dataclass

from portal.sentences import Gettext


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of the help: ``says`` in words, ``formula`` as it is computed, ``when``: this moment or today."""

    key: str
    name: str
    says: str
    formula: str
    when: str


def figures(_: Gettext) -> tuple[Figure, ...]:
    """Return the figures of boards, homes and wallboards, in the order in which a board shows them."""
    return (*_contract(_), *_moment(_), *_today(_), *_seats(_), *_work(_))


def _contract(_: Gettext) -> tuple[Figure, ...]:
    today, half = _("today, by the moment of queueing"), _("the last 30 minutes, by the moment of queueing")
    rounded = _(
        "The target is met when the exact counts reach it, never by rounding. Without a call there is no level."
    )
    return (
        Figure("level", _("Service level"), f"{_('How many contacts were answered in time.')} {rounded}",
               _("the variant that your contract names, see the table below"), today),
        Figure("level_30", _("Service level, last 30 minutes"), _("The same formula over the last half hour: how it goes now."),
               _("as the service level"), half),
    )  # fmt: skip


def _moment(_: Gettext) -> tuple[Figure, ...]:
    now = _("this moment")
    return (
        Figure("arriving", _("Arriving"), _("Contacts in the flow who have not reached a queue yet."),
               _("interactions in the flow"), now),
        Figure("waiting", _("Waiting"), _("Contacts in a queue whom no agent has answered yet; ringing is still waiting."),
               _("interactions in a queue or ringing"), now),
        Figure("longest", _("Longest wait"), _("How long the contact who waits longest has been in its queue."),
               _("now − the moment of queueing of the first in any queue"), now),
    )  # fmt: skip


def _today(_: Gettext) -> tuple[Figure, ...]:
    today = _("today, by the moment of queueing")
    return (
        Figure("offered", _("Offered"), _("Contacts who reached a queue while it was open. Who ends in the flow is not offered."),
               _("answered + abandoned + short abandons + others who left the queue + waiting"), today),
        Figure("answered", _("Answered"), _("Contacts who were connected with an agent; a transfer is no second one."),
               _("interactions with a first connection"), today),
        Figure("abandoned", _("Loss rate"), _("Contacts who left while they waited or while an agent's phone rang. Who left within the short time of the contract is counted apart."),
               _("abandoned ÷ (answered + abandoned), short abandons in neither"), today),
        Figure("wait", _("Average wait"), _("How long those who were answered had waited. Who left is not in it."),
               _("sum of waits of answered ÷ answered"), today),
        Figure("aht", _("AHT"), _("Average handle time of conversations whose wrap-up is done."),
               _("(talk + hold + wrap-up) ÷ handled"), today),
    )  # fmt: skip


def _seats(_: Gettext) -> tuple[Figure, ...]:
    return (
        Figure("staffed", _("Seats staffed"), _("Seats whose agent is signed in, of the seats that you rent. All rented seats are on the board, staffed or not."),
               _("rented seats whose agent is not offline"), _("this moment")),
        Figure("occupancy", _("Occupancy"), _("How much of their time agents worked on conversations instead of waiting for one. Ringing and breaks count on neither side."),
               _("(talk + hold + wrap-up) ÷ (talk + hold + wrap-up + available)"), _("today")),
        Figure("state", _("State of a seat"), _("The worst of what is known: an agent who is available at a phone that no call can reach is “phone down”."),
               _("the worst of the agent's state, the phone's registration and its heartbeat"), _("this moment")),
    )  # fmt: skip


def _work(_: Gettext) -> tuple[Figure, ...]:
    return (
        Figure("callbacks", _("Callbacks due"), _("Work in which nobody waits on the line: callbacks, messages and missed contacts that nobody has dealt with. Counted in no service level."),
               _("open tasks; overdue when their time is over"), _("this moment")),
        Figure("orders", _("Work orders"), _("What the seats could not solve and nobody has closed yet, in both directions."),
               _("work orders that are not resolved, closed, rejected or cancelled"), _("this moment")),
    )  # fmt: skip


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
        (_("On a recording"), (
            ("Space", _("Play and pause")), ("j", _("5 seconds back")), ("k", _("5 seconds on")), ("[ ]", _("Slower, faster")),
        )),
    )  # fmt: skip
