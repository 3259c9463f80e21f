"""Whose phone rings next when a call goes to one of the client's own people: desk phone, mobile, then the chief.

Pure: it is asked for the first step and, after each that failed, for the next. It looks at the directory and the hours
of that moment, so that whoever was taken out meanwhile is not rung any more. Nobody is asked twice, so it always ends.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from tenants.core.directory import MOST_CHIEFS, Person, Phone

People: TypeAlias = Mapping[str, Person]
IsOpen: TypeAlias = Callable[[str], bool]
"""Says whether it is within these hours (a calendar's code) now."""

CLOSED, GONE = "closed", "gone"
"""Why somebody is passed over: outside its hours; not, or not any more, in the directory."""


@dataclass(frozen=True, slots=True)
class Place:
    """How far a search is. ``phone``: which of the person's is rung; ``asked``: everybody so far, in order."""

    person: str
    phone: int
    asked: tuple[str, ...]
    number: int = 1
    """Which step it is."""

    def dump(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        return {"person": self.person, "phone": self.phone, "asked": list(self.asked), "number": self.number}

    @classmethod
    def load(cls, stored: Mapping[str, Any]) -> Place:
        """Return what :meth:`dump` wrote."""
        return cls(stored["person"], stored["phone"], tuple(stored["asked"]), stored["number"])


@dataclass(frozen=True, slots=True)
class Passed:
    """Somebody who is not rung, and why."""

    person: str
    reason: str


@dataclass(frozen=True, slots=True)
class Step:
    """What is rung now: one phone, or all of a person's ``together``."""

    person: Person
    phones: tuple[Phone, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Next:
    """The next step, None: nobody is left; and who was passed over on the way."""

    step: Step | None
    passed: tuple[Passed, ...] = ()


def first(people: People, is_open: IsOpen, code: str) -> Next:
    """Return where the search for a person begins."""
    return _ask(people, is_open, code, (), 1)


def after(people: People, is_open: IsOpen, place: Place) -> Next:
    """Return what follows a step in which nobody answered, was busy or unreachable."""
    person, number = people.get(place.person), place.number + 1
    if person is None:
        return Next(None, (Passed(place.person, GONE),))
    if person.hours is not None and not is_open(person.hours):
        found = _ask(people, is_open, _then(person), place.asked, number)
        return Next(found.step, (Passed(person.code, CLOSED), *found.passed))
    index = place.phone + 1
    if not person.together and index < len(person.phones):
        return Next(Step(person, (person.phones[index],), Place(person.code, index, place.asked, number)))
    return _ask(people, is_open, person.chief, place.asked, number)


def _then(person: Person) -> str | None:
    """Return who is asked instead of somebody outside its hours."""
    return person.chief if person.after_hours == "chief" else None


def _ask(people: People, is_open: IsOpen, code: str | None, asked: tuple[str, ...], number: int) -> Next:
    passed: list[Passed] = []
    while code is not None and code not in asked and len(asked) <= MOST_CHIEFS:
        asked, person = (*asked, code), people.get(code)
        if person is None:
            passed.append(Passed(code, GONE))
            break
        if person.hours is not None and not is_open(person.hours):
            passed.append(Passed(code, CLOSED))
            code = _then(person)
            continue
        phones = person.phones if person.together else person.phones[:1]
        if phones:
            return Next(Step(person, phones, Place(code, 0, asked, number)), tuple(passed))
        code = person.chief
    return Next(None, tuple(passed))
