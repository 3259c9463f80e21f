"""Who took a contact over and is gone: the page was closed, its phone is registered no more, its leg hears nobody.

A page that is loaded anew registers again within a moment, so nothing is done at once. Then the contact waits with
music, and after that goes back to the place in its queue that it had: nobody waits there who came before it. All of it
is over before the engine ends the leg because of its silence. A telephone on a desk stays, and is left alone.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from journal.core.facts import SYSTEM, Actor
from switchboard import endings, returning
from switchboard.core import talk
from switchboard.core.call import Call
from switchboard.core.effects import Arm, Disarm, Tell
from switchboard.core.ending import By, Ending
from switchboard.core.party import TAKEN_OVER, Party, PartyState
from switchboard.core.watching import actor_of, watch_of
from switchboard.facts import TakenCallChanged
from switchboard.floor import Floor
from switchboard.legover import ENGINE_GAP, LegOver
from telephony.port import Bridge, Cause, EndedBy

NOTICED_AFTER = timedelta(seconds=3)
"""A page that is loaded anew takes less."""
GIVEN_UP_AFTER = timedelta(seconds=12)
"""So long the contact hears music before it goes back."""
NOTICE_TIMER, GIVE_UP_TIMER = "taken_unheard", "taken_given_up"
TIMERS = frozenset({NOTICE_TIMER, GIVE_UP_TIMER})
_ROOM = "away"
"""How the room begins into which we put a leg that hears nobody; who holds by itself is in another one."""
_ENGINES = frozenset({Cause.ENGINE_LOST.value, ENGINE_GAP})


def look(floor: Floor, endpoint: str | None, now: datetime) -> None:
    """Take it that a phone came or went; None: any of them may have."""
    for call in list(floor.calls.values()):
        own = _own(floor, call)
        if own is None or endpoint not in {None, own.endpoint}:
            continue
        if own.endpoint in floor.registered:
            floor.effects.extend(Disarm(call.id, timer) for timer in sorted(TIMERS))
            if own.side.startswith(_ROOM):
                _returned(floor, call, own, now)
        elif own.side.startswith(_ROOM):
            floor.effects.append(Arm(call.id, GIVE_UP_TIMER, now + GIVEN_UP_AFTER))
        else:
            floor.effects.append(Arm(call.id, NOTICE_TIMER, now + NOTICED_AFTER))


def fired(floor: Floor, call: Call, timer: str, now: datetime) -> None:
    """Let the contact wait with music, or go back to its queue, unless the page has come back."""
    own = _own(floor, call)
    if own is None or own.endpoint in floor.registered:
        return
    if timer == NOTICE_TIMER:
        _waits(floor, call, own, now)
        return
    call = endings.drop(floor, call, own, ("system", "phone_lost"), now)
    goes_back(floor, call, own, now)


def is_lost(floor: Floor, call: Call, end: LegOver) -> bool:
    """Whether a leg was lost by the network alone, while its engine is there."""
    return end.by is EndedBy.NETWORK and end.cause not in _ENGINES and floor.reaches(call)


def goes_back(floor: Floor, call: Call, own: Party, now: datetime) -> None:
    """Give the contact to its queue again, when nobody else is in the conversation; who had it is gone."""
    at = call.moment(now)
    floor.put((replace(call, touched_at=at), (_told(call, own, "left", at, SYSTEM),)))
    call = floor.calls[call.id]
    if any(not each.watches for each in call.parties):
        return
    if call.waited is None:  # a call that we began: there is no queue to which it could go
        endings.finish(floor, call, Ending(By.SYSTEM, "phone_lost", now, now), now)
    else:
        returning.to_queue(floor, call, now)


def _own(floor: Floor, call: Call) -> Party | None:
    """Return who took the contact over, if its phone is a page's."""
    own = next((each for each in call.parties if each.purpose == TAKEN_OVER), None)
    if own is None:
        return None
    phones = floor.plan.listeners.get((own.by, watch_of(own).tenant), ())
    return None if own.endpoint in phones[1:] else own


def _waits(floor: Floor, call: Call, own: Party, now: datetime) -> None:
    at = call.moment(now)
    told, later = _told(call, own, "away", at, SYSTEM), Arm(call.id, GIVE_UP_TIMER, now + GIVEN_UP_AFTER)
    if own.state is PartyState.ASIDE:  # it held, so the contact hears music
        floor.put((replace(call, touched_at=at), (later, told)))
        return
    room = f"{_ROOM}{call.rooms + 1}"
    aside = replace(own, state=PartyState.ASIDE, side=room)
    after = replace(call, rooms=call.rooms + 1, touched_at=at).with_party(aside)
    floor.put((after, (call.do(Bridge(call.name, own.leg, room)), *talk.music_of(call, after), later, told)))


def _returned(floor: Floor, call: Call, own: Party, now: datetime) -> None:
    """Let its leg go on: only the registration was away. A page that was loaded anew is rung after this."""
    at = call.moment(now)
    after = replace(call, touched_at=at).with_party(replace(own, state=PartyState.JOINED, side=""))
    told = _told(call, own, "back", at, actor_of(own))
    floor.put(talk.changed(call, after, call.do(Bridge(call.name, own.leg)), told))


def _told(call: Call, own: Party, change: str, at: datetime, actor: Actor) -> Tell:
    watch = watch_of(own)
    return call.tell(TakenCallChanged(str(own.by), watch.name, watch.role, change), at, actor)
