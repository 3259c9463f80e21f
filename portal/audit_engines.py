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
            "engine": _("the telephone system"),
            "tenant": _("the contract"),
        },
    }


def sentences(_: Gettext) -> dict[str, str]:
    """Return the sentence of every kind of fact."""
    return {
        "EngineLost": _("The phone engine cannot be reached."),
        "EngineBack": _("The phone engine is back."),
        "ArrivalLimited": _(
            "A call to %(number)s was one too many for this moment, by the limit of %(limit)s. It got %(answer)s."
        ),
    }
