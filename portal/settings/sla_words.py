"""Time limits of work orders in words: which orders a policy is about, and what it promises."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from portal.clock_words import clock_words
from portal.sentences import Gettext
from workorders.core.agreed import AGREED

Words = Mapping[str, Mapping[str, str]]


def sla_words(_: Gettext) -> dict[str, dict[str, str]]:
    """Return the tables that these words need."""
    return {
        **clock_words(_),
        "priority": {"critical": _("Critical"), "high": _("High"), "medium": _("Medium"), "low": _("Low")},
        "sla": {
            "minutes": _("%(count)s min"),
            "any": _("every work order"),
            "hours": _("in the hours “%(name)s”"),
            "always": _("around the clock"),
        },
    }


def described(words: Words, policies: list[Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    """Yield each policy as its code and what it says."""
    for policy in policies:
        about = [policy["connection"], policy["type"], words["priority"].get(policy["priority"] or "")]
        limits = [
            f"{words['metric'][metric]} {words['sla']['minutes'] % {'count': policy[f'{metric}_min']}}"
            for metric in AGREED
            if policy[f"{metric}_min"] is not None
        ]
        hours = words["sla"]["hours"] % {"name": policy["calendar"]} if policy["calendar"] else words["sla"]["always"]
        which = ", ".join(filter(None, about)) or words["sla"]["any"]
        yield policy["code"], f"{which}: {', '.join(limits)} ({hours})"
