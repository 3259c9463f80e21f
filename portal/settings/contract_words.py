"""The words of what is agreed in a contract: how its control and its view of desks read, side by side or alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from portal.sentences import Gettext

PARTS = ("controls", "desktop")
"""The parts of a contract that are told here."""
_Words = Mapping[str, Mapping[str, str]]


def contract_words(_: Gettext) -> dict[str, dict[str, str]]:
    """Return what each choice of these parts is called."""
    return {
        "desk_view": {
            "off": _("Not at all"),
            "live": _("As it happens"),
            "live_and_stored": _("As it happens, and later beside the recording"),
        },
        "beyond": {"busy": _("They hear busy"), "prompt": _("A prompt, then the end"), "flow": _("Another flow")},
    }


def contract_labels(_: Gettext) -> dict[str, str]:
    """Return what the keys of a contract are called; those of its parts by their whole path."""
    return {
        "service_level": _("Service level"),
        "variant": _("Formula"),
        "short_abandon_s": _("Short abandon, up to"),
        "formulas": _("Formulas of reports"),
        "admission": _("New calls"),
        "calls_per_minute": _("at most, in a minute"),
        "beyond": _("What the others get"),
        "attachment_mb": _("One file on a work order, at most"),
        "prompt": _("Prompt"),
        "controls": _("Control by the client"),
        "controls.roles": _("Who of the client"),
        "controls.longest_min": _("Lasts at most"),
        "controls.hours": _("Open and close hours"),
        "controls.pause_numbers": _("Pause numbers"),
        "controls.announcements": _("Announcements at once"),
        "controls.priority": _("Move a queue's contacts"),
        "controls.message_supervisors": _("Write to the supervisors"),
        "controls.message_seats": _("Write to a seat"),
        "controls.ask_listening": _("Ask to listen in"),
        "desktop.told": _("The agent reads who watches"),
        "only": _("%(allowed)s, only for %(what)s"),
        "bounds": _("%(lowest)s s to %(highest)s s, in steps of %(step)s s"),
    }


def told(
    words: _Words, label: Mapping[str, str], part: str, entry: Mapping[str, Any], queues: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    """Yield a part of the contract as label and text; ``queues``: their names by code."""
    only = entry.get("only", {})
    for key, value in entry.items():
        if key == "only":
            continue
        name = label.get(f"{part}.{key}") or label.get(key, key)
        text = _text(words, label, key, value)
        if only.get(key) and _is_allowed(value):
            text = label["only"] % {"allowed": text, "what": _named(words, only[key], queues)}
        yield f"{label[part]} · {name}", text


def grouped(told_: Mapping[str, str], label: Mapping[str, str]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return a contract's lines under the name of their part, those told here first; a line of no part is by itself."""
    found: dict[str, list[tuple[str, str]]] = {label[part]: [] for part in PARTS}
    for name, text in told_.items():
        head, _dot, rest = name.partition(" · ")
        found.setdefault(head, []).append((rest or head, text))
    return list(found.items())


def _is_allowed(value: Any) -> bool:  # noqa: ANN401 - JSON
    return any(value[bound] for bound in ("lowest_s", "highest_s")) if isinstance(value, Mapping) else bool(value)


def _named(words: _Words, places: Mapping[str, Sequence[str]], queues: Mapping[str, str]) -> str:
    named = {
        section: ", ".join(queues.get(each, each) if section == "queues" else each for each in entries)
        for section, entries in places.items()
    }
    return "; ".join(f"{words['section'][section]}: {entries}" for section, entries in named.items() if entries)


def _text(words: _Words, label: Mapping[str, str], key: str, value: Any) -> str:  # noqa: ANN401 - JSON
    if key == "priority":
        low, high = value["lowest_s"], value["highest_s"]
        bounds = {"lowest": low, "highest": high, "step": value["step_s"]}
        return label["bounds"] % bounds if low or high else words["answer"]["False"]
    if key == "view":
        return words["desk_view"].get(value, value)
    if isinstance(value, bool):
        return words["answer"][str(value)]
    if isinstance(value, list):
        return ", ".join(words["role"].get(each, each) for each in value) or "—"
    return label["minutes"] % {"count": value} if key.endswith("_min") else str(value)
