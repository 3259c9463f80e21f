"""Whether answers for a foreign id take longer than for one that does not exist: robust, and slow to cry wolf."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import median

FLOOR_S = 0.003
"""A smaller difference between medians is not looked at: over a network nobody could use it."""
SUSPICIOUS_Z = 3.4
"""Sign test: nearly every pair points the same way."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Medians in seconds, how one-sided the pairs are (``z`` of the sign test), and the least that would be seen."""

    foreign_s: float
    random_s: float
    difference_s: float
    z: float
    visible_s: float
    pairs: int

    @property
    def differs(self) -> bool:
        """Whether the difference is both large enough to use and too one-sided for chance."""
        return abs(self.difference_s) > FLOOR_S and abs(self.z) >= SUSPICIOUS_Z


def compare(foreign: Sequence[float], random: Sequence[float]) -> Figures:
    """Compare samples that were taken in turns. At least twelve pairs, or chance alone could look one-sided."""
    pairs = [one - other for one, other in zip(foreign, random, strict=True)]
    middle = median(pairs)
    spread = median(abs(pair - middle) for pair in pairs)
    ahead = sum(pair > 0 for pair in pairs)
    z = (ahead - len(pairs) / 2) / sqrt(len(pairs) / 4)
    visible = max(FLOOR_S, 3 * 1.4826 * 1.2533 * spread / sqrt(len(pairs)))
    return Figures(median(foreign), median(random), middle, z, visible, len(pairs))
