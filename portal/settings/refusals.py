"""What a blueprint's checks refuse, by field and in the reader's language.

The checks speak English, for files; here each of their reasons has its sentence. A reason without one is shown as it
is, and a test holds the table against the reasons that the checks give.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from portal.sentences import Gettext
from portal.settings.fields import field_of
from portal.settings.flow_words import told
from tenants.core.catalogue import Catalogue
from tenants.core.documents import pointer
from tenants.core.names import CentreNames, CheckFlow, FlowFinding, complaints
from tenants.errors import Refused
from tenants.schemas import Blueprint

_FINDING = re.compile(r"[EW]\d\d|TEST")


def unchecked(_flow: Mapping[str, Any], _names: Catalogue) -> Sequence[FlowFinding]:
    """Find nothing in a flow."""
    return ()


@dataclass(frozen=True, slots=True)
class Refusal:
    """A wrong place of a blueprint and the check's own English reason."""

    pointer: str
    reason: str


def of_problem(problem: Refused) -> tuple[Refusal, ...]:
    """Return what a service refused, place by place."""
    return tuple(Refusal(place.pointer, place.detail) for place in problem.errors)


def of_content(
    content: Mapping[str, Any], *sections: str, centre: CentreNames | None = None, check_flow: CheckFlow = unchecked
) -> tuple[Refusal, ...]:
    """Check some sections of a blueprint by themselves: their form, and names within the blueprint.

    Without ``centre`` and ``check_flow``, what only the centre knows and whether flows hold is the service's to check.
    """
    begins = tuple(f"/{section}" for section in sections)
    try:
        whole = Blueprint.model_validate(content).model_dump(mode="json")
    except ValidationError as error:
        return tuple(found for found in _of_schema(error) if found.pointer.startswith(begins))
    known = centre or CentreNames(agents={seat["seat"]: seat["agent"] for seat in whole["seats"]})
    return tuple(
        Refusal(found.pointer, found.reason)
        for found in complaints(whole, known, check_flow)
        if found.pointer.startswith(begins)
    )


def by_field(found: Iterable[Refusal], section: str, at: int, _: Gettext) -> tuple[dict[str, str], tuple[str, ...]]:
    """Return a sentence for each field of one entry's form, and the sentences that belong to no field of it."""
    fields: dict[str, str] = {}
    elsewhere = []
    for refusal in found:
        name = field_of(refusal.pointer, section, at)
        if name:
            fields.setdefault(name, said(refusal.reason, _))
        else:
            elsewhere.append(said(refusal.reason, _))
    return fields, tuple(dict.fromkeys(elsewhere))


def _of_schema(error: ValidationError) -> Iterator[Refusal]:
    for found in error.errors(include_url=False):
        reason = str(found["msg"]).removeprefix("Value error, ")
        yield Refusal(pointer(*found["loc"]) + ("/percent" if reason.startswith("percent belongs") else ""), reason)


def sentences(_: Gettext) -> tuple[tuple[str, str], ...]:
    """Return the reasons as patterns, each with its sentence; ``%(a)s`` is the pattern's first group."""
    return (
        (r"(?:Field required|String should have at least 1 character)", _("This is needed.")),
        (r"String should have at most (\d+) characters?", _("At most %(a)s characters.")),
        (r"Input should be greater than or equal to (\S+)", _("At least %(a)s.")),
        (r"Input should be less than or equal to (\S+)", _("At most %(a)s.")),
        (r"Input should be a valid integer.*", _("A whole number is needed.")),
        (r"(?:List|Dictionary) should have at least 1 item.*", _("At least one is needed.")),
        (r"String should match pattern '.*@.*'", _("This is not an e-mail address.")),
        (r"String should match pattern '.*https.*'", _("A web address begins with https:// or http://.")),
        (r"String should match pattern '.*24:00.*'", _("A beginning and an end are needed, such as 09:00 and 18:00.")),
        (r"String should match pattern '\^\[A-Za-z0-9\].*'", _("Letters without accents, digits, - and _.")),
        (r"String should match pattern '.*\\d\{4\}-.*'", _("Choose a date.")),
        (r"String should match pattern '.*\\\+\[1-9\].*'", _("A number begins with + and its country: +85221805678.")),
        (r"String should match pattern '.*a-z0-9_-.*'", _("Small letters a to z, digits, - and _; at most 40.")),
        (r"String should match pattern '.*", _("This is not written as expected here.")),
        (r"Input should be (?:a valid|'.*).*", _("Choose one of the list.")),
        (r"the role must be one of .*", _("Choose one of the list.")),
        (r"there is no time zone '(.*)'", _("There is no time zone “%(a)s”.")),
        (r"unknown key|Extra inputs are not permitted", _("This field is not known.")),
        (r"'(.*)' stands twice", _("“%(a)s” is there already.")),
        (r"a disposition stands twice", _("Two outcomes have the same code.")),
        (r"there is no day (.*)", _("There is no day %(a)s.")),
        (r"say one of closed, working, or the open hours", _("Give the hours of this day, or say that it is closed.")),
        (r"there is no skill '(.*)'", _("There is no skill “%(a)s”.")),
        (r"there is no flow '(.*)'", _("There is no flow “%(a)s”.")),
        (r"there is no seat '(.*)'", _("There is no seat %(a)s.")),
        (r"(.*) is not the agent of seat (.*)", _("%(a)s does not sit at this seat.")),
        (r"the seat is not free for this kind of rent", _("This seat is not free for this kind of rent.")),
        (r"this number is not free", _("This number is not free.")),
        (r"this address cannot be .*", _("This address belongs to the call centre's own people.")),
        (r"this names an agent of the centre .*", _("This names an agent by e-mail, and the client would read it.")),
        (r"the invisible character (\S+) is not allowed.*", _("The invisible character %(a)s is not allowed.")),
        (r"nobody can see this text", _("This text has nothing that can be seen.")),
        (r"a flow needs an id", _("A flow needs its id.")),
        *_of_policies(_),
        *_of_desks(_),
    )


