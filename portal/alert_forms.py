"""The form of a threshold: what was typed to a rule and back. What a figure does not have is left out of its rule."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.datastructures import FormData

from live.core.thresholds import FIGURES, OF_QUEUES, OF_SEATS, OF_WINDOWS, SECONDS, SEVERITIES, SHARES, WAYS, WHOM, Rule

FIELDS = (
    "name", "figure", "scope", "state", "compare", "threshold", "clear", "window_s", "least", "for_s", "severity",
    "quiet_from", "quiet_to", "repeat_min", "enabled",
)  # fmt: skip
LISTS = ("roles", "people", "ways")
Typed = dict[str, Any]


class NotReadable(ValueError):
    """A field holds what its kind cannot; its name is the argument."""


def blank() -> Typed:
    """Return the form of a new threshold."""
    return typed_of(Rule("", 0, "", "waiting", threshold=5, clear=3, for_s=30, roles=("client_manager",)))


def typed_of(rule: Rule) -> Typed:
    """Return a rule as its form shows it."""
    scale = 10 if rule.unit == "permille" else 1
    return {
        "name": rule.name,
        "figure": rule.figure,
        "scope": f"{rule.scope}:{rule.scope_id}" if rule.scope_id else rule.scope,
        "state": rule.state,
        "compare": "above" if rule.above else "below",
        "threshold": _number(rule.threshold, scale),
        "clear": "" if rule.clear == rule.threshold else _number(rule.clear, scale),
        "window_s": str(rule.window_s),
        "least": str(rule.least),
        "for_s": str(rule.for_s),
        "severity": rule.severity,
        "quiet_from": clock_of(rule.quiet_from) if rule.quiet_from != rule.quiet_to else "",
        "quiet_to": clock_of(rule.quiet_to) if rule.quiet_from != rule.quiet_to else "",
        "repeat_min": str(rule.repeat_s // 60),
        "enabled": "yes" if rule.enabled else "",
        "roles": list(rule.roles),
        "people": list(rule.people),
        "ways": list(rule.ways),
    }


def typed_in(form: FormData) -> Typed:
    """Return what somebody sent, each text no longer than a line."""
    lines = {name: str(form.get(name) or "").strip()[:200] for name in FIELDS}
    return {**lines, **{name: [str(each)[:60] for each in form.getlist(name)[:200]] for name in LISTS}}


def rule_of(typed: Mapping[str, Any], rule_id: str) -> Rule:
    """Return the rule that a form says. Raises :class:`NotReadable` with the field's name."""
    figure = typed["figure"]
    if figure not in FIGURES:
        raise NotReadable("figure")
    scale = 10 if FIGURES[figure] == "permille" else 1
    scope, _, scope_id = typed["scope"].partition(":")
    allowed = {"seat", "each_seat"} if figure in OF_SEATS else {"all", "queue", "each_queue"}
    if figure not in OF_SEATS and (scope not in allowed or figure not in OF_QUEUES):
        scope, scope_id = "all", ""
    if figure in OF_SEATS and scope not in allowed:
        scope, scope_id = "each_seat", ""
    threshold = _whole(typed, "threshold", scale)
    start, end = _minutes(typed, "quiet_from"), _minutes(typed, "quiet_to")
    return Rule(
        rule_id, 0, typed["name"], figure, scope, scope_id, typed["state"] if figure == "seat_state" else "",
        figure in OF_SEATS or typed["compare"] != "below", threshold,
        _whole(typed, "clear", scale) if typed["clear"] else threshold,
        _whole(typed, "window_s") if figure in OF_WINDOWS else 0, _whole(typed, "for_s"),
        _whole(typed, "least") if figure in SHARES else 1,
        typed["severity"] if typed["severity"] in SEVERITIES else "warning",
        tuple(each for each in WHOM if each in typed["roles"]), tuple(sorted(set(typed["people"]))),
        tuple(each for each in WAYS if each in typed["ways"]), start or 0, end or 0,
        _whole(typed, "repeat_min") * 60, typed["enabled"] == "yes",
    )  # fmt: skip


def unit_word(figure: str) -> str:
    """Return the unit of a form's values: ``%``, ``s`` or nothing."""
    unit = FIGURES.get(figure, "count")
    return {"permille": "%", SECONDS: "s"}.get(unit, "")


def clock_of(minute: int) -> str:
    """Return a minute of the day as a form's time."""
    return f"{minute // 60:02d}:{minute % 60:02d}"


def minute_of(text: str) -> int | None:
    """Return a form's time as a minute of the day; None for an empty one. Raises :class:`ValueError`."""
    if not text:
        return None
    hours, _, minutes = text.partition(":")
    found = int(hours) * 60 + int(minutes)
    if not (0 <= int(hours) < 24 and 0 <= int(minutes) < 60):  # noqa: PLR2004 - a day has 24 hours
        raise ValueError(text)
    return found


def _minutes(typed: Mapping[str, Any], name: str) -> int | None:
    try:
        return minute_of(typed[name])
    except ValueError as error:
        raise NotReadable("quiet") from error


def _whole(typed: Mapping[str, Any], name: str, scale: int = 1) -> int:
    text = typed[name].replace(",", ".")
    try:
        value = float(text) * scale
    except ValueError as error:
        raise NotReadable(name) from error
    if not abs(value) <= 1e9 or round(value) != round(value, 6):  # noqa: PLR2004 - also refuses nan and infinity
        raise NotReadable(name)
    return round(value)


def _number(value: int, scale: int) -> str:
    return str(value) if value % scale == 0 and scale == 1 else f"{value / scale:g}"
