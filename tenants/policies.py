"""The policies of a blueprint, from contract to supervision. All have defaults."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from tenants.control_parts import ControlsPart
from tenants.words import E164, Code, Email, FlowId, Moment, Name, Part, Prefix

Days = Annotated[int, Field(ge=1, le=3650)]
LongDays = Annotated[int, Field(ge=30, le=3650)]
JournalDays = Annotated[int, Field(ge=365, le=3650)]
Percent = Annotated[int, Field(ge=1, le=100)]
Shown = Literal["hidden", "last4", "masked", "full"]
Variant = Literal["SL1", "SL2", "SL3", "SL4", "SL5", "SL6"]


class ServiceLevelPart(Part):
    """The agreed service level: the share answered within ``threshold_s``, by one of the named formulas."""

    variant: Variant = "SL2"
    threshold_s: Annotated[int, Field(ge=1, le=600)] = 20
    short_abandon_s: Annotated[int, Field(ge=0, le=60)] = 5
    target_pct: Percent = 80


class FormulaPart(ServiceLevelPart):
    """A formula of the contract by name and version; what was agreed is changed by a new version, never in place."""

    code: Code
    version: Annotated[int, Field(ge=1, le=1000)] = 1
    name: Name


class AdmissionPart(Part):
    """How many new calls a minute the client's numbers take, evenly spread; none: as many as the engine takes.

    ``beyond``: what the others get: ``busy``, the ``prompt`` and then the end, or another ``flow`` than their number's.
    """

    calls_per_minute: Annotated[int, Field(ge=1, le=60_000)] | None = None
    beyond: Literal["busy", "prompt", "flow"] = "busy"
    prompt: Code | None = None
    flow: FlowId | None = None

    @model_validator(mode="after")
    def _what_is_named_is_used(self) -> AdmissionPart:
        if (self.beyond == "prompt") != (self.prompt is not None) or (self.beyond == "flow") != (self.flow is not None):
            raise ValueError("beyond prompt names a prompt, beyond flow a flow, and busy neither")
        return self


class DesktopPart(Part):
    """Whether the client sees what is on its agents' desks during its own conversations, and who of its people may.

    ``view``: not at all, as it happens, or later beside the recording too. ``consent``: each agent is asked before its
    shift. ``told``: the agent reads on its desk who watches, not only that somebody may.
    """

    view: Literal["off", "live", "live_and_stored"] = "off"
    viewers: Annotated[
        list[Literal["client_manager", "client_viewer", "supervisor", "quality"]], Field(min_length=1, max_length=4)
    ] = ["client_manager", "supervisor", "quality"]
    consent: bool = True
    told: bool = True


class ContractPart(Part):
    """What was agreed with the client. ``service_level`` is what boards show; ``formulas`` are for reports.

    ``client_listens``: the client's own people may listen to its conversations while they go on. ``controls``: what
    they may change themselves while the centre runs. ``desktop``: whether they see its agents' desks.
    ``attachment_mb``: how large one file on a work order may be; without it, or beyond it, as the installation says.
    """

    service_level: ServiceLevelPart = ServiceLevelPart()
    formulas: list[FormulaPart] = []
    client_listens: bool = False
    desktop: DesktopPart = DesktopPart()
    admission: AdmissionPart = AdmissionPart()
    controls: ControlsPart = ControlsPart()
    attachment_mb: Annotated[int, Field(ge=1, le=100)] | None = None


class RevealPart(Part):
    """Whether the outsourcer's people may see one whole number, in a live conversation, with a reason."""

    allowed: bool = False
    per_hour: Annotated[int, Field(ge=1, le=1000)] = 10


class MaskingPart(Part):
    """What contacts' numbers look like to the outsourcer's people: ``+86 138****1234`` is ``masked``."""

    agent: Shown = "masked"
    supervisor: Shown = "masked"
    quality: Shown = "masked"
    reveal: RevealPart = RevealPart()


class RetentionPart(Part):
    """How many days each kind of data is kept; ``work_orders_archived_days`` after its end one leaves the lists."""

    recordings_days: Days = 180
    interactions_days: LongDays = 730
    work_orders_days: LongDays = 730
    work_orders_archived_days: Days = 90
    journal_days: JournalDays = 1825


class RecordingChoice(Part):
    """Which conversations are recorded; ``percent`` of them for the policy ``percentage``.

    ``apart``: the contact on the left channel and everybody else on the right; a queue or number that does not say so
    is as the general choice is.
    """

    policy: Literal["always", "never", "on_demand", "percentage"] = "always"
    percent: Percent | None = None
    apart: bool | None = None

    @model_validator(mode="after")
    def _percent_where_it_counts(self) -> RecordingChoice:
        if (self.policy == "percentage") != (self.percent is not None):
            raise ValueError("percent belongs to the policy percentage, and to no other")
        return self


