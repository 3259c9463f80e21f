"""A caller who is not there: what would happen at a moment, with these keys. Pure but for the calendars of the client.

The same steps as a real call's (``ivr.core.rehearse``), with the opening hours of the draft.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import orjson

from ivr.core.flow import Collect, Menu
from ivr.core.rehearse import Rehearsal, rehearse
from ivr.core.values import Opening
from ivr.validate import validate
from tenants.core.names import catalogue
from tenants.service.calendars import opening_hours

MOST_KEYS = 40
_KEYS = "0123456789*#"


@dataclass(frozen=True, slots=True)
class Asked:
    """When the caller calls (local time of the client), what it presses, one menu after the other, and who is there."""

    at: str
    keys: str
    staffed: bool
    moment: datetime | None


@dataclass(frozen=True, slots=True)
class Played:
    """What happened: each step with the way out, what was heard, and how it ended; None when the text is no flow."""

    steps: tuple[tuple[str, str, str], ...]
    heard: tuple[str, ...]
    end: Mapping[str, str]


def first(content: Mapping[str, Any], now: datetime) -> Asked:
    """Return what the form of a rehearsal begins with: now."""
    local = now.astimezone(ZoneInfo(content["tenant"]["zone"]))
    return Asked(local.strftime("%Y-%m-%dT%H:%M"), "", staffed=True, moment=local)


def asked_of(query: Mapping[str, str], content: Mapping[str, Any], now: datetime) -> Asked | None:
    """Read the form; None when none was sent. A moment that is none is told by ``moment``."""
    if "at" not in query:
        return None
    keys = "".join(key for key in query.get("keys", "")[:MOST_KEYS] if key in _KEYS)
    staffed = query.get("staffed", "") == "1"
    try:
        moment = datetime.fromisoformat(query["at"]).replace(tzinfo=ZoneInfo(content["tenant"]["zone"]))
        inside = abs(moment.year - now.year) < 3  # noqa: PLR2004 - the holidays that are known
    except (ValueError, OverflowError):
        return Asked(query["at"][:20], keys, staffed, None)
    return Asked(query["at"], keys, staffed, moment if inside else None)


def play(text: str, content: Mapping[str, Any], asked: Asked) -> Played | None:
    """Rehearse a flow's text; None when it is none, or when no moment was given."""
    program = validate(text, catalogue(content)).program
    if program is None or asked.moment is None:
        return None
    zone = content["tenant"]["zone"]
    calendars = {c["code"]: opening_hours(c, zone, asked.moment) for c in content["calendars"]}

    def opening(code: str, at: datetime) -> Opening:
        return Opening(calendars[code].opening(at)) if code in calendars else Opening.CLOSED

    case: dict[str, Any] = {"at": asked.moment.isoformat(), "queue": {"staffed": asked.staffed}}
    listening = {name for name, node in program.flow.nodes.items() if isinstance(node, Menu | Collect)}
    inputs: list[dict[str, str]] = []
    for key in asked.keys:
        place = _next(rehearse(program, {**case, "inputs": inputs}, opening), listening, len(inputs))
        if place is None:
            break
        inputs.append({"at": place, "dtmf": key})
    return _played(rehearse(program, {**case, "inputs": inputs}, opening), text)


def _next(rehearsal: Rehearsal, listening: Collection[str], pressed: int) -> str | None:
    """Return the step that the next key belongs to: the first that listens after those that have theirs."""
    asking = [name for name in rehearsal.path if name in listening]
    return asking[pressed] if len(asking) > pressed else None


def _played(rehearsal: Rehearsal, text: str) -> Played:
    nodes = orjson.loads(text)["nodes"]
    steps = tuple((name, str(nodes.get(name, {}).get("type", "")), way) for name, way in rehearsal.exits)
    return Played(steps, rehearsal.says, rehearsal.end)
