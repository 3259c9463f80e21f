"""The section ``directory`` of a blueprint: the client's own people, their phones, what they may be told."""

from __future__ import annotations

from typing import Annotated, Literal, get_args

from pydantic import Field, model_validator

from tenants.policies import Shown
from tenants.words import E164, Code, Email, Language, Name, Part, Remark

Way = Literal["header", "page", "webhook", "work_order"]
WAYS: tuple[Way, ...] = get_args(Way)
"""How a person can be told of a call before it answers."""


class PhonePart(Part):
    """One phone of a person, and how many seconds it rings before the next is tried."""

    kind: Literal["desk", "mobile", "other"] = "desk"
    number: E164
    ring_s: Annotated[int, Field(ge=5, le=120)] = 20


class ContextPart(Part):
    """What this person is told when a call comes to it, and how.

    ``ways``: SIP headers of the call, a link by e-mail, the client's webhooks, a work order in its system; none:
    nothing is sent. ``shown``: how much of the contact's number. ``minutes``: how long the page lives.
    """

    ways: Annotated[list[Way], Field(max_length=4)] = []
    shown: Shown = "masked"
    recording: bool = False
    minutes: Annotated[int, Field(ge=5, le=1440)] = 120


class DirectoryPart(Part):
    """One of the client's own people, to whom a call can be handed.

    Its phones ring one after the other (``together``: all at once), then those of its ``chief``. ``hours`` is a
    calendar; outside of it no phone rings, and ``after_hours`` says whether the chief is asked.
    """

    code: Code
    name: Name
    department: Remark = ""
    phones: Annotated[list[PhonePart], Field(min_length=1, max_length=5)]
    together: bool = False
    hours: Code | None = None
    after_hours: Literal["chief", "nobody"] = "chief"
    chief: Code | None = None
    context: ContextPart = ContextPart()
    email: Email | None = None
    locale: Language = "en"

    @model_validator(mode="after")
    def _where_the_link_goes(self) -> DirectoryPart:
        if "page" in self.context.ways and self.email is None:
            raise ValueError("a page's link goes by e-mail: give the person's address")
        return self
