"""Three ready shapes of a flow, made from answers on a form: straight to a queue, a menu, and hours with a menu. Pure.

The result is ordinary ``flow/1``, with a rehearsal for each key of its menu, and the prompts that it plays.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from portal.centre.texts import first_text

FLOW = "main"
SHAPES = ("queue", "menu", "hours")
KEYS = ("1", "2", "3", "4", "5", "6")
"""The keys that a menu of the wizard may have."""
_PROMPTS: Mapping[str, tuple[str, ...]] = {
    "queue": ("welcome", "hold", "sorry"),
    "menu": ("welcome", "menu", "hold", "sorry"),
    "hours": ("welcome", "menu", "hold", "closed", "message", "sorry"),
}
_MENU_S, _TRIES, _HOLD_S, _MESSAGE_S = 6, 3, 30, 120

Json = dict[str, Any]


def prompts_of(shape: str) -> tuple[str, ...]:
    """Return the codes of the prompts that a shape plays, in the order in which contacts hear them."""
    return _PROMPTS.get(shape, ())


def options_of(answers: Mapping[str, Any], content: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the keys of the menu with the codes of their queues; without a choice each queue has the next key."""
    known = [queue["code"] for queue in content["queues"]]
    chosen = [(key, code) for key, code in (answers.get("options") or {}).items() if code in known and key in KEYS]
    return sorted(chosen) or list(zip(KEYS, known, strict=False))


def text_of(answers: Mapping[str, Any], content: Mapping[str, Any], code: str, language: str) -> str:
    """Return what a prompt says: what was written for it, else the first wording."""
    written = (answers.get("texts") or {}).get(code, {}).get(language)
    names = {queue["code"]: queue["name"] for queue in content["queues"]}
    options = [(key, names[queue]) for key, queue in options_of(answers, content)]
    return str(written or first_text(code, language, content["tenant"]["name"], options))


def build(answers: Mapping[str, Any], content: Mapping[str, Any]) -> Json:
    """Return ``flows``, ``prompts`` and ``numbers`` of the blueprint with the chosen shape; the rest stays."""
    shape, languages = str(answers["shape"]), list(content["tenant"]["languages"])
    made = {
        code: {language: text_of(answers, content, code, language) for language in languages}
        for code in prompts_of(shape)
    }
    flow = _flow(shape, answers, content, languages)
    flows = [*(other for other in content["flows"] if other.get("id") != FLOW), flow]
    names = {other["id"] for other in flows}
    return {
        "prompts": [
            *(prompt for prompt in content["prompts"] if prompt["code"] not in made),
            *({"code": code, "text": text, "audio": {}} for code, text in made.items()),
        ],
        "flows": flows,
        "numbers": [{**n, "flow": n["flow"] if n["flow"] in names else FLOW} for n in content["numbers"]],
    }


def _flow(shape: str, answers: Mapping[str, Any], content: Mapping[str, Any], languages: Sequence[str]) -> Json:
    options = options_of(answers, content)
    if shape == "queue":
        options = [(key, code) for key, code in options if code == answers.get("queue")] or options
        options = options[:1]
    heads = {"queue": [], "menu": ["menu"], "hours": ["hours", "menu"]}[shape]
    nodes: Json = {"welcome": _play("welcome", languages, barge_in=True)}
    targets = {key: f"to-{code}" for key, code in options}
    first = next(iter(targets.values()), "sorry")
    if shape == "hours":
        nodes["hours"] = _hours(str(answers.get("calendar") or ""))
        nodes["closed"] = _message("closed", languages)
        nodes["message"] = _message("message", languages)
    if shape != "queue":
        nodes["menu"] = _menu(targets, first, languages)
    overflow = "message" if shape == "hours" else "sorry"
    nodes |= {f"to-{code}": _queue(code, overflow, languages) for _, code in options}
    nodes["sorry"] = {**_play("sorry", languages), "exits": {"done": "bye"}}
    nodes["bye"] = {"type": "end", "reason": "error"}
    nodes["welcome"]["exits"] = {"done": heads[0] if heads else first}
    tests = [] if shape == "queue" else [_test(key, target, heads, answers) for key, target in targets.items()]
    flow = {"schema": "flow/1", "id": FLOW, "entry": "welcome", "locales": list(languages), "nodes": nodes}
    return {**flow, "tests": tests} if tests else flow


def _prompt(code: str, languages: Sequence[str]) -> Json:
    return {language: {"asset": code} for language in languages}


def _play(code: str, languages: Sequence[str], *, barge_in: bool = False) -> Json:
    return {"type": "play", "prompt": _prompt(code, languages), **({"barge_in": True} if barge_in else {})}


def _hours(calendar: str) -> Json:
    return {
        "type": "hours",
        "calendar": f"cal:{calendar}",
        "exits": {"open": "menu", "closed": "closed", "holiday": "closed"},
    }


def _message(code: str, languages: Sequence[str]) -> Json:
    return {"type": "voicemail", "prompt": _prompt(code, languages), "max_s": _MESSAGE_S}


def _menu(targets: Mapping[str, str], first: str, languages: Sequence[str]) -> Json:
    return {
        "type": "menu",
        "prompt": _prompt("menu", languages),
        "options": dict(targets),
        "timeout_s": _MENU_S,
        "max_tries": _TRIES,
        "exits": {"no_input": first, "no_match": first, "error": "sorry"},
    }


def _queue(code: str, overflow: str, languages: Sequence[str]) -> Json:
    ways = dict.fromkeys(("timeout", "overflow", "no_agents", "closed"), overflow)
    return {
        "type": "queue",
        "queue": f"q:{code}",
        "while_waiting": {"music": "default", "say": _prompt("hold", languages), "every_s": _HOLD_S},
        "exits": {**ways, "error": "sorry"},
    }


def _test(key: str, target: str, heads: Sequence[str], answers: Mapping[str, Any]) -> Json:
    hours = {"hours": {str(answers.get("calendar") or ""): "open"}} if "hours" in heads else {}
    path = ["welcome", *heads, target]
    return {"name": f"{key} → {target}", **hours, "inputs": [{"at": "menu", "dtmf": key}], "expect": {"path": path}}
