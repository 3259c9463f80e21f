"""From the JSON text of a flow to its values; repeated keys are found, which ``json.loads`` alone would swallow."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from ivr.core.findings import Finding, error
from ivr.core.flow import (
    Announcement,
    Assign,
    Callback,
    Case,
    Collect,
    End,
    Flow,
    Hours,
    Menu,
    Node,
    Play,
    Prompt,
    Queueing,
    Switch,
    Variable,
    Voicemail,
)
from ivr.core.values import PromptRef, StepNeeds

Json: TypeAlias = Any
Document: TypeAlias = Mapping[str, Json]

DEEPEST = 60
"""More than any sensible flow; the walks over documents are recursive."""


def read(text: str) -> tuple[Any, tuple[Finding, ...]]:
    """Read JSON. Repeated keys are found as E19, unreadable text as E01 (the document is ``None`` then)."""
    repeated: list[str] = []

    def collect(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        made: dict[str, Any] = {}
        for key, value in pairs:
            if key in made:
                repeated.append(key)
            made[key] = value
        return made

    try:
        document = json.loads(text, object_pairs_hook=collect, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as unreadable:
        return None, (error("E01", None, "", f"This is not JSON: {unreadable}"),)
    if _is_deep(document):
        return None, (error("E01", None, "", f"This is nested more than {DEEPEST} deep"),)
    nodes = nodes_of(document)
    return document, tuple(
        error("E19", key if key in nodes else None, "", f"The key '{key}' stands twice in one object")
        for key in repeated
    )


def is_readable(found: tuple[Finding, ...]) -> bool:
    """Tell from the findings of :func:`read` whether there is a document at all."""
    return all(finding.code != "E01" for finding in found)


def nodes_of(document: Json) -> Mapping[str, Json]:
    """Return the nodes of a document that may be anything."""
    nodes = document.get("nodes") if isinstance(document, Mapping) else None
    return nodes if isinstance(nodes, Mapping) else {}


def parse(document: Document) -> Flow:
    """Make the flow of a document that its schema allows."""
    locales = tuple(document["locales"])
    return Flow(
        id=document["id"],
        entry=document["entry"],
        nodes={name: _MAKERS[node["type"]](name, node) for name, node in document["nodes"].items()},
        locales=locales,
        variables={
            name: Variable(spec["type"], spec.get("default"), "default" in spec, spec.get("pii", False))
            for name, spec in document.get("vars", {}).items()
        },
        handlers=dict(document.get("handlers", {})),
        max_duration_s=document.get("max_duration_s", 3600),
        tests=tuple(document.get("tests", ())),
    )


def reference(named: str) -> str:
    """Return the code in a reference such as ``q:care`` or ``asset:welcome``."""
    return named.partition(":")[2] or named


def _is_deep(document: Json) -> bool:
    level: list[Json] = [document]
    for _ in range(DEEPEST):
        level = [
            part
            for value in level
            for part in (value.values() if isinstance(value, dict) else value if isinstance(value, list) else ())
        ]
    return bool(level)


def _refuse_constant(constant: str) -> Json:
    raise ValueError(f"{constant} is not a JSON value")


def _prompt(spec: Mapping[str, Any] | None) -> Prompt:
    return {locale: tuple(_pieces(locale, given)) for locale, given in (spec or {}).items()}


def _pieces(locale: str, given: Json) -> list[PromptRef]:
    pieces = given if isinstance(given, list) else [given]
    return [
        PromptRef(locale, text=piece["tts"])
        if "tts" in piece
        else PromptRef(locale, asset=reference(piece.get("asset") or piece["audio"]))
        for piece in pieces
    ]


def _keys(spec: Document, names: Mapping[str, str]) -> dict[str, Any]:
    """Take the given ones of the optional fields, under our names."""
    return {ours: spec[theirs] for theirs, ours in names.items() if theirs in spec}


def _same(*names: str) -> dict[str, str]:
    return {name: name for name in names}


def _play(name: str, spec: Document) -> Play:
    return Play(name, spec["exits"], _prompt(spec["prompt"]), **_keys(spec, _same("barge_in")))


def _menu(name: str, spec: Document) -> Menu:
    optional = _keys(spec, _same("barge_in", "timeout_s", "max_tries", "interdigit_s"))
    return Menu(name, spec["exits"], spec["options"], _prompt(spec["prompt"]), **optional)


def _collect(name: str, spec: Document) -> Collect:
    digits = spec["digits"]
    optional = _keys(spec, _same("barge_in", "timeout_s", "interdigit_s", "max_tries", "secure"))
    return Collect(
        id=name,
        exits=spec["exits"],
        into=spec["into"],
        minimum=digits["min"],
        maximum=digits["max"],
        end=digits.get("end", ""),
        prompt=_prompt(spec.get("prompt")),
        **optional,
    )


def _hours(name: str, spec: Document) -> Hours:
    return Hours(name, spec["exits"], reference(spec["calendar"]))


def _switch(name: str, spec: Document) -> Switch:
    return Switch(name, tuple(Case(case["if"], case["to"]) for case in spec["cases"]), spec["else"])


def _assign(name: str, spec: Document) -> Assign:
    return Assign(name, spec["exits"], spec["values"])


def _queue(name: str, spec: Document) -> Queueing:
    waiting = spec.get("while_waiting", {})
    said = Announcement(_prompt(waiting["say"]), waiting.get("every_s", 60)) if "say" in waiting else None
    steps = tuple(StepNeeds(step["expr"], step["expires_s"]) for step in spec.get("steps", ()))
    while_waiting = _keys(waiting, {"music": "music", "key": "callback_key"})
    optional = _keys(spec, _same("head_start_s", "timeout_s")) | while_waiting
    return Queueing(name, spec["exits"], reference(spec["queue"]), steps=steps, announcement=said, **optional)


def _callback(name: str, spec: Document) -> Callback:
    optional = _keys(spec, _same("head_start_s", "barge_in", "timeout_s", "interdigit_s", "max_tries"))
    queue, prompts = reference(spec["queue"]), (_prompt(spec["prompt"]), _prompt(spec.get("other")))
    return Callback(name, spec["exits"], queue, *prompts, **optional)


def _voicemail(name: str, spec: Document) -> Voicemail:
    return Voicemail(name, _prompt(spec["prompt"]), **_keys(spec, _same("max_s")))


def _end(name: str, spec: Document) -> End:
    return End(name, **_keys(spec, _same("reason")))


_MAKERS: Mapping[str, Callable[[str, Document], Node]] = {
    "play": _play,
    "menu": _menu,
    "collect": _collect,
    "hours": _hours,
    "switch": _switch,
    "set": _assign,
    "queue": _queue,
    "callback": _callback,
    "voicemail": _voicemail,
    "end": _end,
}
