"""Kinds of work orders in words: what differs between two blueprints is told by the lines of each kind."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

Gettext = Callable[[str], str]
Words = Mapping[str, Mapping[str, str]]
_TEXTS = ("title", "description", "instructions", "script")


def order_type_words(_: Gettext) -> dict[str, dict[str, str]]:
    """Return the tables that these words need."""
    return {
        "severity": {"critical": _("Critical"), "major": _("Major"), "minor": _("Minor")},
        "order_kind": {
            "text": _("a text"),
            "choice": _("one of a list"),
            "date": _("a date"),
            "number": _("a number"),
            "phone": _("a telephone number"),
        },
        "order_part": {
            "title": _("Title"),
            "description": _("Description"),
            "instructions": _("For whoever raises one"),
            "script": _("Script"),
            "priority": _("Priority"),
            "severity": _("Severity"),
            "required": _("required"),
        },
    }


def described(words: Words, types: list[Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    """Yield each kind as its name and what it says, a line each."""
    for kind in types:
        yield f"{kind['name']} ({kind['code']})", "\n".join(_lines(words, kind))


def _lines(words: Words, kind: Mapping[str, Any]) -> Iterator[str]:
    part = words["order_part"]
    yield f"{part['priority']}: {words['priority'].get(kind['priority'], kind['priority'])}"
    yield f"{part['severity']}: {words['severity'].get(kind['severity'], kind['severity'])}"
    for name in _TEXTS:
        if kind.get(name):
            yield f"{part[name]}: {' '.join(kind[name].split())}"
    for each in kind["fields"]:
        told = words["order_kind"].get(each["kind"], each["kind"])
        choices = f" ({', '.join(each['choices'])})" if each["choices"] else ""
        yield f"{each['name']}: {told}{choices}" + (f", {part['required']}" if each["required"] else "")
