"""What a home says first, from values alone: pure, so that every sentence can be tried without a call centre."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

from portal.sentences import Gettext

Plural = Callable[[str, str, int], str]
Tone = Literal["ok", "warn", "bad", "info"]

HEARD = 8
"""So many conversations are named as worth hearing."""


@dataclass(frozen=True, slots=True)
class Headline:
    """The answer in one sentence, and how good it is."""

    text: str
    tone: Tone


@dataclass(frozen=True, slots=True)
class Item:
    """Something that waits for the reader: where it is dealt with, and how urgent it is."""

    icon: str
    text: str
    href: str
    tone: Tone = "info"


def headline(board: Mapping[str, Any], now_ms: int, _: Gettext, ngettext: Plural) -> Headline:
    """Return how a client's centre is doing this moment: the worst thing first, and only that."""
    totals, formula = board["totals"], board["formula"]
    level = totals["service_level"]
    oldest = totals["oldest_wait_at"]
    if totals.get("engine") == "lost":
        return Headline(_("The phone engine does not answer. Calls go on, but what is shown may be late."), "bad")
    if oldest and now_ms - oldest >= board["limits"]["wait_s"] * 1000:
        waiting = totals["waiting"]
        text = ngettext("%(num)s contact waits, longer than your limit.",
                        "%(num)s contacts wait, the longest beyond your limit.", waiting)  # fmt: skip
        return Headline(text % {"num": waiting}, "bad")
    if not totals["seats_staffed"]:
        tone: Tone = "warn" if totals["waiting"] else "info"
        return Headline(_("Nobody is signed in at your seats."), tone)
    if not level["den"]:
        return Headline(_("No calls yet today. Your seats are staffed."), "ok")
    values = {"level": f"{level['num'] * 100 / level['den']:.1f}", "target": formula["target_pct"]}
    if level["num"] * 100 < formula["target_pct"] * level["den"]:
        return Headline(_("Service level is below target today: %(level)s %% of %(target)s %%.") % values, "warn")
    return Headline(_("All is well: service level %(level)s %%, target %(target)s %%.") % values, "ok")


@dataclass(frozen=True, slots=True)
class Worth:
    """A conversation worth hearing, and why."""

    row: Mapping[str, Any]
    reason: str


def worth_hearing(rows: Iterable[Mapping[str, Any]], escalated: frozenset[str]) -> list[Worth]:
    """Return recorded conversations of the newest ``rows`` in the order in which a quality reader would take them.

    First those that ended in a work order, then the longest holds, waits and talks, each once; reasons are codes.
    """
    recorded = [row for row in rows if row["recording"] and row["outcome"] == "answered"]
    found: dict[str, Worth] = {
        str(row["id"]): Worth(row, "escalated") for row in recorded if str(row["id"]) in escalated
    }
    for name, least in (("hold_ms", 60_000), ("wait_ms", 60_000), ("talk_ms", 300_000)):
        longest = sorted((row for row in recorded if (row[name] or 0) >= least), key=lambda row: -row[name])
        for row in longest[:3]:
            found.setdefault(str(row["id"]), Worth(row, name.removesuffix("_ms")))
    for row in recorded:
        if len(found) >= HEARD:
            break
        found.setdefault(str(row["id"]), Worth(row, "newest"))
    return list(found.values())[:HEARD]


def reasons(_: Gettext) -> dict[str, str]:
    """Return why a conversation is worth hearing."""
    return {
        "escalated": _("became a work order"),
        "hold": _("long on hold"),
        "wait": _("waited long"),
        "talk": _("long talk"),
        "newest": _("newest"),
    }


def soon(days: timedelta) -> bool:
    """Say whether what ends in so much time wants a look now."""
    return days <= timedelta(days=14)
