"""What a supervisor does with the contact that it took over, and how it comes back when its phone was lost.

Commands as in :mod:`switchboard.supervisors`: ``by`` names who acts, ``tenant`` and ``interaction`` the conversation. A
command raises a ``Problem`` and then has changed nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from journal.core.facts import NewFact
from switchboard import endings, nocall, parties, returning, supervisors, talks, targets
from switchboard.core import supervision, talk
from switchboard.core.call import Call
from switchboard.core.effects import AskPhones, Disarm, Tell
from switchboard.core.party import NOBODY, TAKEN_AGAIN, TAKEN_OVER, TRANSFER, Party, PartyState
from switchboard.core.supervision import TAKE_OVER
from switchboard.core.watching import actor_of, watch_of
from switchboard.doers import Doer, Fields, call_of, doer_of, has, id_of, is_of, outsourcers_only, phones_of, text_of
from switchboard.errors import CommandUnknown, NotPossibleNow, PhoneNotReady
from switchboard.facts import TakenCallChanged, TakenCallConcluded, TakenCallGiven
from switchboard.floor import Floor
from switchboard.inputs import DeskCommand
from switchboard.parties import Purpose
from telephony.port import Bridge, HangUp, SendDigits

_GIVEN_TO = frozenset({"agent", "queue", "number"})


def obey(floor: Floor, command: DeskCommand, now: datetime) -> None:
    """Carry out a command of :data:`COMMANDS`. Raises a ``kit.errors.Problem``."""
    doer = doer_of(command.fields)
    outsourcers_only(doer)
    COMMANDS[command.kind](floor, doer, command.fields, now)


def _taken(floor: Floor, doer: Doer, fields: Fields) -> tuple[Call, Party]:
    """Return the conversation, and the doer's own place in it. Raises ``NotYours`` and :class:`NotPossibleNow`."""
    call = call_of(floor, fields)
    own = next((each for each in call.parties if each.purpose == TAKEN_OVER and is_of(each, doer)), None)
    if own is None:
        raise NotPossibleNow("you have not taken this conversation over")
    return call, own


def _told(call: Call, doer: Doer, change: str, at: datetime) -> Tell:
    return call.tell(TakenCallChanged(**doer.told(), change=change), at, doer.actor)


# ------------------------------------------------------------------------------------------------ holding, keys, giving


def _hold(floor: Floor, doer: Doer, fields: Fields, now: datetime) -> None:
    """Let the contact wait with music. Harmless when it does."""
    call, own = _taken(floor, doer, fields)
    if own.state is PartyState.ASIDE:
        return
    at, room = call.moment(now), f"s{call.rooms + 1}"
    aside = replace(own, state=PartyState.ASIDE, side=room)
    after = replace(call, rooms=call.rooms + 1, touched_at=at).with_party(aside)
    effects = (call.do(Bridge(call.name, own.leg, room)), *talk.music_of(call, after), _told(call, doer, "held", at))
    floor.put((after, effects))


def _retrieve(floor: Floor, doer: Doer, fields: Fields, now: datetime) -> None:
    """Come back to the contact. Harmless when it is there."""
    call, own = _taken(floor, doer, fields)
    if own.state is not PartyState.ASIDE:
        return
    at = call.moment(now)
    after = replace(call, touched_at=at).with_party(replace(own, state=PartyState.JOINED, side=""))
    told = _told(call, doer, "retrieved", at)
    floor.put(talk.changed(call, after, call.do(Bridge(call.name, own.leg)), told))


def _digits(floor: Floor, doer: Doer, fields: Fields, now: datetime) -> None:
    call, _own = _taken(floor, doer, fields)
    digits = talks.digits_of(fields)
    at = call.moment(now)
    floor.put((replace(call, touched_at=at), (call.do(SendDigits(call.leg, digits)), _told(call, doer, "keys", at))))


