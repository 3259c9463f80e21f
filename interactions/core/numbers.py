"""Phone numbers as people may see them (isolation.md section 9)."""

from __future__ import annotations

from dataclasses import dataclass

_ONE_DIGIT = frozenset({"1", "7"})
_TWO_DIGITS = frozenset(
    str(code)
    for code in (20, 27, 30, 31, 32, 33, 34, 36, 39, 40, 41, 43, *range(44, 50), *range(51, 59), *range(60, 67),
                 81, 82, 84, 86, *range(90, 96), 98)
)  # fmt: skip
"""Country codes (ITU-T E.164 list of 2016); every other one has three digits."""
_SHORTEST = 8
"""Digits of an international number, country code included; a shorter one is hidden as a whole."""
_TAIL = 4
_HIDDEN = 3
"""At least so many digits are hidden."""
_HEAD = 3
"""At most so many are shown after the country code: the kind of number, not the person."""


def mask(number: str) -> str:
    """Hide who it is and keep where from: ``+8613812341234`` becomes ``+86 138****1234``. Withheld stays empty."""
    digits = "".join(each for each in number if each.isdigit())
    country = _country_code(digits) if number.startswith("+") and len(digits) >= _SHORTEST else ""
    rest = digits[len(country) :]
    tail = min(_TAIL, len(rest) // 2)
    head = max(0, min(_HEAD, len(rest) - _HIDDEN - tail))
    masked = rest[:head] + "*" * (len(rest) - head - tail) + rest[len(rest) - tail :]
    return f"+{country} {masked}" if country else masked


def _country_code(digits: str) -> str:
    if digits[:1] in _ONE_DIGIT:
        return digits[:1]
    return digits[:2] if digits[:2] in _TWO_DIGITS else digits[:3]


@dataclass(frozen=True, slots=True, repr=False)
class RawNumber:
    """A contact's number that leaves no log, page or fact by accident: printed, it is masked."""

    value: str

    def __repr__(self) -> str:
        """Show it masked."""
        return mask(self.value)

    __str__ = __repr__
