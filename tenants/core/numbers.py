"""Phone numbers as people may see them (isolation.md section 9): one number, and numbers inside a text."""

from __future__ import annotations

import re
import unicodedata

from phonenumbers import (
    COUNTRY_CODE_TO_REGION_CODE,
    Leniency,
    NumberParseException,
    PhoneNumberFormat,
    PhoneNumberMatcher,
    format_number,
    is_valid_number,
    parse,
    region_code_for_country_code,
)

_SHORTEST = 8
"""Digits of an international number, country code included; a shorter one is hidden as a whole."""
_TAIL = 4
_HIDDEN = 3
"""At least so many digits are hidden."""
_HEAD = 3
"""At most so many are shown after the country code: the kind of number, not the person."""

_LONGEST = 40
"""Signs of a written number."""


def region_of(number: str) -> str | None:
    """Return the country of a number in E.164, as ISO 3166 writes it; None: it has none."""
    try:
        return str(region_code_for_country_code(parse(number, None).country_code or 0))
    except NumberParseException:
        return None


def e164(written: str, home: str) -> str | None:
    """Return a number as ITU-T E.164 writes it, or None: this is none.

    ``home``: a number whose country one without a country belongs to.
    """
    if not any(each.isdigit() for each in written) or len(written) > _LONGEST:
        return None
    try:
        number = parse(written, region_of(home))
    except NumberParseException:
        return None
    return str(format_number(number, PhoneNumberFormat.E164)) if is_valid_number(number) else None


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
    """Return the country code (ITU-T E.164) that the digits begin with, by the library's list; empty: none."""
    return next((digits[:length] for length in (1, 2, 3) if int(digits[:length]) in COUNTRY_CODE_TO_REGION_CODE), "")


_DIGITS = re.compile(r"\d[\d ().\-/]{4,}\d")
_BETWEEN = frozenset("_|~\u00b7\u2022\u30fb")
_REGIONS = (None, "CN", "HK", "TW", "MO", "SG")
"""Where a number without its country code may be at home: the countries that calendars know."""


def _plain(sign: str) -> str:
    """Return one sign that stands for this one while numbers are looked for, so that places stay the same."""
    if sign in _BETWEEN or unicodedata.category(sign) in {"Pd", "Cf"}:
        return "-"
    if sign.isspace():
        return " "
    return "\u5b57" if sign.isascii() and sign.isalpha() else sign


def numbers_in(text: str) -> list[tuple[int, int]]:
    """Return where telephone numbers stand in a text, as libphonenumber recognises them; none overlap.

    Signs that it does not take for separators, invisible ones too, and letters that touch a number hide none.
    """
    text = "".join(map(_plain, text))
    if not _DIGITS.search(text):
        return []
    found: list[tuple[int, int]] = []
    for region in _REGIONS:
        for match in PhoneNumberMatcher(text, region, leniency=Leniency.POSSIBLE if region is None else Leniency.VALID):
            if all(match.end <= begin or match.start >= end for begin, end in found):
                found.append((match.start, match.end))
    return sorted(found)
