"""A blueprint of one client without anything that says who it is: what another client may begin with."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from tenants.core.complaints import Content
from tenants.core.documents import pointer

CODE, NAME = "new-client", "New client"
LEFT_OUT = (
    "contract", "people", "music", "numbers", "seats", "connections", "directory", "reports", "masking", "retention",
    "staff_access", "supervision", "sharing", "work_orders", "trunks",
)  # fmt: skip
"""Sections that belong to the one client: its terms, its people, and what it decided for itself."""

_ADDRESS = re.compile(r"https?://[^\s'\"<>]+")
_MAIL = re.compile(r"[^\s@<>,;:，。；：、（）()]+@[^\s@<>,;:，。；：、（）()]+\.[^\s@<>,;:，。；：、（）()]+")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_NUMBER = re.compile(r"[+＋]?\(?\d(?:[\s\-–./()（）·]{0,2}\d){5,}")
_WORDS = frozenset({"id", "schema", "entry", "type", "version", "calendar", "queue", "asset", "node", "skill"})
"""Keys of a flow whose values are names of the tenant's own things: they must stay what they are."""
_SHORTEST_NAME = 2

Replaced = list[tuple[str, str]]
"""Where a placeholder stands now, and which."""


def template_of(content: Content) -> tuple[dict[str, Any], Replaced]:
    """Return what another client may begin with, and each place where a placeholder stands."""
    names = _names(content)
    found: Replaced = []
    made: dict[str, Any] = {
        "blueprint": content["blueprint"],
        "tenant": {**content["tenant"], "code": CODE, "name": NAME, "caller_id": None},
    }
    for section in ("calendars", "prompts", "skills", "queues", "flows", "recording"):
        made[section] = _clean(content[section], pointer(section), _scrubber(names, found))
    made["queues"] = [  # the client's own number and system
        {**queue, "caller_id": None, "music": None, "desk": {**queue["desk"], "screen_pop": ""}}
        for queue in made["queues"]
    ]
    made["prompts"] = [{**prompt, "audio": {}} for prompt in made["prompts"]]  # a voice is the client's own
    return made, found


def _names(content: Content) -> dict[str, str]:
    """Return every name of somebody, with its placeholder; longer ones first."""
    people = [person["name"] for person in content["people"]] + [seat["alias"] for seat in content["seats"]]
    known = {**dict.fromkeys(people, "[name]"), content["tenant"]["name"]: "[client]"}
    longest = sorted(known, key=len, reverse=True)
    return {name: known[name] for name in longest if len(name) >= _SHORTEST_NAME}


def _scrubber(names: Mapping[str, str], found: Replaced) -> Callable[[str, str], str]:
    patterns = [(_ADDRESS, "[address]"), (_MAIL, "[e-mail]")]
    patterns += [(re.compile(re.escape(name), re.IGNORECASE), placeholder) for name, placeholder in names.items()]

    def scrub(place: str, text: str) -> str:
        made = text
        for pattern, placeholder in patterns:
            made, count = pattern.subn(placeholder, made)
            found.extend([(place, placeholder)] * count)
        days = _DAY.findall(made)
        made, count = _NUMBER.subn("[number]", _DAY.sub("\0", made))
        found.extend([(place, "[number]")] * count)
        for day in days:
            made = made.replace("\0", day, 1)
        return made

    return scrub


def _clean(part: Any, place: str, scrub: Callable[[str, str], str]) -> Any:  # noqa: ANN401 - JSON
    if isinstance(part, Mapping):
        return {
            key: value if key in _WORDS and isinstance(value, str) else _clean(value, place + pointer(key), scrub)
            for key, value in part.items()
            if not (key == "tests" and "nodes" in part)
        }
    if isinstance(part, list):
        return [_clean(value, place + pointer(index), scrub) for index, value in enumerate(part)]
    return scrub(place, part) if isinstance(part, str) else part
