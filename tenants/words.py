"""The words that files are made of: codes, names, addresses, numbers, hours; and the part that knows its keys."""

from __future__ import annotations

from typing import Annotated, Literal, get_args
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from tenants.core.agent_names import OWN_SEAT
from tenants.core.permissions import CLIENT_PEOPLE, STAFF, Role
from tenants.core.texts import normalised

LONGEST_TEXT = 4000
"""Characters of a prompt: about five minutes of speech."""


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f"there is no time zone {value!r}") from error
    return value


def _lines(value: str) -> str:
    return normalised(value, lines=True)


def _mail_in_small_letters(value: str) -> str:
    return value.lower() if "@" in value else value


def _role_among(roles: frozenset[Role]) -> AfterValidator:
    def check(role: Role) -> Role:
        if role not in roles:
            raise ValueError(f"the role must be one of {', '.join(sorted(roles))}")
        return role

    return AfterValidator(check)


Code = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]
Name = Annotated[str, StringConstraints(min_length=1, max_length=80, strip_whitespace=True), AfterValidator(normalised)]
Remark = Annotated[str, StringConstraints(max_length=200, strip_whitespace=True), AfterValidator(normalised)]
Words = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_TEXT), AfterValidator(_lines)]
OrderType = Annotated[
    str,
    StringConstraints(
        pattern=r"^[^\x00- !-/:-@\[-`{-\x7f]([^\x00-\x1f!-%*,:-@\[-^`{-\x7f]{0,62}[^\x00- !-%*,:-@\[-^`{-\x7f])?$",
        strip_whitespace=True,
    ),
    AfterValidator(normalised),
]
"""A type of work orders, as systems write it: a code, or a name in any script with spaces and ``_ . - / & ( ) + '``."""
SoundDigest = Annotated[str, StringConstraints(pattern=r"^sha256:[0-9a-f]{64}$")]
Email = Annotated[
    str,
    StringConstraints(pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$", max_length=254, to_lower=True, strip_whitespace=True),
    AfterValidator(normalised),
]
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Z][A-Za-z]{1,3})?$")]
SeatId = Annotated[str, StringConstraints(pattern=r"^[1-9][0-9]{2,5}$")]
RentedSeat = Annotated[str, StringConstraints(pattern=rf"^(?:[1-9][0-9]{{2,5}}|{OWN_SEAT.pattern})$")]
"""A seat of the centre, or a tenant's own name for one."""
RentedAgent = Annotated[
    str,
    StringConstraints(
        pattern=rf"^(?:[^@\s]+@[^@\s]+\.[^@\s]+|{OWN_SEAT.pattern})$", max_length=254, strip_whitespace=True
    ),
    AfterValidator(_mail_in_small_letters),
    AfterValidator(normalised),
]
"""An agent's e-mail address, or a tenant's own name for its seat."""
E164 = Annotated[str, StringConstraints(pattern=r"^\+[1-9][0-9]{5,14}$")]
Prefix = Annotated[str, StringConstraints(pattern=r"^\+[1-9][0-9]{0,13}$")]
"""How numbers begin that are not to be called."""
Hours = Annotated[str, StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d-(([01]\d|2[0-3]):[0-5]\d|24:00)$")]
Moment = Annotated[str, StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
Url = Annotated[str, StringConstraints(pattern=r"^https?://[^\s]+$", max_length=2000), AfterValidator(normalised)]
Day = Annotated[str, StringConstraints(pattern=r"^\d{4}-\d{2}-\d{2}$")]
Event = Literal["work_orders", "journal_heads", "handed_calls", "alerts"]
EVENTS: tuple[Event, ...] = get_args(Event)
"""What a connection can be told by webhooks."""
FlowId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_][A-Za-z0-9_-]{0,63}$")]
Level = Annotated[int, Field(ge=1, le=5)]
Zone = Annotated[str, AfterValidator(_zone)]
StaffRole = Annotated[Role, _role_among(STAFF)]
ClientRole = Annotated[Role, _role_among(CLIENT_PEOPLE)]


class Part(BaseModel):
    """A part of a file: what it does not know it refuses."""

    model_config = ConfigDict(extra="forbid", frozen=True)
