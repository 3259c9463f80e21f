"""What a queue's agents find at their desks: outcomes, a script, notes, a screen pop; and the centre's breaks."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints

from tenants.core.guide import complaint_of_address, complaint_of_text
from tenants.core.texts import normalised
from tenants.words import LONGEST_TEXT, Code, Language, Name, Part


def _guided(value: str) -> str:
    text = normalised(value, lines=True)
    if wrong := complaint_of_text(text):
        raise ValueError(wrong)
    return text


def _address(value: str) -> str:
    text = normalised(value)
    if text and (wrong := complaint_of_address(text)):
        raise ValueError(wrong)
    return text


StepText = Annotated[str, StringConstraints(max_length=LONGEST_TEXT), AfterValidator(_guided)]
ScreenPop = Annotated[str, StringConstraints(max_length=2000, strip_whitespace=True), AfterValidator(_address)]


class DispositionPart(Part):
    """An outcome. What has others below it is a heading, and one of those is chosen; see ``tenants.core.outcomes``."""

    code: Code
    name: Name
    children: list[DispositionPart] = []


class StepPart(Part):
    """A step of a script: its title and what is said. A ``payment`` step pauses the recording while it is open."""

    title: Name
    text: StepText = ""
    kind: Literal["say", "payment"] = "say"


class DeskPart(Part):
    """What the desk shows with a conversation of this queue.

    ``wrap_up_ends``: by itself, when its time is over. ``outcome_required``: no wrap-up is left without an outcome;
    one whose time is over without one goes on until there is one. ``guests_wrap_up``: agents who were called in, to be
    asked or into a conference, wrap up as well; of them no outcome is required.
    """

    wrap_up_ends: bool = True
    outcome_required: bool = False
    guests_wrap_up: bool = False
    screen_pop: ScreenPop = ""
    notes: StepText = ""
    script: Annotated[list[StepPart], Field(max_length=40)] = []


class BreakPart(Part):
    """A reason why an agent is not ready. ``longest_min``: the desk says when a break lasts longer, in minutes."""

    code: Code
    name: Annotated[dict[Language, Name], Field(min_length=1)]
    longest_min: Annotated[int, Field(ge=1, le=600)] | None = None
