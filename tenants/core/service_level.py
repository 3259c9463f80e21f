"""Service levels: six contract formulas over the same five counts (metrics.md section 2), on exact integers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Any


@dataclass(frozen=True, slots=True)
class Counts:
    """What happened to offered interactions; in time is within the threshold, short within the short abandon."""

    answered_in_time: int = 0
    answered: int = 0
    short_abandons: int = 0
    abandons_in_time: int = 0
    late_abandons: int = 0

    @property
    def base(self) -> int:
        """``O``: every answered or abandoned interaction."""
        return self.answered + self.short_abandons + self.abandons_in_time + self.late_abandons


@dataclass(frozen=True, slots=True)
class Share:
    """A share as an exact fraction; without a denominator there is nothing to say (:attr:`value` is ``None``)."""

    num: int
    den: int

    @property
    def value(self) -> Fraction | None:
        """The share between 0 and 1."""
        return Fraction(self.num, self.den) if self.den else None

    def met(self, target_pct: int) -> bool | None:
        """Tell whether the share reaches a target, on exact integers and never on a rounded figure."""
        return self.num * 100 >= target_pct * self.den if self.den else None


class Variant(StrEnum):
    """How a formula treats abandons; the letters are those of metrics.md."""

    SL1 = "SL1"
    SL2 = "SL2"
    SL3 = "SL3"
    SL4 = "SL4"
    SL5 = "SL5"
    SL6 = "SL6"


_SHARES: Mapping[Variant, Callable[[Counts], Share]] = {
    Variant.SL1: lambda c: Share(c.answered_in_time, c.base),
    Variant.SL2: lambda c: Share(c.answered_in_time, c.base - c.short_abandons),
    Variant.SL3: lambda c: Share(c.answered_in_time, c.answered + c.late_abandons),
    Variant.SL4: lambda c: Share(c.answered_in_time + c.abandons_in_time + c.short_abandons, c.base),
    Variant.SL5: lambda c: Share(c.answered_in_time, c.answered),
    Variant.SL6: lambda c: Share(c.answered_in_time + c.abandons_in_time, c.base - c.short_abandons),
}


@dataclass(frozen=True, slots=True)
class Formula:
    """An agreed service level: immutable, a change is a new one. Lengths are seconds, the target is per cent."""

    variant: Variant = Variant.SL2
    threshold_s: int = 20
    short_abandon_s: int = 5
    target_pct: int = 80

    @property
    def id(self) -> str:
        """What every figure carries, such as ``SL2 20s/5s``."""
        return f"{self.variant} {self.threshold_s}s/{self.short_abandon_s}s"

    def share(self, counts: Counts) -> Share:
        """Compute the service level of these counts."""
        return _SHARES[self.variant](counts)

    def met(self, counts: Counts) -> bool | None:
        """Tell whether the target is met; ``None`` when there is nothing to say."""
        return self.share(counts).met(self.target_pct)

    def to_dict(self) -> dict[str, Any]:
        """Return the record as it is journalled, with its id."""
        return {**asdict(self), "variant": self.variant.value, "id": self.id}

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> Formula:
        """Read a record or the blueprint's ``service_level``; raises ``ValueError`` for an unknown variant."""
        known = {name: stored[name] for name in ("threshold_s", "short_abandon_s", "target_pct") if name in stored}
        return cls(variant=Variant(stored.get("variant", Variant.SL2)), **known)


def abandonment(counts: Counts, *, without_short: bool = True) -> Share:
    """Compute the abandonment rate; short abandons leave the numerator and the denominator."""
    late = counts.abandons_in_time + counts.late_abandons
    if without_short:
        return Share(late, counts.base - counts.short_abandons)
    return Share(late + counts.short_abandons, counts.base)
