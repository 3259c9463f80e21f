"""What a client may change itself while its centre runs, as its contract says it: which acts, how far, about what."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from tenants.words import E164, Code, FlowId, Part


class PriorityPart(Part):
    """How far the client may move a queue's contacts forward, or (below 0) back: seconds of waited time, in steps."""

    lowest_s: Annotated[int, Field(ge=-3600, le=0)] = 0
    highest_s: Annotated[int, Field(ge=0, le=3600)] = 0
    step_s: Annotated[int, Field(ge=10, le=600)] = 60


class _NamedPart(Part):
    """What an act may be about, by name; something at least."""

    @model_validator(mode="after")
    def _something(self) -> _NamedPart:
        if not any(self.model_dump().values()):
            raise ValueError("name at least one")
        return self


class NamedHoursPart(_NamedPart):
    """The calendars, queues and numbers that may be opened and closed."""

    calendars: list[Code] = []
    queues: list[Code] = []
    numbers: list[E164] = []


class NamedNumbersPart(_NamedPart):
    """The numbers that may be paused."""

    numbers: list[E164] = []


class NamedAnnouncementsPart(_NamedPart):
    """The queues, numbers and flows for which something may be announced."""

    queues: list[Code] = []
    numbers: list[E164] = []
    flows: list[FlowId] = []


class NamedQueuesPart(_NamedPart):
    """The queues that may be moved, to whose seats may be written, or whose conversations may be asked to be heard."""

    queues: list[Code] = []


class OnlyPart(Part):
    """Acts that are allowed for what is named here, and for nothing else; an act that is not here is for all."""

    hours: NamedHoursPart | None = None
    pause_numbers: NamedNumbersPart | None = None
    announcements: NamedAnnouncementsPart | None = None
    priority: NamedQueuesPart | None = None
    message_seats: NamedQueuesPart | None = None
    ask_listening: NamedQueuesPart | None = None


class ControlsPart(Part):
    """What the client may do itself while its centre runs, who of it, and how far; nothing that is not agreed here.

    ``longest_min``: so long anything lasts at most. ``announcements``: how many are in force at once, 0: none.
    """

    roles: Annotated[list[Literal["client_manager", "client_viewer", "client_system"]], Field(max_length=3)] = [
        "client_manager",
        "client_system",
    ]
    longest_min: Annotated[int, Field(ge=5, le=44_640)] = 1440
    hours: bool = False
    pause_numbers: bool = False
    announcements: Annotated[int, Field(ge=0, le=20)] = 0
    priority: PriorityPart = PriorityPart()
    message_supervisors: bool = False
    message_seats: bool = False
    ask_listening: bool = False
    only: OnlyPart = OnlyPart()
