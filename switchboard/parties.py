"""The legs of everybody in a call besides its contact and its agent: rung, answered, gone.

What an answer or an end means depends on what somebody was called for: one row of :data:`PURPOSES` each.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from interactions.facts import InteractionTakenUp
from switchboard import endings, lines, offers, persons, returning, targets
from switchboard.core import agent as agents
from switchboard.core import handing, talk
from switchboard.core.agent import Work
from switchboard.core.call import Call, CallState
from switchboard.core.ending import By, Ending
from switchboard.core.party import CONFERENCE, CONSULT, REJOIN, TRANSFER, Party, PartyState, Role
from switchboard.errors import NotPossibleNow
from switchboard.floor import Floor
from switchboard.legover import LegOver
from switchboard.targets import Callee
from telephony.port import Dial, EndedBy, Ring

PATIENCE = timedelta(seconds=30)
"""So long somebody is rung who is called in."""
_FUSE = timedelta(seconds=5)
NOBODY_REACHED = "no_answer"


@dataclass(frozen=True, slots=True)
class Purpose:
    """What is done when a party ``answered`` (at, now), and after it ``left`` (the party as it was, its end, now)."""

    answered: Callable[[Floor, Call, Party, datetime, datetime], None]
    left: Callable[[Floor, Call, Party, LegOver, datetime], None]


# ----------------------------------------------------------------------------------------------------------- calling in


def call_in(floor: Floor, call: Call, callee: Callee, purpose: str, by: UUID, now: datetime) -> Call:
    """Ring somebody into a conversation. Raises :class:`NotPossibleNow` when it is full."""
    if len(call.parties) + len(callee.beside) + 2 >= talk.MOST_IN_A_CALL:
        raise NotPossibleNow(f"{talk.MOST_IN_A_CALL} are in this conversation already")
    call = _ring(floor, call, callee, (purpose, by), now)
    for each in callee.beside:
        if lines.line_for(floor, call.tenant, now) is not None:
            call = _ring(floor, call, each, (purpose, by), now)
    return call


def _ring(floor: Floor, call: Call, callee: Callee, why: tuple[str, UUID], now: datetime) -> Call:
    purpose, by = why
    trunk = lines.line_for(floor, call.tenant, now) if callee.trunk else ""
    if trunk is None:
        raise NotPossibleNow("all lines of this client are busy")
    party = Party(
        leg=str(floor.new_id()), role=callee.role, purpose=purpose, by=by, since=call.moment(now),
        target=callee.target, agent=callee.agent, endpoint=callee.endpoint, number=callee.number, trunk=trunk,
    )  # fmt: skip
    if trunk:
        lines.takes(floor, party.leg, trunk)
    if callee.rung is not None:
        party = persons.as_party(party, callee.rung)
        persons.rings(floor, call, party, callee.rung, now)
    call = floor.put(talk.invite(call, party, command_of(floor, call, party), patience_of(party), floor.epoch))
    if party.agent is not None and call.waited is not None and purpose != REJOIN:
        floor.routing.unavailable(party.agent, now)
        work = Work(call.tenant, call.id, call.waited.queue_id)
        floor.put_agent(agents.offered(floor.agents[party.agent], work, now), now)
    return call


def patience_of(party: Party) -> timedelta:
    """Return how long a party is rung."""
    return timedelta(seconds=party.rings_s) if party.rings_s else PATIENCE


def command_of(floor: Floor, call: Call, party: Party) -> Ring | Dial:
    """Return what rings a party: a phone of ours, or a number outside that sees one of the client's own."""
    if party.role is not Role.OUTSIDE:
        return offers.ring_of(floor, call, party.leg, party.endpoint, PATIENCE + _FUSE)
    return Dial(
        call=call.name, leg=party.leg, trunk=party.trunk, number=party.number, caller_name=floor.tenant_of(call).name,
        caller_number=shown(floor, call), timeout=patience_of(party) + _FUSE,
        headers=persons.headers_of(floor, call, party),
    )  # fmt: skip


def shown(floor: Floor, call: Call) -> str:
    """Return the number of the client's that somebody outside sees: as configured, or the one that was dialled."""
    queue = "" if call.waited is None else call.waited.queue
    return floor.plan.caller_id(call.tenant, queue, call.number)


# ------------------------------------------------------------------------------------------------- what the engine says


def answered(floor: Floor, call: Call, party: Party, at: datetime, now: datetime) -> None:
    """Take a party's answer."""
    if persons.is_gone(floor, call, party):
        over(floor, call, party, persons.removed(at), now)
        return
    persons.answers(floor, call, party, at)
    for other in persons.siblings(call, party):
        call = endings.drop(floor, call, other, ("system", "answered_elsewhere"), now)
    if party.agent is not None and party.purpose != REJOIN:
        agent = floor.put_agent(agents.talking(floor.agents[party.agent], call.moment(at)), now)
        floor.routing.occupied(agent.id, call.tenant, agent.since, now)
    PURPOSES[party.purpose].answered(floor, call, party, at, now)


