"""Whom we call: a number as somebody wrote or keyed it, as the one that is dialled, or why it is not."""

from __future__ import annotations

from enum import StrEnum

from phonenumbers import PhoneNumberType, number_type, parse
from phonenumbers.shortnumberinfo import is_emergency_number

from tenants.core.callbacks import Callbacks
from tenants.core.numbers import e164, region_of

_DEAR = frozenset({PhoneNumberType.PREMIUM_RATE, PhoneNumberType.SHARED_COST})


class Refusal(StrEnum):
    """Why a number is not called."""

    UNKNOWN = "this is not a phone number"
    EMERGENCY = "emergency numbers are not called from here"
    PREMIUM = "premium numbers are not called for this client"
    BLOCKED = "numbers that begin like this are not called for this client"


def dialable(written: str, home: str, rules: Callbacks) -> str | Refusal:
    """Return a number in E.164 (ITU-T), or why it is not called.

    ``home``: a number of the client's own, whose country a number without one belongs to.
    """
    region = region_of(home)
    digits = "".join(each for each in written if each.isdigit())
    if region is not None and is_emergency_number(digits, region):
        return Refusal.EMERGENCY
    made = e164(written, home)
    if made is None:
        return Refusal.UNKNOWN
    if any(made.startswith(prefix) for prefix in rules.blocked):
        return Refusal.BLOCKED
    if not rules.premium and number_type(parse(made, None)) in _DEAR:
        return Refusal.PREMIUM
    return made
