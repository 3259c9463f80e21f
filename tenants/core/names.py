"""Whether a blueprint hangs together: every name that it uses exists, once, and nothing of another tenant is taken."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol, TypeAlias

from tenants.core.agent_names import mentions
from tenants.core.catalogue import Catalogue
from tenants.core.complaints import Complaint, Content
from tenants.core.directory import directory_complaints
from tenants.core.documents import pointer
from tenants.core.outcomes import DEEPEST, flat
from tenants.core.promises import policy_complaints
from tenants.core.rents import Rent
from tenants.core.trunks import caller_id_complaints, line_complaints

KEYS: Mapping[str, str] = {
    "people": "email",
    "calendars": "code",
    "prompts": "code",
    "music": "code",
    "skills": "code",
    "queues": "code",
    "flows": "id",
    "numbers": "number",
    "seats": "seat",
    "connections": "code",
    "directory": "code",
    "reports": "code",
    "trunks": "code",
}
"""The sections that are lists, and what names an entry of each."""


_RENAMED = re.compile(r"/(?:seats/\d+/agent|people/\d+/email)")
"""Where an agent's address is the centre's own name, or is refused with a reason of its own."""


class FlowFinding(Protocol):
    """What a check of a flow says; ``ivr.core.findings.Finding`` is one."""

    @property
    def code(self) -> str:
        """Its code in the table of routing.md 10."""

    @property
    def severity(self) -> str:
        """``error`` refuses, ``warning`` informs."""

    @property
    def pointer(self) -> str:
        """A JSON pointer into the flow."""

    @property
    def message(self) -> str:
        """An English sentence."""


CheckFlow: TypeAlias = Callable[[Content, Catalogue], Sequence[FlowFinding]]
"""Checks a flow against its tenant's names. The flows' own room lies above this one, so ``app`` hands it in."""


@dataclass(frozen=True, slots=True)
class CentreNames:
    """What the centre has, as far as a blueprint may ask for it."""

    agents: Mapping[str, str | None] = field(default_factory=dict)
    """Every seat, with its agent, by each name that the writer may use: number and e-mail, or the tenant's own."""
    rented: Mapping[str, Sequence[Rent]] = field(default_factory=dict)
    """Seats that other tenants rent, by the same names."""
    own: Mapping[str, str] = field(default_factory=dict)
    """The tenant's own name of a seat by its number, as far as the writer may know it."""
    mails: AbstractSet[str] = frozenset()
    """The agents' e-mail addresses, which must not reach a client: empty for a writer who is no judge of them."""
    taken_numbers: frozenset[str] = frozenset()
    taken_addresses: frozenset[str] = frozenset()
    """Those from where the file's trunks send calls, and others' too."""
    staff: frozenset[str] = frozenset()
    """The e-mail addresses of the outsourcer's own people."""


def complaints(content: Content, centre: CentreNames, check_flow: CheckFlow) -> Iterator[Complaint]:
    """Yield everything that is wrong, in the order of the file's sections."""
    yield from _doubles(content)
    yield from _people(content, centre)
    yield from _days(content)
    yield from _recorded(content)
    yield from _music(content)
    yield from _queues(content)
    yield from _flows(content, check_flow)
    yield from _numbers(content, centre)
    yield from _seats(content, centre)
    yield from line_complaints(content["trunks"], centre.taken_addresses)
    yield from caller_id_complaints(content)
    yield from _mentions(content, centre.mails, "")
    yield from policy_complaints(content)
    yield from directory_complaints(content)


def catalogue(content: Content) -> Catalogue:
    """Return the names that this tenant's flows may use."""
    return Catalogue(
        queues=frozenset(q["code"] for q in content["queues"]),
        calendars=frozenset(c["code"] for c in content["calendars"]),
        prompts={p["code"]: frozenset(p["text"]) for p in content["prompts"]},
        locales=frozenset(content["tenant"]["languages"]),
        skills=frozenset(s["code"] for s in content["skills"]),
    )


def _doubles(content: Content) -> Iterator[Complaint]:
    for section, key in (*KEYS.items(), ("seats", "agent"), ("seats", "alias")):
        seen: set[str] = set()
        for index, entry in enumerate(content[section]):
            name = entry.get(key)
            if not isinstance(name, str):
                continue  # a flow without an id, which is said elsewhere
            if name in seen:
                yield Complaint(pointer(section, index, key), f"{name!r} stands twice")
            seen.add(name)


def _people(content: Content, centre: CentreNames) -> Iterator[Complaint]:
    for index, person in enumerate(content["people"]):
        if person["email"] in centre.staff:
            yield Complaint(pointer("people", index, "email"), "this address cannot be one of the client's people")


def _days(content: Content) -> Iterator[Complaint]:
    for index, calendar in enumerate(content["calendars"]):
        for place, exception in enumerate(calendar["exceptions"]):
            where = pointer("calendars", index, "exceptions", place)
            try:
                date.fromisoformat(exception["on"])
            except ValueError:
                yield Complaint(f"{where}/on", f"there is no day {exception['on']}")
            if exception["closed"] + exception["working"] + bool(exception["open"]) != 1:
                yield Complaint(where, "say one of closed, working, or the open hours")


