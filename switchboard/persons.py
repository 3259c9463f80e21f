"""Calls to the client's own people: whose phone rings, what it is told, and who is tried when nobody answers.

A search rings through its steps (:mod:`switchboard.core.followme`) for one purpose; each phone is a party of the call.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from interactions.core.carried import headers
from interactions.people.facts import ContextSent, PersonAnswered, PersonNotReached, PersonPassed, PersonRung
from ivr.core.values import Opening
from journal.core.facts import Payload
from switchboard.core import followme
from switchboard.core.call import MILLISECOND, Call
from switchboard.core.ending import By, Ending
from switchboard.core.followme import Next, Passed, Place, Step
from switchboard.core.party import TRANSFER, Party, PartyState
from switchboard.errors import CommandUnknown, NotPossibleNow
from switchboard.floor import Floor
from switchboard.legover import LegOver
from telephony.port import EndedBy
from tenants.core.directory import Person, Phone

ASKED = "asked"
"""Why the first phone of a search rings."""
REMOVED = "removed"
"""The cause of a leg whose person was taken out of the directory while it rang."""
GIVEN_UP = "contact_left"
"""Why nobody answered when the contact hung up while it rang."""
KIND = "person"


@dataclass(frozen=True, slots=True)
class Rung:
    """One phone of a step. ``context``: the telling that it belongs to, empty: nothing is told."""

    phone: Phone
    place: Place
    person: Person
    context: str
    because: str
    begins: bool = False
    """Whether the telling begins with this phone."""
    passed: tuple[Passed, ...] = ()


def search(floor: Floor, call: Call, target: Mapping[str, Any], now: datetime) -> tuple[Rung, ...]:
    """Return the phones that ring first. Raises ``CommandUnknown`` and ``NotPossibleNow``; changes nothing."""
    people, code = floor.tenant_of(call).people, target.get(KIND)
    if not isinstance(code, str) or code not in people:
        raise CommandUnknown("there is nobody of this code in the client's directory")
    found = followme.first(people, _hours(floor, call, now), code)
    if found.step is None:
        raise NotPossibleNow("outside the hours of this person, and nobody is asked instead")
    return _rung(floor, found, found.step, ASKED, "")


def go_on(floor: Floor, call: Call, party: Party, end: LegOver, now: datetime) -> tuple[Rung, ...]:
    """Return the phones that ring after one that failed, none: others of its step ring still, or nobody is left."""
    if party.place is None or siblings(call, party):
        return ()
    found = followme.after(floor.tenant_of(call).people, _hours(floor, call, now), party.place)
    if found.step is not None:
        return _rung(floor, found, found.step, end.cause, party.context)
    _tell_passed(floor, call, found.passed, now)
    missed(floor, call, party, end.cause, now)
    return ()


def siblings(call: Call, party: Party) -> tuple[Party, ...]:
    """Return the other phones that ring for the same person at once."""
    if party.place is None:
        return ()
    same = (party.place, party.purpose)
    return tuple(each for each in call.parties if each.leg != party.leg and (each.place, each.purpose) == same)


def is_gone(floor: Floor, call: Call, party: Party) -> bool:
    """Whether whoever answers was taken out of the directory while it rang."""
    return party.place is not None and party.place.person not in floor.tenant_of(call).people


def removed(at: datetime) -> LegOver:
    """Return the end of a leg whose person is gone."""
    return LegOver(REMOVED, EndedBy.US, at)


def as_party(party: Party, rung: Rung) -> Party:
    """Return a party as the phone that it is."""
    return replace(party, place=rung.place, phone=rung.phone.kind, context=rung.context, rings_s=rung.phone.ring_s)


# ---------------------------------------------------------------------------------------------------------------- facts


def rings(floor: Floor, call: Call, party: Party, rung: Rung, now: datetime) -> None:
    """State that a phone rings, who was passed over before it, and what its person is told."""
    _tell_passed(floor, call, rung.passed, now)
    by = str(party.by)
    if rung.begins:
        ends = call.moment(now) + timedelta(minutes=rung.person.minutes)
        sent = ContextSent(rung.context, rung.person.code, sorted(rung.person.ways), ends.isoformat(), by)
        _tell(floor, call, sent, now)
    fact = PersonRung(
        person=rung.person.code, phone=rung.phone.kind, step=rung.place.number, because=rung.because,
        party_id=party.leg, context_id=rung.context, by_agent_id=by,
    )  # fmt: skip
    _tell(floor, call, fact, now)


def answers(floor: Floor, call: Call, party: Party, at: datetime) -> None:
    """State that one of the client's people answered."""
    if party.place is None:
        return
    rang = max(0, (call.moment(at) - party.since) // MILLISECOND)
    fact = PersonAnswered(party.place.person, party.phone, party.leg, party.context, rang, str(party.by))
    _tell(floor, call, fact, at)


def missed(floor: Floor, call: Call, party: Party, cause: str, now: datetime) -> None:
    """State that nobody of a search answered; a contact lost by it is called back (:mod:`switchboard.followups`)."""
    if party.place is None:
        return
    place = party.place
    fact = PersonNotReached(
        person=place.asked[0], asked=list(place.asked), cause=cause, steps=place.number, purpose=party.purpose,
        by_agent_id=str(party.by),
    )  # fmt: skip
    _tell(floor, call, fact, now)
    known = floor.calls.get(call.id)
    if party.purpose == TRANSFER and known is not None and not any(each.carries for each in known.parties):
        floor.put((replace(known, missed_by=party.by), ()))


def given_up(floor: Floor, call: Call, ending: Ending, now: datetime) -> Call:
    """State that a call ends while people of the client's ring for it; return the call."""
    ringing = [each for each in call.parties if each.place is not None and each.state is PartyState.RINGING]
    cause = GIVEN_UP if ending.by is By.CONTACT else ending.cause
    for party in {(each.place, each.purpose): each for each in ringing}.values():
        missed(floor, call, party, cause, now)
    return floor.calls.get(call.id, call)


def _tell_passed(floor: Floor, call: Call, passed: tuple[Passed, ...], now: datetime) -> None:
    for each in passed:
        _tell(floor, call, PersonPassed(person=each.person, reason=each.reason), now)


def _tell(floor: Floor, call: Call, fact: Payload, at: datetime) -> None:
    floor.tell([call.tenant], fact, call.id, call.moment(at))


# ------------------------------------------------------------------------------------------------------------- one step


def _hours(floor: Floor, call: Call, now: datetime) -> followme.IsOpen:
    opening = floor.tenant_of(call).opening
    return lambda code: opening(code, now) is Opening.OPEN


def _rung(floor: Floor, found: Next, step: Step, because: str, context: str) -> tuple[Rung, ...]:
    """Make a step's phones. A person who is told of the call keeps one telling through all its phones."""
    same = bool(context) and step.place.phone > 0
    told = context if same else str(floor.new_id()) if step.person.ways else ""
    first, *more = step.phones
    one = Rung(first, step.place, step.person, told, because, begins=bool(told) and not same, passed=found.passed)
    return (one, *(replace(one, phone=phone, begins=False, passed=()) for phone in more))


def headers_of(floor: Floor, call: Call, party: Party) -> tuple[tuple[str, str], ...]:
    """Return the SIP headers that carry the context to one of the client's people, if it is told so."""
    person = None if party.place is None else floor.tenant_of(call).people.get(party.place.person)
    if person is None or not party.context or "header" not in person.ways:
        return ()
    context, ends = UUID(party.context), party.since + timedelta(minutes=person.minutes)
    return headers(call.id, context, floor.link_of(call.tenant, context, ends))
