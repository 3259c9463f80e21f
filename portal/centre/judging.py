"""What is wrong with an onboarding, on its step and at its field; and which seats it may still take."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ivr.validate import check_document
from portal.centre.steps import SECTIONS, Work
from portal.sentences import Gettext
from portal.settings import refusals
from portal.settings.refusals import Refusal, said
from tenants.core.names import CentreNames
from tenants.core.rents import Rent

KINDS = ("dedicated", "shared")


@dataclass(frozen=True, slots=True)
class Judgement:
    """A sentence for each field, and the sentences that belong to none of the step's fields."""

    fields: Mapping[str, str] = field(default_factory=dict)
    elsewhere: tuple[str, ...] = ()

    @property
    def is_good(self) -> bool:
        """Say whether nothing is wrong."""
        return not self.fields and not self.elsewhere


def judge(step: str, work: Work, centre: CentreNames, _: Gettext) -> Judgement:
    """Return what is wrong on one step, as far as it can be said before the steps after it are done."""
    found = refusals.of_content(work.content, *SECTIONS[step], centre=centre, check_flow=check_document)
    fields = {}
    if work.unread:
        told = _(
            "These rows could not be read: %(rows)s. Each needs a free seat, an alias, and skills such as orders=4."
        )
        fields["paste"] = told % {"rows": ", ".join(work.unread)}
    elsewhere: list[str] = []
    for refusal in _in_time(step, found, work.content):
        name = field_of(refusal.pointer, work.content)
        if name is None:
            elsewhere.append(said(refusal.reason, _))
        else:
            fields.setdefault(name, said(refusal.reason, _))
    fields |= _missing(step, work, _)
    return Judgement(fields, tuple(dict.fromkeys(elsewhere)))


def field_of(pointer: str, content: Mapping[str, Any]) -> str | None:
    """Return the field of the wizard that a pointer means; None: it has none of its own."""
    parts = [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]
    if not parts or parts[0] in {"flows", "prompts"}:
        return None
    if parts[0] == "seats" and len(parts) > 1:
        seats = content["seats"]
        at = int(parts[1])
        parts[1] = str(seats[at]["seat"]) if at < len(seats) else parts[1]
        if len(parts) == 3 and parts[2] in {"seat", "agent"}:  # noqa: PLR2004 - the depth of a seat's value
            parts[2] = "alias"
    return "/".join(parts)


def _in_time(step: str, found: Iterable[Refusal], content: Mapping[str, Any]) -> Iterable[Refusal]:
    """Leave out what a later step will put right: a number's flow before there is any."""
    early = step == "numbers" and not content["flows"]
    return (refusal for refusal in found if not (early and refusal.pointer.endswith("/flow")))


def _missing(step: str, work: Work, _: Gettext) -> dict[str, str]:
    """Return what a client cannot do without, though a blueprint may."""
    content, told = work.content, {}
    if step == "numbers" and not content["numbers"]:
        told["numbers"] = _("At least one number is needed.")
    if step == "queues" and not content["queues"]:
        told["queues"] = _("At least one queue is needed.")
    if step == "ivr" and not content["flows"]:
        told["shape"] = _("Choose what contacts go through.")
    if step == "people" and not any(person["role"] == "client_manager" for person in content["people"]):
        told["people"] = _("At least one client manager is needed: somebody who can change these settings.")
    return told


def free_seats(content: Mapping[str, Any], centre: CentreNames) -> list[dict[str, Any]]:
    """Return the seats that can be taken: with an agent, and not another's alone; ``kinds`` says how."""
    chosen = {seat["seat"]: seat for seat in content["seats"]}
    seats = []
    for seat, agent in sorted(centre.agents.items()):
        others = centre.rented.get(seat, ())
        kinds = [kind for kind in KINDS if not any(Rent(kind).disturbs(other) for other in others)]
        if agent and (kinds or seat in chosen):
            had = chosen.get(seat)
            seats.append({"seat": seat, "agent": agent, "kinds": kinds or [had["kind"] if had else ""], "chosen": had})
    return seats
