"""What is said about the view of agents' desks: at the desk, on the client's pages, in the audit."""

from __future__ import annotations

from typing import Any

from portal.sentences import Gettext


def desk_view_words(_: Gettext) -> dict[str, str]:
    """Return what the desk tells the agent."""
    return {
        "view_may": _("The client may see this screen during this conversation, and nobody does now."),
        "view_stored": _("The client sees this screen: it is kept with the recording of this conversation."),
        "viewed_now": _("The client sees this screen now: %(count)s watching."),
        "viewed_by": _("The client sees this screen now: %(names)s"),
        "view_ask": _(
            "%(client)s would like to see this screen during its conversations. You have not said yes or no."
        ),
        "view_agreed": _("Agreed for this shift."),
        "view_declined": _("Declined for this shift: the client sees nothing."),
        "view_open": _("Not answered yet: the client sees nothing until you agree."),
        "view_failed": _("That was not saved. Try again."),
    }


def desktop_words(_: Gettext) -> dict[str, dict[str, Any]]:
    """Return what the client's pages say of a desk."""
    return {
        "desktop": {
            "connecting": _("Connecting…"),
            "waiting": _("Waiting for the desk: its page has not answered yet."),
            "idle": _("No conversation of yours is on this desk now. The picture begins with the next one."),
            "not_agreed": _("The agent has not agreed to be seen in this shift."),
            "paused": _("Paused: card data is being given. Nothing leaves the agent's browser."),
            "withheld": _("Your company has switched this view off for these conversations."),
            "denied": _("You may not see this desk any more."),
            "lost": _("The connection is lost. Trying again."),
            "live": "",
            "signs": {
                "connecting": _("connecting"),
                "waiting": _("waiting"),
                "idle": _("nothing to see"),
                "not_agreed": _("not agreed"),
                "paused": _("paused"),
                "withheld": _("switched off"),
                "denied": _("closed"),
                "lost": _("disconnected"),
                "live": _("live"),
            },
            "gap": {
                "card_data": _("Left out here: card data was given."),
                "slow_line": _("Missing here: the agent's line was too slow for the picture."),
                "line_lost": _("Missing here: the agent's browser had no connection."),
            },
            "before": _("The desk's picture begins later."),
            "after": _("The desk's picture has ended."),
            "at": _("%(time)s into the picture"),
            "failed": _("The picture could not be read. Try again."),
            "nothing": _("Nothing was kept."),
        }
    }


def desktop_labels(_: Gettext) -> dict[str, str]:
    """Return what the fields of the contract about desks are called."""
    return {
        "desktop": _("The agents' desks"),
        "view": _("What the client sees of them"),
        "viewers": _("Who may see them"),
        "consent": _("Agents are asked first"),
    }


def desktop_sentences(_: Gettext) -> dict[str, str]:
    """Return the sentence of each kind of fact about desks."""
    return {
        "DesktopConsentGiven.true": _(
            "%(agent_id)s agreed that you see its desk in your conversations, for this shift."
        ),
        "DesktopConsentGiven.false": _("%(agent_id)s did not agree that you see its desk, for this shift."),
        "DesktopViewed.true": _("Saw the desk of %(agent_id)s as it happened."),
        "DesktopViewed.false": _("Looked at what was on the desk of %(agent_id)s."),
        "DesktopSwitched.true": _("%(name)s switched the view of agents' desks off in all conversations."),
        "DesktopSwitched.false": _(
            "%(name)s changed where the view of agents' desks is switched off. Queues in which it is off now: %(off)s."
        ),
        "DesktopRecorded": _("The desk of %(agent_id)s was kept: %(duration_ms)s."),
    }
