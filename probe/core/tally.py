"""What was tried, what answered, and what must not have happened."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from probe.core.oracles import Finding

Group = Literal["http", "sockets", "sql", "redis", "jobs", "files", "identity", "side_channels", "own_data"]
GROUPS: tuple[Group, ...] = (
    "http", "sockets", "identity", "side_channels", "sql", "jobs", "files", "redis", "own_data",
)  # fmt: skip
"""In the order of a run. ``own_data``: the asking client's real ids, with methods that change nothing."""

SHARES: Mapping[Group, int] = {
    "http": 62, "sockets": 3, "identity": 4, "side_channels": 14, "sql": 4, "jobs": 3, "files": 1, "redis": 1,
    "own_data": 8,
}  # fmt: skip
"""About how much of a run's time each part takes, in percent: for the bar that people watch."""

Outcome = Literal["refused", "alike", "finding", "left_out"]
"""``alike``: answered exactly as for something that does not exist. ``left_out``: not tried, with the reason."""

Verdict = Literal["green", "red", "incomplete"]


@dataclass(frozen=True, slots=True)
class Attempt:
    """One kind of try. No value stands in it, only the names of what was filled in."""

    group: Group
    who: str
    what: str
    filled: str
    answer: str
    outcome: Outcome


@dataclass
class Tally:
    """Everything of one run. ``on_step`` hears of each attempt and may stop the run by raising."""

    attempts: Counter[Attempt] = field(default_factory=Counter)
    findings: list[tuple[Group, Finding]] = field(default_factory=list)
    unreached: dict[Group, str] = field(default_factory=dict)
    """Groups that could not be tried, each with the reason: the run is then incomplete."""
    figures: dict[str, Any] = field(default_factory=dict)
    on_step: Callable[[], None] = lambda: None

    def add(self, attempt: Attempt) -> None:
        """Count one try."""
        self.attempts[attempt] += 1
        self.on_step()

    def find(self, group: Group, finding: Finding) -> None:
        """Keep what must not happen."""
        self.findings.append((group, finding))

    @property
    def verdict(self) -> Verdict:
        """Red with any finding; green only when every part was tried."""
        if self.findings:
            return "red"
        return "incomplete" if self.unreached else "green"

    @property
    def told(self) -> list[dict[str, str]]:
        """Return each finding once, as it is told to clients."""
        return list({tuple(one.values()): one for one in (told(*pair) for pair in self.findings)}.values())

    def summary(self) -> dict[str, dict[str, int]]:
        """Return for each group how many tries there were and what came of them."""
        counts: dict[Group, Counter[str]] = {group: Counter() for group in GROUPS}
        for attempt, times in self.attempts.items():
            counts[attempt.group][attempt.outcome] += times
        found = Counter(one["group"] for one in self.told)
        return {
            str(group): {
                "tried": sum(count.values()) - count["left_out"],
                "refused": count["refused"],
                "alike": count["alike"],
                "left_out": count["left_out"],
                "findings": found[group],
            }
            for group, count in counts.items()
            if count or found[group]
        }


def listed(attempts: Mapping[Attempt, int]) -> list[dict[str, Any]]:
    """Return the attempts for the signed document: findings first, then by group and name."""
    order = {"finding": 0, "left_out": 2}
    ranked = sorted(attempts, key=lambda a: (order.get(a.outcome, 1), GROUPS.index(a.group), a.what, a.who, a.filled))
    return [
        {
            "group": a.group, "who": a.who, "what": a.what, "filled": a.filled, "answer": a.answer,
            "outcome": a.outcome, "times": attempts[a],
        }
        for a in ranked
    ]  # fmt: skip


_TOLD_DETAIL = frozenset({"canary", "time"})
"""Oracles whose detail holds nothing but our own labels and figures: only theirs is told to clients."""


def told(group: Group, finding: Finding) -> dict[str, str]:
    """Return a finding without any text that an answer contained: it could be another client's."""
    detail = finding.detail if finding.oracle in _TOLD_DETAIL else ""
    return {
        "group": group, "oracle": finding.oracle, "what": finding.member, "who": finding.who, "detail": detail,
    }  # fmt: skip
