"""From a form to an entry of a blueprint's section. Pure; what is wrong stays as typed, for the schema to refuse.

An empty row of a list is no row: so a list grows by its spare row at the end, and shrinks by emptying one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from typing import Any

from portal.settings import lines, policy_entries
from portal.settings.fields import Fields
from tenants.core.calendar import DAYS
from tenants.core.outcomes import nested
from tenants.directory import WAYS
from tenants.words import EVENTS

Entry = dict[str, Any]
MIDNIGHT, END_OF_DAY = "00:00", "24:00"
_LONGEST_CODE = 40


def code_from(name: str, taken: Collection[str], kind: str) -> str:
    """Make a code for something new: from the Latin letters of its name, else from its kind; never a taken one."""
    plain = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[: _LONGEST_CODE - 4] or kind
    plain = plain if plain[0].isalnum() else kind
    return plain if plain not in taken else next(c for n in range(2, 1000) if (c := f"{plain}-{n}") not in taken)


def calendar(fields: Fields) -> Entry:
    """Read a calendar: weekly hours, the country's holidays, exceptions."""
    exceptions = [_exception(row) for row in fields.rows("exceptions") if row.text("on") or row.text("name")]
    return {
        "code": fields.text("code"),
        "weekly": {day: _intervals(fields, f"weekly/{day}") for day in DAYS},
        "holidays": fields.text("holidays") or None,
        "exceptions": sorted(exceptions, key=lambda exception: str(exception["on"])),
    }


def _exception(row: Fields) -> Entry:
    kind = row.text("kind") or "closed"
    hours = _intervals(row, "open") if kind == "open" else []
    return {
        "on": row.text("on"),
        "closed": kind == "closed",
        "working": kind == "working",
        "open": hours,
        "name": row.text("name"),
    }


def _intervals(fields: Fields, name: str) -> list[str]:
    pairs = [(row.text("begin"), row.text("until")) for row in fields.rows(name)]
    return [f"{begin}-{END_OF_DAY if until == MIDNIGHT else until}" for begin, until in pairs if begin or until]


def queue(fields: Fields) -> Entry:
    """Read a queue: its name, the skills that it needs, its times in seconds, its dispositions."""
    rows = [row for row in fields.rows("dispositions") if row.text("name")]
    dispositions: list[Entry] = [{"code": row.text("code"), "name": row.text("name")} for row in rows]
    depths = [int(row.text("depth")) if row.text("depth").isdecimal() else 0 for row in rows]
    return {
        "code": fields.text("code"),
        "name": fields.text("name"),
        "needs": levels(fields, "needs"),
        **{name: fields.whole(name) for name in ("ring_s", "max_wait_s", "wrap_up_s")},
        "dispositions": nested(zip(depths, _coded(dispositions, "outcome"), strict=True)),
        "desk": _desk(fields.under("desk")),
        "caller_id": fields.text("caller_id") or None,
        "music": fields.text("music") or None,
    }


def _desk(fields: Fields) -> Entry:
    """Read what a queue's agents find at their desks."""
    steps = [row for row in fields.rows("script") if row.text("title") or row.lines("text")]
    return {
        "wrap_up_ends": fields.text("wrap_up_ends") != "no",
        "outcome_required": fields.text("outcome_required") == "yes",
        "guests_wrap_up": fields.text("guests_wrap_up") == "yes",
        "screen_pop": fields.text("screen_pop"),
        "notes": fields.lines("notes"),
        "script": [{"title": s.text("title"), "text": s.lines("text"), "kind": s.text("kind") or "say"} for s in steps],
    }


def _coded(rows: list[Entry], kind: str) -> list[Entry]:
    """Give each new row of a list a code of its own."""
    taken = {row["code"] for row in rows}
    for row in rows:
        row["code"] = row["code"] or code_from(row["name"], taken, kind)
        taken.add(row["code"])
    return rows


def levels(fields: Fields, name: str) -> dict[str, int | str]:
    """Read a level for each skill; an empty one means that the skill is not needed."""
    below = fields.under(name)
    return {skill: level for skill in fields.keys(name) if (level := below.whole(skill)) is not None}


def skill(fields: Fields) -> Entry:
    """Read a skill."""
    return {"code": fields.text("code"), "name": fields.text("name")}


def prompt(fields: Fields) -> Entry:
    """Read a prompt: its words in each language, and its recordings; a language without words is left out."""
    below = fields.under("text")
    texts = {language: words for language in fields.keys("text") if (words := below.lines(language))}
    recorded = fields.under("audio")
    audio = {language: name for language in fields.keys("audio") if (name := recorded.text(language))}
    return {
        "code": fields.text("code"),
        "text": texts,
        "audio": {language: name for language, name in audio.items() if language in texts},
    }


def person(fields: Fields) -> Entry:
    """Read one of the client's people."""
    return {
        "email": fields.text("email").lower(),
        "name": fields.text("name"),
        "role": fields.text("role"),
        "locale": fields.text("locale") or "en",
    }


def connection(fields: Fields) -> Entry:
    """Read a connection of one of the client's systems."""
    events = [event for event in EVENTS if fields.has(f"events/{event}")]
    return {"code": fields.text("code"), "name": fields.text("name"), "url": fields.text("url"), "events": events}


def directory(fields: Fields) -> Entry:
    """Read one of the client's own people to whom calls are handed: phones in their order, chief, context."""
    phones = [
        {"kind": row.text("kind"), "number": row.text("number").replace(" ", ""), "ring_s": row.whole("ring_s")}
        for row in fields.rows("phones")
        if row.text("number")
    ]
    context = fields.under("context")
    return {
        **{name: fields.text(name) for name in ("code", "name", "department", "after_hours", "locale")},
        **{name: fields.text(name) or None for name in ("hours", "chief", "email")},
        "phones": phones,
        "together": fields.has("together"),
        "context": {
            "ways": [way for way in WAYS if context.has(f"ways/{way}")],
            "shown": context.text("shown"),
            "recording": context.has("recording"),
            "minutes": context.whole("minutes"),
        },
    }


READERS: Mapping[str, Callable[[Fields], Entry]] = {
    "calendars": calendar,
    "queues": queue,
    "skills": skill,
    "prompts": prompt,
    "people": person,
    "connections": connection,
    "directory": directory,
    "reports": policy_entries.report,
    "trunks": lines.line,
}
"""How the form of each section is read."""
KINDS: Mapping[str, str] = {
    "calendars": "hours",
    "queues": "queue",
    "skills": "skill",
    "prompts": "prompt",
    "connections": "system",
    "directory": "person",
    "reports": "report",
    "trunks": "line",
}
"""What a new entry's code begins with when its name has no Latin letters."""