def over(floor: Floor, call: Call, party: Party, end: LegOver, now: datetime) -> None:
    """Take the end of a party's leg, or its silence: another line is tried, or it is out and those left go on."""
    if party.state is PartyState.RINGING and _redialled(floor, call, party, end):
        return
    by = "agent" if party.role is Role.AGENT else "party"
    ended = (by if end.by is EndedBy.PARTY else "system", end.cause)
    call = floor.put(talk.part(call, party.leg, ended, end.at, (end.q850, end.sip)))
    endings.release(floor, party, now)
    if party.place is None or party.joined_at is not None or not _rings_on(floor, call, party, end, now):
        PURPOSES[party.purpose].left(floor, floor.calls[call.id], party, end, now)


def _rings_on(floor: Floor, call: Call, party: Party, end: LegOver, now: datetime) -> bool:
    """Ring the next phone of one of the client's own people; say whether one rings, or still does."""
    rung = persons.go_on(floor, call, party, end, now)
    if not rung:
        return bool(persons.siblings(call, party))
    try:
        call_in(floor, call, targets.person(floor, call, rung, now), party.purpose, party.by, now)
    except NotPossibleNow:  # no line is free, or the conversation is full
        persons.missed(floor, call, party, end.cause, now)
        return False
    return True


def _redialled(floor: Floor, call: Call, party: Party, end: LegOver) -> bool:
    """Try the next line when this one failed; tell whether there was one."""
    trunk = lines.after(floor, call.id, call.tenant, (party.leg, party.trunk, party.tried), end)
    if trunk is None:
        return False
    command = command_of(floor, call, replace(party, leg=str(floor.new_id()), trunk=trunk))
    if not isinstance(command, Dial):
        return False
    lines.takes(floor, command.leg, trunk)
    floor.put(talk.redial(call, party, command, end, patience_of(party)))
    return True


def silent(floor: Floor, call: Call, leg: str, now: datetime) -> None:
    """Give up ringing somebody."""
    party = call.party(leg)
    if party is not None and party.state is PartyState.RINGING:
        over(floor, call, party, LegOver(NOBODY_REACHED, EndedBy.US, now), now)


# ------------------------------------------------------------------------------------------------------------- purposes


def _aside(floor: Floor, call: Call, party: Party, at: datetime, _now: datetime) -> None:
    """Let the agent talk to whom it consults, alone."""
    if not call.side:
        call = floor.put(talk.step_aside(call, at))
    floor.put(talk.join(call, party.leg, at, side=call.side))


def _into_the_call(floor: Floor, call: Call, party: Party, at: datetime, _now: datetime) -> None:
    floor.put(talk.join(call, party.leg, at))


def _handed(floor: Floor, call: Call, party: Party, at: datetime, _now: datetime) -> None:
    """Let the one to whom the contact was given have it."""
    if party.agent is None:
        floor.put(talk.join(call, party.leg, at))
        return
    call = floor.put(handing.take_up(call, party.leg, at))
    fact = InteractionTakenUp(agent_id=str(party.agent), party_id=party.leg)
    floor.tell([call.tenant], fact, call.id, call.touched_at)


def _again(floor: Floor, call: Call, party: Party, at: datetime, _now: datetime) -> None:
    floor.put(handing.rejoin(call, party.leg, at))


def _goes_on(floor: Floor, call: Call, party: Party, end: LegOver, now: datetime) -> None:
    """Go on without whoever left; a contact who is alone with nobody to come is looked after."""
    if call.state is not CallState.HANDED_OVER or any(not each.watches for each in call.parties):
        return
    if party.joined_at is None:
        returning.to_queue(floor, call, now)
    else:
        by = By.PERSON if end.by is EndedBy.PARTY else By.SYSTEM
        endings.finish(floor, call, Ending(by, end.cause, end.at, now, q850=end.q850, sip=end.sip), now)


def _not_again(floor: Floor, call: Call, _party: Party, end: LegOver, now: datetime) -> None:
    """Give the contact another agent, when its own cannot be reached any more."""
    if call.is_lost:
        returning.without_agent(floor, call, end.cause, now)


PURPOSES: dict[str, Purpose] = {
    CONSULT: Purpose(_aside, _goes_on),
    CONFERENCE: Purpose(_into_the_call, _goes_on),
    TRANSFER: Purpose(_handed, _goes_on),
    REJOIN: Purpose(_again, _not_again),
}
"""What parties are called in for. Other features put their rows here."""
