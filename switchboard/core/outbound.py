"""Whom we call: a number as somebody wrote or keyed it, as the one that is dialled, or why it is not."""

from __future__ import annotations

from enum import StrEnum

from phonenumbers import (
    NumberParseException,
    PhoneNumberFormat,
    PhoneNumberType,
    format_number,
    is_valid_number,
    number_type,
    parse,
    region_code_for_country_code,
)
from phonenumbers.shortnumberinfo import is_emergency_number

from tenants.core.callbacks import Callbacks

_DEAR = frozenset({PhoneNumberType.PREMIUM_RATE, PhoneNumberType.SHARED_COST})
_LONGEST = 40


class Refusal(StrEnum):
    """Why a number is not called."""

    UNKNOWN = "this is not a phone number"
    EMERGENCY = "emergency numbers are not called from here"
    PREMIUM = "premium numbers are not called for this client"
    BLOCKED = "numbers that begin like this are not called for this client"


def dialable(written: str, home: str, rules: Callbacks) -> str | Refusal:  # noqa: PLR0911 - a line for each refusal
    """Return a number in E.164 (ITU-T), or why it is not called.

    ``home``: a number of the client's own, whose country a number without one belongs to.
    """
    region = _region(home)
    digits = "".join(each for each in written if each.isdigit())
    if not digits or len(written) > _LONGEST:
        return Refusal.UNKNOWN
    if region is not None and is_emergency_number(digits, region):
        return Refusal.EMERGENCY
    try:
        number = parse(written, region)
    except NumberParseException:
        return Refusal.UNKNOWN
    if not is_valid_number(number):
        return Refusal.UNKNOWN
    made = str(format_number(number, PhoneNumberFormat.E164))
    if any(made.startswith(prefix) for prefix in rules.blocked):
        return Refusal.BLOCKED
    if not rules.premium and number_type(number) in _DEAR:
        return Refusal.PREMIUM
    return made


def _region(home: str) -> str | None:
    try:
        return str(region_code_for_country_code(parse(home, None).country_code or 0))
    except NumberParseException:
        return None