def _recorded(content: Content) -> Iterator[Complaint]:
    for index, prompt in enumerate(content["prompts"]):
        for language in prompt["audio"]:
            if language not in prompt["text"]:
                yield Complaint(pointer("prompts", index, "audio", language), "a recording needs its words as well")


def _music(content: Content) -> Iterator[Complaint]:
    pieces = {piece["code"] for piece in content["music"]}
    chosen = [index for index, piece in enumerate(content["music"]) if piece["hold"]]
    for index in chosen[1:]:
        yield Complaint(pointer("music", index, "hold"), "one piece only is heard during a hold")
    for index, queue in enumerate(content["queues"]):
        if queue["music"] is not None and queue["music"] not in pieces:
            yield Complaint(pointer("queues", index, "music"), f"there is no music {queue['music']!r}")


def _queues(content: Content) -> Iterator[Complaint]:
    skills = catalogue(content).skills
    for index, queue in enumerate(content["queues"]):
        yield from _unknown_skills(queue["needs"], skills, pointer("queues", index, "needs"))
        outcomes = flat(queue["dispositions"])
        if len({outcome.code for outcome in outcomes}) != len(outcomes):
            yield Complaint(pointer("queues", index, "dispositions"), "a disposition stands twice")
        if any(outcome.depth >= DEEPEST for outcome in outcomes):
            yield Complaint(pointer("queues", index, "dispositions"), "the outcomes are nested too deep")


def _unknown_skills(wanted: Mapping[str, int], skills: frozenset[str], where: str) -> Iterator[Complaint]:
    for code in wanted:
        if code not in skills:
            yield Complaint(where + pointer(code), f"there is no skill {code!r}")


def _flows(content: Content, check_flow: CheckFlow) -> Iterator[Complaint]:
    names = catalogue(content)
    for index, flow in enumerate(content["flows"]):
        where = pointer("flows", index)
        if not isinstance(flow.get("id"), str) or not flow["id"]:
            yield Complaint(where, "a flow needs an id")
            continue
        for finding in check_flow(flow, names):
            if finding.severity == "error":
                yield Complaint(where + finding.pointer, f"{finding.code} {finding.message}")


def _numbers(content: Content, centre: CentreNames) -> Iterator[Complaint]:
    flows = {flow["id"] for flow in content["flows"] if isinstance(flow.get("id"), str)}
    for index, number in enumerate(content["numbers"]):
        if number["flow"] not in flows:
            yield Complaint(pointer("numbers", index, "flow"), f"there is no flow {number['flow']!r}")
        if number["number"] in centre.taken_numbers:
            yield Complaint(pointer("numbers", index, "number"), "this number is not free")


def _seats(content: Content, centre: CentreNames) -> Iterator[Complaint]:
    skills = catalogue(content).skills
    written = {seat["seat"] for seat in content["seats"]}
    for index, seat in enumerate(content["seats"]):
        where = pointer("seats", index)
        if centre.own.get(seat["seat"]) in written:
            yield Complaint(f"{where}/seat", f"{seat['seat']!r} stands twice")
        yield from _unknown_skills(seat["skills"], skills, f"{where}/skills")
        if seat["seat"] not in centre.agents:
            yield Complaint(f"{where}/seat", f"there is no seat {seat['seat']!r}")
        elif centre.agents[seat["seat"]] != seat["agent"]:
            yield Complaint(f"{where}/agent", f"{seat['agent']} is not the agent of seat {seat['seat']}")
        yield from _rent(seat, centre, where)


def _mentions(value: object, mails: AbstractSet[str], where: str) -> Iterator[Complaint]:
    """Find agents' e-mail addresses outside the places that are renamed: what a value says, the client reads."""
    if not mails or _RENAMED.fullmatch(where):
        return
    if isinstance(value, str) and next(mentions(value, mails), None) is not None:
        yield Complaint(where, "this names an agent of the centre by e-mail, and the client reads it")
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _mentions(inner, mails, where + pointer(key))
            yield from _mentions(key, mails, where + pointer(key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _mentions(inner, mails, where + pointer(index))


def _rent(seat: Content, centre: CentreNames, where: str) -> Iterator[Complaint]:
    days = {}
    for name in ("from_on", "until_on"):
        try:
            days[name] = None if seat[name] is None else date.fromisoformat(seat[name])
        except ValueError:
            yield Complaint(f"{where}/{name}", f"there is no day {seat[name]}")
            return
    begins, ends = days["from_on"], days["until_on"]
    if begins is not None and ends is not None and ends < begins:
        yield Complaint(f"{where}/until_on", "the rent ends before it begins")
    wanted = Rent(seat["kind"], begins, ends)
    if any(wanted.disturbs(other) for other in centre.rented.get(seat["seat"], ())):
        yield Complaint(f"{where}/kind", "the seat is not free for this kind of rent")
