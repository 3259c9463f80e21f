"""What may be in an event of an agent's desk, whoever sent it: kinds, elements and attributes by name, nothing else.

The page scrubs before it sends (``desk_view_scrub.js``, the same rules): what is not meant for the client does not
leave the browser. Here the rules hold once more, because a page can be changed by whoever sits before it. Events are
those of rrweb 2 (``@rrweb/types``): 2 is a whole page, 3 a change of it, 4 its size, 5 a note of our own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

Event = dict[str, Any]

PAUSED, RESUMED = "pause", "resume"
CARD_DATA = "card_data"
REASONS = frozenset({CARD_DATA, "slow_line", "line_lost"})
"""Why a stretch is not there: card data was given; the line was too slow, or there was none."""
_WHOLE, _CHANGE, _SIZE, _NOTE = 2, 3, 4, 5
_MUTATION, _INPUT = 0, 5
_SOURCES = frozenset({_MUTATION, 1, 2, 3, 4, _INPUT, 6, 14})
"""A change of the page, the mouse, a click, scrolling, the window's size, typing, touch, a selection."""
_ELEMENT = 2
_BARRED = frozenset({"script", "iframe", "object", "embed", "img", "video", "audio", "meta", "base", "noscript"})
_PLAIN = frozenset({
    "class", "style", "hidden", "type", "checked", "disabled", "open", "rows", "role", "rel", "lang", "dir", "viewBox",
    "aria-pressed", "aria-current", "aria-expanded", "aria-hidden", "rr_width", "rr_height", "colspan", "selected",
    "value",
})  # fmt: skip
_DRAWN = frozenset(
    f"data-{name}"
    for name in ("show", "outcome", "order", "tone", "call", "feed", "part", "kind", "bs-theme", "step", "phone",
                 "party", "unknown", "twin", "none", "news", "busy")
)  # fmt: skip
"""Those that our style sheets look at."""
_WORD = re.compile(r"[a-zA-Z_ -]{0,32}")
_OWN_FILE = re.compile(r"(https?://[^/?#]+)?/static/[\w./@-]+(\?v=[0-9a-f]{1,16})?(#[\w-]+)?")
_HOST = re.compile(r"^https?://[^/?#]+")
"""A file of ours is named without it: the client's pages may have another one."""
_DEEPEST = 200


class Strange(ValueError):
    """The event is none of those that a desk sends."""


def scrubbed(event: object) -> Event:
    """Return the event with nothing in it but what it may have. Raises :class:`Strange`."""
    if not isinstance(event, dict) or not isinstance(event.get("data"), dict):
        raise Strange
    kind, at, data = event.get("type"), event.get("timestamp"), event["data"]
    if not isinstance(at, int) or kind not in _READ:
        raise Strange
    return {"type": kind, "timestamp": at, "data": _READ[kind](data)}


def _whole(data: Event) -> Event:
    node, offset = data.get("node"), data.get("initialOffset")
    if not isinstance(node, dict):
        raise Strange
    return {"node": _node(node, 0), "initialOffset": offset if isinstance(offset, dict) else {"left": 0, "top": 0}}


def _change(data: Event) -> Event:
    source = data.get("source")
    if source not in _SOURCES:
        raise Strange
    if source != _MUTATION:
        return data
    adds = [
        {**each, "node": _node(each["node"], 0)} for each in _dicts(data, "adds") if isinstance(each.get("node"), dict)
    ]
    attributes = [
        {**each, "attributes": _attributes(each.get("attributes") or {})} for each in _dicts(data, "attributes")
    ]
    return {
        "source": _MUTATION, "texts": _dicts(data, "texts"), "removes": _dicts(data, "removes"), "adds": adds,
        "attributes": attributes,
    }  # fmt: skip


def _size(data: Event) -> Event:
    sides = {name: data.get(name) for name in ("width", "height")}
    if not all(isinstance(side, int) for side in sides.values()):
        raise Strange
    return {"href": "about:blank", **sides}


def _note(data: Event) -> Event:
    tag, payload = data.get("tag"), data.get("payload")
    reason = payload.get("reason") if isinstance(payload, dict) else None
    if tag not in {PAUSED, RESUMED} or reason not in REASONS:
        raise Strange
    return {"tag": tag, "payload": {"reason": reason}}


def is_note(event: Event, tag: str = "", reason: str = "") -> bool:
    """Say whether a scrubbed event is a note of a gap, its beginning or end, for this reason."""
    data = event["data"]
    return bool(event["type"] == _NOTE and data["tag"].startswith(tag) and data["payload"]["reason"].startswith(reason))


_READ = {_WHOLE: _whole, _CHANGE: _change, _SIZE: _size, _NOTE: _note}


def _dicts(data: Event, name: str) -> list[Event]:
    found = data.get(name, [])
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise Strange
    return found


def _node(node: Event, deep: int) -> Event:
    if deep > _DEEPEST:
        raise Strange
    made = dict(node)
    if made.get("type") == _ELEMENT:
        if str(made.get("tagName", "")).lower() in _BARRED:
            made = {**made, "tagName": "div", "childNodes": []}
        elif made.get("tagName") == "form":
            made["tagName"] = "div"
        made["attributes"] = _attributes(made.get("attributes") or {})
    children = made.get("childNodes")
    if children is not None:
        if not isinstance(children, list) or not all(isinstance(child, dict) for child in children):
            raise Strange
        made["childNodes"] = [_node(child, deep + 1) for child in children]
    return made


def _attributes(given: Mapping[str, Any]) -> dict[str, Any]:
    if not isinstance(given, dict):
        raise Strange
    return {
        name: _HOST.sub("", value) if name.endswith("href") else value
        for name, value in given.items() if _may(name, value)
    }  # fmt: skip


def _may(name: str, value: object) -> bool:
    if name in _PLAIN:
        return "url(" not in str(value)
    if name in {"href", "xlink:href"}:
        return bool(_OWN_FILE.fullmatch(str(value)))
    return name in _DRAWN and bool(_WORD.fullmatch(str(value)))
