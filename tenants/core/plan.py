"""What applying a blueprint would change: added, changed and removed entries of each section, as stable plain text."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from tenants.core.complaints import Content
from tenants.core.names import KEYS

Verb = Literal["+", "~", "-"]
SINGLE = (
    "tenant", "contract", "masking", "retention", "recording", "callbacks", "staff_access", "supervision", "sharing",
    "work_orders",
)  # fmt: skip
"""The sections that are one thing each."""
_LONGEST = 60
_MISSING = object()


@dataclass(frozen=True, slots=True)
class Change:
    """One entry that is added (``+``), changed (``~``) or removed (``-``), with a line for each changed value."""

    verb: Verb
    section: str
    name: str
    details: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """All changes from the present version (0: none yet) to the next."""

    version: int
    changes: tuple[Change, ...]

    @property
    def summary(self) -> str:
        """Return the counts in one line: ``3 added, 1 changed``."""
        words = (("+", "added"), ("~", "changed"), ("-", "removed"))
        counts = [(sum(change.verb == verb for change in self.changes), word) for verb, word in words]
        return ", ".join(f"{count} {word}" for count, word in counts if count) or "no change"

    def lines(self) -> Iterator[str]:
        """Yield the plan as text: a heading for each section, a line for each entry, indented lines for its values."""
        section = ""
        for change in self.changes:
            if change.section != section:
                section = change.section
                yield section
            yield f"  {change.verb} {change.name}"
            yield from (f"      {detail}" for detail in change.details)
        yield self.summary


def compare(before: Content | None, after: Content, version: int) -> Plan:
    """Compare two blueprints; ``version`` is that of ``before``."""
    old = before or {}
    changes = [change for section in SINGLE for change in _one(section, old.get(section), after[section])]
    for section, key in KEYS.items():
        changes += _many(section, _by(old.get(section, []), key), _by(after[section], key))
    return Plan(version, tuple(changes))


def _by(entries: list[Content], key: str) -> dict[str, Content]:
    return {str(entry.get(key)): entry for entry in entries}


def _one(section: str, before: Any, after: Any) -> Iterator[Change]:  # noqa: ANN401 - JSON
    if before is None:
        yield Change("+", section, section)
    elif before != after:
        yield Change("~", section, section, tuple(_differences("", before, after)))


def _many(section: str, before: Mapping[str, Content], after: Mapping[str, Content]) -> list[Change]:
    changes = []
    for name in sorted(before.keys() | after.keys()):
        if name not in before:
            changes.append(Change("+", section, name))
        elif name not in after:
            changes.append(Change("-", section, name))
        elif before[name] != after[name]:
            changes.append(Change("~", section, name, tuple(_differences("", before[name], after[name]))))
    return changes


def _differences(path: str, before: Any, after: Any) -> Iterator[str]:  # noqa: ANN401 - JSON
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for key in sorted(before.keys() | after.keys()):
            inner = f"{path}.{key}" if path else str(key)
            yield from _differences(inner, before.get(key, _MISSING), after.get(key, _MISSING))
    elif before is _MISSING:
        yield f"{path}: + {_short(after)}"
    elif after is _MISSING:
        yield f"{path}: - {_short(before)}"
    elif before != after:
        yield f"{path}: {_short(before)} -> {_short(after)}"


def _short(value: Any) -> str:  # noqa: ANN401 - JSON
    text = json.dumps(value, ensure_ascii=False, sort_keys=True)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