def _of_desks(_: Gettext) -> tuple[tuple[str, str], ...]:
    return (
        (r"the outcomes are nested too deep", _("At most three levels of outcomes.")),
        (r"there is no place '(.*)'", _("There is nothing called “%(a)s” to fill in.")),
        (r"a place is written .*", _("What is filled in is written in two braces: {{did}}.")),
        (r"this is no web address|the address begins .*", _("The address begins with https:// and a host.")),
        (r"the address holds no user name", _("An address holds no user name.")),
        (r"a place cannot be part of the host", _("Nothing is filled in before the first slash after the host.")),
    )


def _of_policies(_: Gettext) -> tuple[tuple[str, str], ...]:
    return (
        (r"there is no calendar '(.*)'", _("There are no hours “%(a)s”.")),
        (r"there is no connection '(.*)'", _("There is no connection “%(a)s”.")),
        (r"choices belong to the kind choice.*", _("Give what there is to choose from, one a line.")),
        (r"there is no field '(.*)'", _("There is no field “%(a)s”.")),
        (r"another policy is about the same work orders", _("Another policy is about the same work orders.")),
        (r"a policy has one target at least", _("Give one time limit at least.")),
        (r"there is nobody '(.*)' in the directory", _("There is nobody “%(a)s” in this list.")),
        (r"the chiefs go round in a circle", _("The chiefs go round in a circle: somebody must be the last.")),
        (r"more than (\d+) chiefs one above the other", _("At most %(a)s chiefs one above the other.")),
        (r"a page's link goes by e-mail.*", _("The link goes by e-mail: give this person's address.")),
        (r"a recording needs its words as well", _("A recording needs its words as well.")),
        (r"there is no recording with this digest", _("This recording is not there: upload it again.")),
        (r"percent belongs to .*", _("Say how many of a hundred conversations: 1 to 100.")),
        (r"a weekly report needs .*", _("A weekly report needs its weekday, a monthly one its day: 1 to 28.")),
        (r"a recording is not kept longer than .*", _("A recording is not kept longer than its interaction.")),
        (r"nothing is kept longer than the journal.*", _("Nothing is kept longer than the journal that tells of it.")),
        (r"name at least one", _("At least one is needed.")),
        (r"there is no queue '(.*)'", _("There is no queue “%(a)s”.")),
        (r"there is no prompt '(.*)'", _("There is no prompt “%(a)s”.")),
        (r"there is no music '(.*)'", _("There is no music “%(a)s”.")),
        (r"one piece only is heard during a hold", _("Only one piece is heard during a hold.")),
        (r"there is no number '(.*)'", _("There is no number “%(a)s”.")),
        (r"a key to refuse belongs to a prompt.*", _("A key that refuses needs a prompt that says so.")),
        (r"the prompt '.*' has no words in '(.*)', which flows speak",
         _("This prompt has no words in the language “%(a)s”, which your call flows speak.")),
        (r"(.*) is not one of the client's people", _("%(a)s is not one of your people.")),
        (r"only the client may show more than before", _("Only the client itself may show more than before.")),
        (r"your role does not change this section", _("Your role does not change this part.")),
        (r"your role (?:changes only|adds nothing|takes nothing away).*", _("Your role does not change all of this.")),
    )  # fmt: skip


def said(reason: str, _: Gettext) -> str:
    """Return a reason in the reader's language; what a flow's check found begins with its code."""
    code, _space, message = reason.partition(" ")
    if _FINDING.fullmatch(code):
        return f"{told(message, _)} ({code})"
    for pattern, sentence in sentences(_):
        match = re.fullmatch(pattern, reason, re.DOTALL)
        if match:
            return sentence % {"a": match[1]} if match.groups() else sentence
    return reason
