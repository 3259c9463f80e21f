"""The client's own people as values, and whether the directory hangs together. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tenants.core.complaints import Complaint, Content
from tenants.core.documents import pointer

MOST_CHIEFS = 5
"""So many chiefs are asked after each other, the first person not counted."""


@dataclass(frozen=True, slots=True)
class Phone:
    """One phone: ``kind`` is desk, mobile or other; it rings ``ring_s`` seconds."""

    kind: str
    number: str
    ring_s: int


@dataclass(frozen=True, slots=True)
class Person:
    """An entry of the directory. ``hours``: a calendar's code, None: always; ``ways``: how context is sent."""

    code: str
    name: str
    department: str = ""
    phones: tuple[Phone, ...] = ()
    together: bool = False
    hours: str | None = None
    after_hours: str = "chief"
    chief: str | None = None
    ways: frozenset[str] = frozenset()
    shown: str = "masked"
    recording: bool = False
    minutes: int = 120
    email: str | None = None
    locale: str = "en"

    @classmethod
    def of(cls, entry: Mapping[str, Any]) -> Person:
        """Read an entry of a blueprint that was applied."""
        context = entry["context"]
        return cls(
            code=entry["code"], name=entry["name"], department=entry["department"],
            phones=tuple(Phone(each["kind"], each["number"], each["ring_s"]) for each in entry["phones"]),
            together=entry["together"], hours=entry["hours"], after_hours=entry["after_hours"], chief=entry["chief"],
            ways=frozenset(context["ways"]), shown=context["shown"], recording=context["recording"],
            minutes=context["minutes"], email=entry["email"], locale=entry["locale"],
        )  # fmt: skip


def directory_complaints(content: Content) -> Iterator[Complaint]:
    """Yield chiefs and hours that are not there, chiefs in a circle, and phones or ways that stand twice."""
    people = {entry["code"]: entry for entry in content["directory"]}
    calendars = {calendar["code"] for calendar in content["calendars"]}
    for index, entry in enumerate(content["directory"]):
        where = pointer("directory", index)
        if entry["hours"] is not None and entry["hours"] not in calendars:
            yield Complaint(f"{where}/hours", f"there is no calendar {entry['hours']!r}")
        if entry["chief"] is not None and entry["chief"] not in people:
            yield Complaint(f"{where}/chief", f"there is nobody {entry['chief']!r} in the directory")
        elif entry["chief"] is not None:
            yield from _circle(entry, people, f"{where}/chief")
        yield from _twice([phone["number"] for phone in entry["phones"]], f"{where}/phones")
        yield from _twice(entry["context"]["ways"], f"{where}/context/ways")


def _circle(entry: Content, people: Mapping[str, Content], where: str) -> Iterator[Complaint]:
    seen, at = {entry["code"]}, entry["chief"]
    while at is not None and at in people:
        if at in seen:
            yield Complaint(where, "the chiefs go round in a circle")
            return
        seen.add(at)
        at = people[at]["chief"]
    if len(seen) > MOST_CHIEFS + 1:
        yield Complaint(where, f"more than {MOST_CHIEFS} chiefs one above the other")


def _twice(values: list[str], where: str) -> Iterator[Complaint]:
    seen: set[str] = set()
    for place, value in enumerate(values):
        if value in seen:
            yield Complaint(f"{where}{pointer(place)}", f"{value!r} stands twice")
        seen.add(value)
