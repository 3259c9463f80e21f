"""Whether a threshold can be as somebody wrote it. Pure; what the client's own rows say is asked elsewhere."""

from __future__ import annotations

from live.core.figures import LONGEST_S
from live.core.thresholds import (
    FIGURES,
    OF_QUEUES,
    OF_SEATS,
    OF_WINDOWS,
    SCOPES,
    SEVERITIES,
    SHARES,
    STATES,
    TENTHS,
    WAYS,
    WHOM,
    Rule,
)

_NAME, _DAY_S, _DAY_MIN, _MOST = 80, 86_400, 24 * 60, 1_000_000
SHORTEST_WINDOW_S, SHORTEST_REPEAT_S = 60, 60


def wrong(rule: Rule) -> list[str]:
    """Return the names of the parts that do not fit; nothing: the rule can be kept."""
    if rule.figure not in FIGURES:
        return ["figure"]
    return [name for name, fits in {**_about(rule), **_values(rule), **_telling(rule)}.items() if not fits]


def _about(rule: Rule) -> dict[str, bool]:
    if rule.figure in OF_SEATS:
        scopes = {"seat", "each_seat"}
    else:
        scopes = {"all", "queue", "each_queue"} if rule.figure in OF_QUEUES else {"all"}
    one = rule.scope in {"queue", "seat"}
    return {
        "name": 1 <= len(rule.name) <= _NAME and rule.name.isprintable() and rule.name == rule.name.strip(),
        "scope": rule.scope in SCOPES and rule.scope in scopes and one == bool(rule.scope_id),
        "state": rule.state in STATES if rule.figure == "seat_state" else rule.state == "",
    }


def _values(rule: Rule) -> dict[str, bool]:
    highest = 1000 if rule.unit == TENTHS else _MOST
    beyond = rule.clear <= rule.threshold if rule.above else rule.clear >= rule.threshold
    windows = rule.window_s == 0 or SHORTEST_WINDOW_S <= rule.window_s <= LONGEST_S
    seats = rule.figure in OF_SEATS
    return {
        "above": rule.above or not seats,
        "threshold": 0 <= rule.threshold <= highest and (rule.threshold > 0),
        "clear": 0 <= rule.clear <= highest and beyond and (rule.clear > 0 or not rule.above),
        "window_s": windows if rule.figure in OF_WINDOWS else rule.window_s == 0,
        "for_s": 0 <= rule.for_s <= _DAY_S,
        "least": 1 <= rule.least <= _MOST if rule.figure in SHARES else rule.least == 1,
    }


def _telling(rule: Rule) -> dict[str, bool]:
    quiet = all(0 <= minute < _DAY_MIN for minute in (rule.quiet_from, rule.quiet_to))
    return {
        "severity": rule.severity in SEVERITIES,
        "whom": set(rule.roles) <= set(WHOM) and (bool(rule.roles or rule.people) or "webhook" in rule.ways),
        "ways": set(rule.ways) <= set(WAYS) and bool(rule.ways),
        "quiet": quiet,
        "repeat_s": rule.repeat_s == 0 or SHORTEST_REPEAT_S <= rule.repeat_s <= _DAY_S,
    }
