"""The rules of staff access: who may ask for what, for how long, with which words, and where a grant stands."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from tenants.core.permissions import Role

ROLES: Mapping[Role, tuple[Role, ...]] = {
    Role.PLATFORM: (Role.PLATFORM,),
    Role.ONBOARDING: (Role.ONBOARDING,),
    Role.SUPERVISOR: (Role.SUPERVISOR, Role.QUALITY),
    Role.QUALITY: (Role.QUALITY,),
}
"""What a person may ask for, by its own role at the centre: nothing above it. Agents come with their seats' rentals."""

MINUTES = (30, 60, 240, 480, 1440, 4320, 10080)
"""How long one may ask for: half an hour to seven days."""
BREAK_GLASS_MINUTES = 60
"""The longest for the platform role, whose access is always break-glass."""
LAPSE = timedelta(hours=24)
"""A request that nobody answered for so long cannot be approved any more."""
REASON_MIN, REASON_MAX = 10, 300


class State(StrEnum):
    """Where a grant stands."""

    ASKED = "asked"
    LAPSED = "lapsed"
    REFUSED = "refused"
    IN_FORCE = "in_force"
    EXPIRED = "expired"
    ENDED = "ended"


class Kind(StrEnum):
    """How a grant came to be."""

    STANDING = "standing"
    ASKED = "asked"
    BREAK_GLASS = "break_glass"


def minutes_for(own: Role) -> tuple[int, ...]:
    """Return the durations that a role may ask for."""
    return tuple(m for m in MINUTES if own is not Role.PLATFORM or m <= BREAK_GLASS_MINUTES)


def kind_for(own: Role) -> Kind:
    """Return which kind of grant a role asks for."""
    return Kind.BREAK_GLASS if own is Role.PLATFORM else Kind.ASKED


def clean_reason(text: str) -> str | None:
    """Return a reason as it is stored and shown to the client, or None: too short, too long, or it hides something.

    Control characters, and those that are invisible or turn the direction of writing (Unicode categories Cc, Cf, Co,
    Cn, Cs, Zl, Zp), could make the client read something else than what is stored.
    """
    words = " ".join(unicodedata.normalize("NFC", text).split())
    hidden = any(unicodedata.category(c) in {"Cc", "Cf", "Co", "Cn", "Cs", "Zl", "Zp"} for c in words)
    return words if REASON_MIN <= len(words) <= REASON_MAX and not hidden else None


def state_of(
    asked_at: datetime, decided_at: datetime | None, until_at: datetime | None, ended_at: datetime | None,
    now: datetime, *, refused: bool,
) -> State:  # fmt: skip
    """Return where a grant stands at ``now``."""
    if refused:
        return State.REFUSED
    if ended_at is not None:
        return State.ENDED
    if decided_at is None:
        return State.ASKED if now < asked_at + LAPSE else State.LAPSED
    return State.IN_FORCE if until_at is None or now < until_at else State.EXPIRED