class PausePart(Part):
    """How long a recording may be paused while card data is given, and what happens then."""

    longest_s: Annotated[int, Field(ge=10, le=3600)] = 300
    then: Literal["resume", "end"] = "resume"


class RecordingPart(RecordingChoice):
    """Which conversations are recorded, queues and numbers that differ, and the prompt that tells contacts.

    ``refuse``: the key by which a contact who hears the prompt has nothing recorded.
    """

    apart: bool = False
    queues: dict[Code, RecordingChoice] = {}
    numbers: dict[E164, RecordingChoice] = {}
    announce: Code | None = None
    refuse: Literal["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "#"] | None = None
    pause: PausePart = PausePart()


Minutes = Annotated[int, Field(ge=1, le=10080)]


class MessagesPart(Part):
    """What becomes of messages that contacts leave: with a ``queue`` its agents deal with them, within ``due_min``."""

    queue: Code | None = None
    head_start_s: Annotated[int, Field(ge=-3600, le=3600)] = 0
    due_min: Minutes = 240


class CallbacksPart(Part):
    """Calls that the centre begins: when (``hours`` is a calendar), how often, after what, and to which numbers not.

    ``agent_min``: so long a missed contact waits for the agent that it knows, before it is anybody's of the queue.
    ``agents_may_list``: whether agents put contacts on the do-not-call list.
    """

    hours: Code | None = None
    tries: Annotated[int, Field(ge=1, le=5)] = 3
    apart_min: Annotated[int, Field(ge=15, le=1440)] = 15
    due_min: Minutes = 240
    missed: Annotated[list[Literal["abandoned", "engine_lost", "not_reached"]], Field(max_length=3)] = ["not_reached"]
    agent_min: Annotated[int, Field(ge=0, le=1440)] = 15
    messages: MessagesPart = MessagesPart()
    blocked: Annotated[list[Prefix], Field(max_length=200)] = []
    premium: bool = False
    agents_may_list: bool = False


class ReportPart(Part):
    """A report that people of the client get. ``at`` is local time; ``weekday`` and ``day`` say which."""

    code: Code
    report: Literal["service_level", "interactions", "queues", "agents", "work_orders"]
    every: Literal["daily", "weekly", "monthly"] = "daily"
    at: Moment = "07:00"
    weekday: Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"] | None = None
    day: Annotated[int, Field(ge=1, le=28)] | None = None
    format: Literal["csv", "xlsx", "pdf"] = "csv"
    to: Annotated[list[Email], Field(min_length=1, max_length=50)]

    @model_validator(mode="after")
    def _which_day(self) -> ReportPart:
        if (self.every == "weekly") != (self.weekday is not None) or (self.every == "monthly") != (
            self.day is not None
        ):
            raise ValueError("a weekly report needs its weekday, a monthly one its day (1 to 28), and no other does")
        return self


class SharingPart(Part):
    """Whether recordings may be heard by a link: not at all, by the ``people`` of the client, or by ``anyone``.

    Anyone needs the address and a passcode. ``longest_h`` hours a link lives at most, and opens so many times at most.
    ``with_note``: the agent's note stands on its page. ``by_staff``: the outsourcer's people may make links too.
    ``by_systems``: the client's systems get the recording behind a work order by a link of 15 minutes.
    """

    who: Literal["off", "people", "anyone"] = "off"
    longest_h: Annotated[int, Field(ge=1, le=720)] = 72
    openings: Annotated[int, Field(ge=1, le=100)] = 5
    with_note: bool = False
    by_staff: bool = False
    by_systems: bool = False


class StaffAccessPart(Part):
    """Who lets the outsourcer's people in: the client each time (``client``), or nobody needs to ask (``standing``)."""

    approval: Literal["client", "standing"] = "client"


Limit = Annotated[int, Field(ge=0, le=86_400)]


class AlertsPart(Part):
    """After how many seconds something is an alert for the supervisors; ``again_s``: when nobody takes care of it."""

    help_s: Limit = 0
    wait_s: Limit = 120
    talk_s: Limit = 1800
    wrap_s: Limit = 300
    break_s: Limit = 3600
    phone_s: Limit = 20
    again_s: Annotated[int, Field(ge=10, le=86_400)] = 180


class SupervisionPart(Part):
    """What the outsourcer's supervisors may do in a conversation. ``told``: how the agent learns of it, if at all.

    ``without_reason``: nobody needs to say why. ``listeners``: how many may hear one agent at once.
    """

    listen: bool = True
    whisper: bool = True
    barge: bool = True
    take_over: bool = True
    told: Literal["sign", "tone", "nothing"] = "sign"
    without_reason: bool = False
    listeners: Annotated[int, Field(ge=1, le=10)] = 3
    alerts: AlertsPart = AlertsPart()
