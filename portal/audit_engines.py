"""The part of the audit's sentences that is about phone engines and what they could not do."""

from __future__ import annotations

from portal.sentences import Gettext


def codes(_: Gettext) -> dict[str, dict[str, str]]:
    """Return the words of codes, by field."""
    return {
        "answer": {
            "congestion": _("nothing: its carrier may try elsewhere"),
            "busy": _("the busy tone"),
            "prompt": _("an announcement"),
            "flow": _("another menu"),
        },
        "limit": {
            "drained": _("a telephone system that is being emptied"),
            "engine": _("the telephone system"),
            "tenant": _("the contract"),
            "trunk": _("the line"),
        },
        "hold": {
            "desk": _("put on hold at the desk"),
            "phone": _("put on hold by the agent's phone"),
            "contact": _("put on hold by the contact's phone"),
            "lost": _("the agent's phone is gone"),
        },
        "engine_change": {
            "lost": _("is lost"),
            "back": _("is back"),
            "drained": _("takes no new calls"),
            "undrained": _("takes calls again"),
            "empty": _("has no calls left"),
            "given_up": _("is given up, its calls have ended"),
        },
        "what": _repaired(_),
    }


def _repaired(_: Gettext) -> dict[str, str]:
    return {
        "leg_gone": _("a call in which somebody was who is not there any more"),
        "leg_unknown": _("a line that belonged to no call"),
        "call_unknown": _("a call in the telephone system that nobody knew"),
        "recording_open": _("a recording that went on without a call"),
        "agent_stuck": _("an agent who seemed to work on nothing"),
        "row_open": _("a conversation that was long over"),
        "agent_row": _("an agent's state that was shown wrongly"),
        "board_row": _("a conversation on the board that was over"),
        "leg_astray": _("somebody in a conversation who was not connected to it"),
        "recording_gone": _("a recording that was shown and not made"),
        "phone_wrong": _("a phone that was shown as ready or away wrongly"),
        "unrouted": _("somebody who would have waited for nobody"),
        "overdue": _("a contact who rang or waited longer than allowed"),
    }


def sentences(_: Gettext) -> dict[str, str]:
    """Return the sentence of every kind of fact."""
    return {
        "EngineLost": _("The phone engine cannot be reached."),
        "EngineBack": _("The phone engine is back."),
        "PhoneEngineChanged": _("The telephone system “%(node)s” changed: %(change)s. %(reason)s"),
        "DiscrepancyRepaired": _("The centre compared its records and put right what did not agree: %(what)s."),
        "ArrivalLimited": _(
            "A call to %(number)s was one too many for this moment, by the limit of %(limit)s. It got %(answer)s."
        ),
    }
