"""The two files that people write: the centre file and the blueprint. Unknown keys are refused.

Their JSON Schemas are published in ``docs/schemas`` for editors; a test compares. Names that must exist elsewhere are
checked in ``tenants.core.names``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from tenants.core.documents import Document, pointer
from tenants.core.permissions import CLIENT_PEOPLE, STAFF, Role

Code = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]
Name = Annotated[str, StringConstraints(min_length=1, max_length=80, strip_whitespace=True)]
Email = Annotated[
    str, StringConstraints(pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$", max_length=254, to_lower=True, strip_whitespace=True)
]
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Z][A-Za-z]{1,3})?$")]
SeatId = Annotated[str, StringConstraints(pattern=r"^[1-9][0-9]{2,5}$")]
E164 = Annotated[str, StringConstraints(pattern=r"^\+[1-9][0-9]{5,14}$")]
Hours = Annotated[str, StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d-(([01]\d|2[0-3]):[0-5]\d|24:00)$")]
Url = Annotated[str, StringConstraints(pattern=r"^https?://[^\s]+$", max_length=2000)]
Day = Annotated[str, StringConstraints(pattern=r"^\d{4}-\d{2}-\d{2}$")]
Level = Annotated[int, Field(ge=1, le=5)]


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f"there is no time zone {value!r}") from error
    return value


def _role_among(roles: frozenset[Role]) -> AfterValidator:
    def check(role: Role) -> Role:
        if role not in roles:
            raise ValueError(f"the role must be one of {', '.join(sorted(roles))}")
        return role

    return AfterValidator(check)


Zone = Annotated[str, AfterValidator(_zone)]
StaffRole = Annotated[Role, _role_among(STAFF)]
ClientRole = Annotated[Role, _role_among(CLIENT_PEOPLE)]


class Part(BaseModel):
    """A part of a file: what it does not know it refuses."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class TrunkPart(Part):
    """A connection to a carrier: its name (also of its endpoint) and its address."""

    name: Code
    address: str


class StaffPart(Part):
    """One of the outsourcer's people. An agent has a seat; ``clients`` limits the others to some tenants.

    ``clients_until``: the last day, in the centre's zone, for those clients where there is one.
    """

    email: Email
    name: Name
    role: StaffRole
    seat: SeatId | None = None
    locale: Language = "en"
    clients: list[Code] | None = None
    clients_until: dict[Code, Day] = {}


class Centre(Part):
    """The outsourcer's own file: trunks, seats, staff."""

    centre: Literal[1]
    name: Name
    zone: Zone
    floor: Code = "main"
    trunks: list[TrunkPart] = []
    seats: list[SeatId] = []
    staff: list[StaffPart] = []


class TenantPart(Part):
    """Who the client is. Each interaction's times are shown in ``zone``."""

    code: Code
    name: Name
    zone: Zone
    languages: Annotated[list[Language], Field(min_length=1)]


class ServiceLevelPart(Part):
    """The agreed service level: the share answered within ``threshold_s``, by one of the named formulas."""

    variant: Literal["SL1", "SL2", "SL3", "SL4", "SL5", "SL6"] = "SL2"
    threshold_s: Annotated[int, Field(ge=1, le=600)] = 20
    short_abandon_s: Annotated[int, Field(ge=0, le=60)] = 5
    target_pct: Annotated[int, Field(ge=1, le=100)] = 80


class ContractPart(Part):
    """What was agreed with the client."""

    service_level: ServiceLevelPart = ServiceLevelPart()


class PersonPart(Part):
    """One of the client's people."""

    email: Email
    name: Name
    role: ClientRole
    locale: Language = "en"


class WeekPart(Part):
    """Opening hours by weekday, in the tenant's zone; a day that is left out is closed."""

    mon: list[Hours] = []
    tue: list[Hours] = []
    wed: list[Hours] = []
    thu: list[Hours] = []
    fri: list[Hours] = []
    sat: list[Hours] = []
    sun: list[Hours] = []


class ExceptionPart(Part):
    """A day that is not like its weekday: closed, open at other hours, or a working day (Monday's hours)."""

    on: Day
    closed: bool = False
    working: bool = False
    open: list[Hours] = []
    name: str = ""


class CalendarPart(Part):
    """Opening hours, the public holidays of a country (``CN``, ``HK``) and exceptions."""

    code: Code
    weekly: WeekPart
    holidays: Literal["CN", "HK", "TW", "MO", "SG"] | None = None
    exceptions: list[ExceptionPart] = []


class PromptPart(Part):
    """A sound: its words by language."""

    code: Code
    text: Annotated[dict[Language, Annotated[str, StringConstraints(min_length=1)]], Field(min_length=1)]


class SkillPart(Part):
    """What an agent can and a queue needs."""

    code: Code
    name: Name


class DispositionPart(Part):
    """An outcome that an agent may choose."""

    code: Code
    name: Name


class QueuePart(Part):
    """Where interactions wait. Durations are whole seconds."""

    code: Code
    name: Name
    needs: dict[Code, Level] = {}
    ring_s: Annotated[int, Field(ge=3, le=120)] = 15
    max_wait_s: Annotated[int, Field(ge=1, le=7200)] = 300
    wrap_up_s: Annotated[int, Field(ge=0, le=3600)] = 30
    dispositions: list[DispositionPart] = []


class NumberPart(Part):
    """A dialled number in E.164, and the flow that it leads to."""

    number: E164
    flow: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_][A-Za-z0-9_-]{0,63}$")]


class SeatPart(Part):
    """A rented seat: which agent sits there, under which alias, with which skills."""

    seat: SeatId
    kind: Literal["dedicated", "shared"]
    agent: Email
    alias: Name
    skills: dict[Code, Level] = {}


class ConnectionPart(Part):
    """A system of the client: a name for its keys, and where webhooks go."""

    code: Code
    name: Name
    url: Url


class RecordingPart(Part):
    """Which conversations are recorded."""

    policy: Literal["always", "never"] = "always"


class Blueprint(Part):
    """A tenant's whole configuration. Flows have their own schema (``flow/1``)."""

    blueprint: Literal[1]
    tenant: TenantPart
    contract: ContractPart = ContractPart()
    people: list[PersonPart] = []
    calendars: list[CalendarPart] = []
    prompts: list[PromptPart] = []
    skills: list[SkillPart] = []
    queues: list[QueuePart] = []
    flows: list[dict[str, Any]] = []
    numbers: list[NumberPart] = []
    seats: list[SeatPart] = []
    connections: list[ConnectionPart] = []
    recording: RecordingPart = RecordingPart()


def problems(error: ValidationError, document: Document) -> Iterator[str]:
    """Yield one readable line for each place that a schema refuses."""
    for found in error.errors(include_url=False):
        place = pointer(*found["loc"])
        reason = (
            "unknown key" if found["type"] == "extra_forbidden" else str(found["msg"]).removeprefix("Value error, ")
        )
        yield refusal(document, place, reason)


def refusal(document: Document, place: str, reason: str) -> str:
    """Return the one form of a refusal: ``line 12 · /queues/0/needs · reason``."""
    return f"line {document.line(place)} · {place or '/'} · {reason}"
