"""What differs between two blueprints, for people: sections, names, and old and new side by side. Pure.

Each entry is described as label and text in the reader's language; what differs are the labels whose texts do. So a
reader sees "Monday: 09:00-18:00, then 09:00-20:00" and never a path of keys.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from portal.people_words import people_words
from portal.sentences import Gettext
from portal.settings import contract_words, order_type_words, sla_words
from portal.settings.words import labels, settings_words
from portal.words import exits, routing
from tenants.core.names import KEYS
from tenants.core.outcomes import leaves
from tenants.core.plan import SINGLE, Change, Plan

Content = Mapping[str, Any]
_NONE: Content = {}
_UNITS = {"_s": "seconds", "_min": "minutes", "_days": "days"}
_TABLES = {
    "locale": "language", "holidays": "country", "agent": "shown", "supervisor": "shown", "quality": "shown",
    "report": "report_kind", "format": "report_format", "role": "role", "kind": "kind", "policy": "policy",
    "every": "every", "weekday": "weekday", "approval": "approval", "told": "told", "shown": "shown",
    "after_hours": "after_hours", "then": "after_pause", "beyond": "beyond",
    "who": "who_by_link",
}  # fmt: skip
"""The table of words for each key whose value is a code; a value without a word is shown as it is."""
_OF_ORDERS: Mapping[str, Callable[[Mapping[str, Mapping[str, str]], Any], Iterator[tuple[str, str]]]] = {
    "sla": lambda words, said: sla_words.described(words, said["policies"]),
    "types": order_type_words.described,
}
_HIDDEN = {"flows": frozenset({"schema", "version", "id"})}


@dataclass(frozen=True, slots=True)
class Describer:
    """The reader's words, and the names of one blueprint's skills and queues."""

    words: Mapping[str, Mapping[str, str]]
    label: Mapping[str, str]
    ways: Mapping[str, str]
    names: Mapping[str, str]
    queues: Mapping[str, str]

    @classmethod
    def of(cls, translated: Gettext, content: Content) -> Describer:
        """Take the names of skills and queues from the content itself."""
        named, queues = ({each["code"]: each["name"] for each in content.get(s, ())} for s in ("skills", "queues"))
        groups = (settings_words, people_words, routing, sla_words.sla_words, order_type_words.order_type_words)
        words = {name: table for group in groups for name, table in group(translated).items()}
        return cls(words, labels(translated), exits(translated), named, queues)

    def describe(self, section: str, entry: Content) -> dict[str, str]:
        """Return an entry as label and text, in the order of the entry."""
        told: dict[str, str] = {}
        for key, value in entry.items():
            is_own = section == "seats" and key == "agent" and value == entry.get("seat")  # one name for both
            if key not in _HIDDEN.get(section, ()) and not is_own:
                own = section == "work_orders" and key in _OF_ORDERS
                told.update(_OF_ORDERS[key](self.words, value) if own else self._described(section, key, value))
        return told

    def _described(self, section: str, key: str, value: Any) -> Iterator[tuple[str, str]]:  # noqa: ANN401 - JSON
        if section == "contract" and key in contract_words.PARTS:
            yield from contract_words.told(self.words, self.label, key, value, self.queues)
        elif section == "calendars" and key == "weekly":
            yield from ((self.words["weekday"][day], self._hours(hours)) for day, hours in value.items())
        elif section == "prompts" and key == "text":
            yield from ((self.words["language"].get(code, code), text) for code, text in value.items())
        elif section == "prompts" and key == "audio":
            told = ((self.words["language"].get(code, code), name[7:19]) for code, name in value.items())
            yield from ((f"{self._label(key)} · {language}", short) for language, short in told)
        elif section == "music" and key == "audio":
            yield self._label(key), value[7:19]
        elif section == "flows" and key == "nodes":
            yield from ((f"{self.label['step']} “{name}”", self._node(node)) for name, node in value.items())
        elif section == "recording" and key in {"queues", "numbers"}:
            yield from ((f"{self._label(key)} · {self.queues.get(k, k)}", self._text(k, v)) for k, v in value.items())
        elif key == "exceptions":
            yield from ((day["on"], self._day(day)) for day in value)
        elif isinstance(value, Mapping) and key not in {"needs", "skills"}:
            yield from ((f"{self._label(key)} · {self._label(k)}", self._text(k, v)) for k, v in value.items())
        else:
            yield self._label(key), self._text(key, value)

    def _node(self, node: Content) -> str:
        """Return a step of a flow in words: what it is, where its ways lead, and everything else that it says."""
        leads = [f"{self.ways.get(way, way)} → {target}" for way, target in dict(node.get("exits") or {}).items()]
        keys = [f"{key} → {target}" for key, target in dict(node.get("options") or {}).items()]
        rest = {key: value for key, value in node.items() if key not in {"type", "exits", "options"}}
        told = [f"{self._label(key)}: {self._plain(value)}" for key, value in rest.items()]
        kind = str(node.get("type"))
        return "\n".join([self.words["node"].get(kind, kind), *told, *keys, *leads])

    def _plain(self, value: Any) -> str:  # noqa: ANN401 - JSON
        if isinstance(value, Mapping):
            return ", ".join(
                f"{self.words['language'].get(key, key)}: {self._plain(each)}" for key, each in value.items()
            )
        return ", ".join(map(self._plain, value)) if isinstance(value, list) else str(value)

    def _label(self, key: str) -> str:
        return self.label.get(key, key.replace("_", " "))

    def _hours(self, hours: list[str]) -> str:
        return ", ".join(text.replace("-", "–") for text in hours) or self.words["opening"]["closed"]

    def _day(self, day: Content) -> str:
        told = self.label["like_monday"] if day["working"] else self._hours(day["open"])
        return f"{told} ({day['name']})" if day["name"] else told

    def _phone(self, phone: Content) -> str:
        rings = self.label["seconds"] % {"count": phone["ring_s"]}
        return f"{self.words['phone'].get(phone['kind'], phone['kind'])} {phone['number']} ({rings})"

    def _entries(self, key: str, value: list[Any]) -> str:
        if key == "script":
            return "\n".join(f"{n}. {step['title']}: {step['text']}" for n, step in enumerate(value, 1))
        if key == "phones":
            return ", ".join(map(self._phone, value))
        return ", ".join(each.path for each in leaves(value)) if key[0] == "d" else ", ".join(e["name"] for e in value)

    def _text(self, key: str, value: Any) -> str:  # noqa: ANN401, PLR0911 - JSON; a line for each kind of value
        if value is None or value in ("", [], {}):
            return "—"
        if key in {"needs", "skills"} and isinstance(value, Mapping):
            return ", ".join(f"{self.names.get(code, code)} {level}" for code, level in value.items())
        if key in {"dispositions", "tests", "script", "phones", "formulas"}:
            return self._entries(key, value)
        if key.endswith("_pct"):
            return f"{value} %"  # a sign, the same in every language
        if unit := next((unit for end, unit in _UNITS.items() if key.endswith(end)), None):
            return self.label[unit] % {"count": value}
        if key == "missed":
            return ", ".join(self.words["missed"].get(each, each) for each in value)
        if isinstance(value, bool) or key in _TABLES:
            return self.words[_TABLES.get(key, "answer")].get(str(value), str(value))
        if isinstance(value, Mapping) and "policy" in value:
            share = f" ({value['percent']} %)" if value.get("percent") else ""
            apart = value.get("apart")
            voices = "" if apart is None else f", {self.words['voices']['apart' if apart else 'together']}"
            return self._text("policy", value["policy"]) + share + voices
        if isinstance(value, list) and all(isinstance(each, str) for each in value):
            known = self.words[{"events": "event", "ways": "way"}.get(key, "language")]
            return ", ".join(known.get(each, each) for each in value)
        return str(value) if isinstance(value, str | int | float) else _json(value)


def readable(before: Content | None, after: Content, plan: Plan, translated: Gettext) -> list[dict[str, Any]]:
    """Return the sections that differ: ``word`` and ``entries`` of ``verb``, ``name``, ``rows`` (label, old, new)."""
    old = before or _NONE
    tell_old, tell_new = Describer.of(translated, old), Describer.of(translated, after)
    found: dict[str, list[dict[str, Any]]] = {}
    for change in plan.changes:
        was, now = _entry(old, change), _entry(after, change)
        told = (tell_old.describe(change.section, was), tell_new.describe(change.section, now))
        name = now.get("name") or was.get("name") or change.name
        kind = tell_new.words["report_kind"].get(now.get("report") or was.get("report") or "")
        title = tell_new.words["section"][change.section] if change.section in SINGLE else kind or name
        entry = {"verb": change.verb, "name": title, "code": change.name, "rows": _rows(*told)}
        found.setdefault(change.section, []).append(entry)
    words = tell_new.words["section"]
    return [{"section": key, "word": words.get(key, key), "entries": rows} for key, rows in found.items()]


def _rows(before: Mapping[str, str], after: Mapping[str, str]) -> list[tuple[str, str, str]]:
    names = dict.fromkeys((*before, *after))
    differ = [name for name in names if before.get(name) != after.get(name)]
    return [(name, *_apart(before.get(name, ""), after.get(name, ""))) for name in differ]


def _apart(old: str, new: str) -> tuple[str, str]:
    """Return two texts of several lines without the lines that stand in both."""
    was, will = old.splitlines(), new.splitlines()
    if min(len(was), len(will)) <= 1:
        return old, new
    return "\n".join(line for line in was if line not in will), "\n".join(line for line in will if line not in was)


def _entry(content: Content, change: Change) -> Content:
    part = content.get(change.section, _NONE)
    if change.section in SINGLE:
        return part  # type: ignore[no-any-return]
    key = KEYS[change.section]
    return next((entry for entry in part if str(entry.get(key)) == change.name), _NONE)


def _json(value: Any) -> str:  # noqa: ANN401 - JSON
    return json.dumps(value, ensure_ascii=False, indent=1)
