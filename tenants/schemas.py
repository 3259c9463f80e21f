"""The two files that people write: the centre file and the blueprint. Unknown keys are refused.

Their JSON Schemas are published in ``docs/schemas`` for editors; a test compares. Names that must exist elsewhere are
checked in ``tenants.core.names``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError

from kit.errors import Detail
from tenants.at_desk import BreakPart, DeskPart, DispositionPart
from tenants.core.documents import Document, pointer
from tenants.directory import DirectoryPart
from tenants.policies import (
    CallbacksPart,
    ContractPart,
    MaskingPart,
    RecordingPart,
    ReportPart,
    RetentionPart,
    SharingPart,
    StaffAccessPart,
    SupervisionPart,
)
from tenants.trunk_parts import ClientTrunkPart, TrunkPart
from tenants.words import (
    E164,
    ClientRole,
    Code,
    Day,
    Email,
    Event,
    FlowId,
    Hours,
    Language,
    Level,
    Name,
    Part,
    Remark,
    RentedAgent,
    RentedSeat,
    SeatId,
    SoundDigest,
    StaffRole,
    Url,
    Words,
    Zone,
)
from tenants.work_order_parts import WorkOrdersPart


class EnginePart(Part):
    """A phone engine: its name in the settings of the floor's process, and how many new calls it may take."""

    name: Code
    calls_per_minute: Annotated[int, Field(ge=1, le=60_000)] = 3000


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
    engines: list[EnginePart] = []
    """Of the floor; one that is not named here takes 3000 new calls a minute."""
    seats: list[SeatId] = []
    desks: list[SeatId] = []
    """Spare places with phones: nobody's seat, for whoever sits down there."""
    breaks: Annotated[list[BreakPart], Field(max_length=30)] = []
    """Why an agent is not ready, to choose from; without any, five common reasons."""
    calls_without_desk: bool = False
    """Whether an agent is offered calls on the telephone of its desk while its desk page cannot be reached."""
    staff: list[StaffPart] = []


class TenantPart(Part):
    """Who the client is. Each interaction's times are shown in ``zone``; calls to outside show ``caller_id``."""

    code: Code
    name: Name
    zone: Zone
    languages: Annotated[list[Language], Field(min_length=1)]
    caller_id: E164 | None = None


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
    name: Remark = ""


class CalendarPart(Part):
    """Opening hours, the public holidays of a country (``CN``, ``HK``) and exceptions."""

    code: Code
    weekly: WeekPart
    holidays: Literal["CN", "HK", "TW", "MO", "SG"] | None = None
    exceptions: list[ExceptionPart] = []


class PromptPart(Part):
    """A sound: its words by language, and where there is one the uploaded recording that is played instead.

    ``audio`` names a recording by the SHA-256 of what the phones play; its words stay beside it, for whoever reads.
    """

    code: Code
    text: Annotated[dict[Language, Words], Field(min_length=1)]
    audio: dict[Language, SoundDigest] = {}


class MusicPart(Part):
    """A piece of music by the uploaded recording that is it, named as in a prompt.

    ``hold``: it is heard during a hold, and while waiting in a queue that names none; one piece at most.
    """

    code: Code
    name: Name
    audio: SoundDigest
    hold: bool = False


class SkillPart(Part):
    """What an agent can and a queue needs."""

    code: Code
    name: Name


class QueuePart(Part):
    """Where interactions wait. Durations are whole seconds. ``caller_id``: shown instead of the client's own one.

    ``music``: which piece is heard while waiting here; None: the one for everybody.
    """

    code: Code
    name: Name
    needs: dict[Code, Level] = {}
    ring_s: Annotated[int, Field(ge=3, le=120)] = 15
    max_wait_s: Annotated[int, Field(ge=1, le=7200)] = 300
    wrap_up_s: Annotated[int, Field(ge=0, le=3600)] = 30
    dispositions: list[DispositionPart] = []
    desk: DeskPart = DeskPart()
    caller_id: E164 | None = None
    music: Code | None = None


class NumberPart(Part):
    """A dialled number in E.164, and the flow that it leads to."""

    number: E164
    flow: FlowId


class SeatPart(Part):
    """A rented seat: which agent sits there, under which alias, with which skills.

    The centre's files say the seat's number and the agent's e-mail; what a client reads and writes has one name of its
    own for both (``S1``). The rent lasts from ``from_on`` to ``until_on``, both days included, in the client's zone;
    without them always.
    """

    seat: RentedSeat
    kind: Literal["dedicated", "shared"]
    agent: RentedAgent
    alias: Name
    skills: dict[Code, Level] = {}
    from_on: Day | None = None
    until_on: Day | None = None


class ConnectionPart(Part):
    """A system of the client: a name for its keys, where webhooks go, and which ``events`` it is told."""

    code: Code
    name: Name
    url: Url
    events: Annotated[list[Event], Field(max_length=4)] = ["work_orders"]


class Blueprint(Part):
    """A tenant's whole configuration. Flows have their own schema (``flow/1``)."""

    blueprint: Literal[1]
    tenant: TenantPart
    contract: ContractPart = ContractPart()
    people: list[PersonPart] = []
    calendars: list[CalendarPart] = []
    prompts: list[PromptPart] = []
    music: list[MusicPart] = []
    skills: list[SkillPart] = []
    queues: list[QueuePart] = []
    flows: list[dict[str, Any]] = []
    numbers: list[NumberPart] = []
    seats: list[SeatPart] = []
    connections: list[ConnectionPart] = []
    directory: list[DirectoryPart] = []
    masking: MaskingPart = MaskingPart()
    retention: RetentionPart = RetentionPart()
    recording: RecordingPart = RecordingPart()
    callbacks: CallbacksPart = CallbacksPart()
    reports: list[ReportPart] = []
    staff_access: StaffAccessPart = StaffAccessPart()
    supervision: SupervisionPart = SupervisionPart()
    sharing: SharingPart = SharingPart()
    work_orders: WorkOrdersPart = WorkOrdersPart()
    trunks: list[ClientTrunkPart] = []


def problems(error: ValidationError, document: Document | None) -> Iterator[Detail]:
    """Yield each place that a schema refuses, with its line when there is a text."""
    for found in error.errors(include_url=False, include_context=False, include_input=False):
        unknown = found["type"] == "extra_forbidden"
        reason = "unknown key" if unknown else str(found["msg"]).removeprefix("Value error, ")
        yield refusal(document, pointer(*found["loc"]), reason, code=found["type"])


def refusal(document: Document | None, place: str, reason: str, *, code: str = "refused") -> Detail:
    """Return the one form of a refusal; its line is that of the text, if there is one."""
    return Detail(place, code, reason, document.line(place) if document is not None else None)