def _transfer(floor: Floor, doer: Doer, fields: Fields, now: datetime) -> None:
    """Give the contact away: to an agent, to a queue, or to a number outside."""
    call, own = _taken(floor, doer, fields)
    target = fields.get("target")
    kind = target.get("kind") if isinstance(target, Mapping) else None
    if not isinstance(target, Mapping) or kind not in _GIVEN_TO:
        raise CommandUnknown("a contact is given to an agent, a queue or a number")
    if len(call.parties) > 1:
        raise NotPossibleNow("others are in this conversation: they go first")
    way = talks.way_of(floor, call, "queue", target) if kind == "queue" else None
    callee = None if way is not None else targets.callee(floor, call, target, now)
    nocall.require_outside(floor, call, ("taken_transfer", fields), doer.actor, now)
    at = call.moment(now)
    named = str(target["queue"]) if callee is None else callee.target
    agent = None if callee is None or callee.agent is None else str(callee.agent)
    fact = TakenCallGiven(**doer.told(), to=str(kind), target=named, target_agent_id=agent)
    floor.put((replace(call, touched_at=at), (call.tell(fact, at, doer.actor),)))
    call = endings.drop(floor, floor.calls[call.id], own, ("supervisor", "given_away"), now)
    if callee is not None:
        parties.call_in(floor, call, callee, TRANSFER, NOBODY, now)
    elif way is not None:
        returning.send(floor, call, way, now)


def _conclude(floor: Floor, doer: Doer, fields: Fields, now: datetime) -> None:
    """Say what came of it, while it goes on or after; that it was this supervisor's was checked before."""
    tenant, queue = id_of(fields, "tenant"), floor.queue(id_of(fields, "queue"))
    code = text_of(fields, "code")
    if queue is None or queue.tenant != tenant or code not in queue.dispositions:
        raise CommandUnknown(f"the queue has no disposition {code!r}")
    interaction = id_of(fields, "interaction")
    call = floor.calls.get(interaction)
    at = now if call is None else call.moment(now)
    fact = TakenCallConcluded(**doer.told(), code=code)
    floor.effects.append(Tell(tenant, NewFact(fact, interaction, at, doer.actor)))


# ------------------------------------------------------------------------------------------------------- coming back


def _come_back(floor: Floor, doer: Doer, _fields: Fields, now: datetime) -> None:
    """Ring the phone of whoever takes part again: its page was loaded anew, and its leg hears nobody.

    A desk phone did not go with the page: then nothing is done.
    """
    call = next((each for each in floor.calls.values() if has(each, doer) and floor.reaches(each)), None)
    if call is None:
        raise NotPossibleNow("you take part in nothing")
    mine = next(party for party in call.parties if is_of(party, doer))
    phones = phones_of(floor, doer)
    if mine.endpoint in phones[1:] or any(p.state is PartyState.RINGING and is_of(p, doer) for p in call.parties):
        return
    if not phones or phones[0] not in floor.registered:
        floor.effects.append(AskPhones())
        raise PhoneNotReady
    if mine.purpose == TAKEN_OVER:
        again = replace(mine, purpose=TAKEN_AGAIN, state=PartyState.RINGING, side="", joined_at=None)
        supervisors.ring(floor, call, again, TAKE_OVER, now)
        return
    call = floor.put(supervision.end(call, mine, "phone_lost", now))
    again = replace(mine, state=PartyState.RINGING, side="", joined_at=None)
    supervisors.ring(floor, call, again, watch_of(mine).mode, now)


def _back(floor: Floor, call: Call, party: Party, at: datetime, _now: datetime) -> None:
    """Let who took the contact over go on with its new leg; the old one ends."""
    at = call.moment(at)
    after = replace(call, touched_at=at).with_party(
        replace(party, purpose=TAKEN_OVER, state=PartyState.JOINED, joined_at=at)
    )
    old = next((each for each in call.parties if each.purpose == TAKEN_OVER and each.by == party.by), None)
    if old is not None:
        after = after.without_party(old.leg)
    fact = TakenCallChanged(user_id=str(party.by), name=party.target, role=watch_of(party).role, change="back")
    told = call.tell(fact, at, actor_of(party))
    gone = () if old is None else (call.do(HangUp(old.leg)),)
    rung = Disarm(call.id, talk.PARTY_TIMER + party.leg)
    floor.put(talk.changed(call, after, rung, call.do(Bridge(call.name, party.leg)), *gone, told))


parties.PURPOSES[TAKEN_AGAIN] = Purpose(_back, supervisors.taken_left)

COMMANDS: dict[str, supervisors.Command] = {
    "taken_hold": _hold,
    "taken_retrieve": _retrieve,
    "taken_digits": _digits,
    "taken_transfer": _transfer,
    "taken_outcome": _conclude,
    "come_back": _come_back,
}
"""By name: what the inbox passes here."""
