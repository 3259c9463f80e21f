"""The counts of a day, for a tenant, a queue or a quarter of an hour. Ratios are computed from them, never stored.

Words and cases: metrics.md 1, 2 and 4. An interaction is counted in the day and the quarter hour of its enqueue
(the cohort), so that a ratio never mixes two sets of interactions.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from functools import lru_cache
from typing import Any, Self

from tenants.core.service_level import Counts as LevelCounts
from tenants.core.service_level import Formula, Share, Variant


@lru_cache(maxsize=10_000)
def _share(variant: Variant, *counts: int) -> Share:
    """Return the service level of counts: each frame tells that of a hundred spans, nearly all of them as before."""
    return Formula(variant).share(LevelCounts(*counts))


@dataclass(slots=True)
class Counts:
    """Integers only; milliseconds for sums of time."""

    arrived: int = 0
    offered: int = 0
    answered: int = 0
    answered_in_time: int = 0
    abandoned: int = 0
    abandoned_in_time: int = 0
    short_abandoned: int = 0
    dequeued: int = 0
    handled: int = 0
    wait_ms_sum: int = 0
    talk_ms_sum: int = 0
    wrap_ms_sum: int = 0

    def answer(self, wait_ms: int, threshold_ms: int) -> None:
        """Count an interaction that reached an agent after ``wait_ms``."""
        self.answered += 1
        self.wait_ms_sum += wait_ms
        if wait_ms <= threshold_ms:
            self.answered_in_time += 1

    def abandon(self, wait_ms: int, threshold_ms: int, short_ms: int) -> None:
        """Count a contact who left while waiting or ringing after ``wait_ms``; 0 switches short abandons off."""
        if short_ms and wait_ms <= short_ms:
            self.short_abandoned += 1
            return
        self.abandoned += 1
        if wait_ms <= threshold_ms:
            self.abandoned_in_time += 1

    def level(self, formula: Formula) -> dict[str, int]:
        """Return the service level as an exact fraction; ``den`` 0 means that there is nothing to say yet."""
        share = _share(
            formula.variant, self.answered_in_time, self.answered, self.short_abandoned, self.abandoned_in_time,
            self.abandoned - self.abandoned_in_time,
        )  # fmt: skip
        return {"num": share.num, "den": share.den}

    def as_dict(self) -> dict[str, int]:
        """Return the stored form."""
        return asdict(self)

    @classmethod
    def from_dict(cls, stored: dict[str, Any]) -> Self:
        """Read the stored form; a count that it does not know yet is 0."""
        return cls(**{f.name: stored.get(f.name, 0) for f in fields(cls)})
