"""New calls: whose number it is, and whether there is room."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from interactions.core.numbers import mask
from interactions.facts import NumberUnknown
from ivr.core.values import Started
from switchboard import flows
from switchboard.core import flowing
from switchboard.core.call import Call
from switchboard.core.effects import Do
from switchboard.core.plan import Route, digits_of
from switchboard.floor import Floor
from switchboard.trouble import contained
from telephony.port import Answer, CallArrived, Cause, CloseCall, LegState, Play, Refuse
from tenants.access import INSTALLATION


def call_arrived(floor: Floor, event: CallArrived, now: datetime) -> None:
    """Take a new call, or refuse it. One that was told twice is taken once."""
    if floor.call_of_leg(event.leg) is not None or event.leg in floor.strangers:
        return
    route = floor.plan.route(event.number, event.trunk)
    closed = digits_of(event.number) in floor.plan.closed if route is None else route.tenant in floor.crowded
    if closed or not floor.admits:
        floor.effects.append(Do(event.leg, Refuse(event.leg, Cause.CONGESTION)))
        return
    if route is None:
        _unknown_number(floor, event, now)
        return
    call = _call(floor, event, route, now)
    floor.put(flowing.answer(call, min(event.at, now)))
    with contained(floor, call.id, now):
        flows.advance(floor, call.id, Started(event.caller, route.number), now)


def adopt(floor: Floor, leg: LegState, now: datetime) -> bool:
    """Begin anew with a contact whom an older process had answered, and of whom no fact was stored."""
    event = CallArrived(leg.leg, leg.number, leg.caller, leg.trunk, now)
    route = floor.plan.route(leg.number, leg.trunk)
    if route is None:
        return False
    call = replace(_call(floor, event, route, now), id=UUID(leg.call))
    floor.put(flowing.answer(call, now, already=True))
    with contained(floor, call.id, now):
        flows.advance(floor, call.id, Started(leg.caller, route.number), now)
    return True


def _call(floor: Floor, event: CallArrived, route: Route, now: datetime) -> Call:
    return Call(
        id=floor.new_id(),
        tenant=route.tenant,
        leg=event.leg,
        number=route.number,
        caller=event.caller,
        contact=mask(event.caller),
        flow=route.flow,
        flow_version=route.flow_version,
        touched_at=min(event.at, now),
    )


def _unknown_number(floor: Floor, event: CallArrived, now: datetime) -> None:
    """Say that nobody is there, and hang up; without anything to say, refuse."""
    subject = floor.new_id()
    floor.tell([INSTALLATION], NumberUnknown(number=event.number, trunk=event.trunk), subject, min(event.at, now))
    name = str(subject)
    text = floor.plan.unknown_number
    sound = None if text is None else floor.plan.spoken.get(text)
    if sound is None:
        floor.effects.append(Do(event.leg, Refuse(event.leg, Cause.UNALLOCATED)))
        return
    floor.strangers[event.leg] = name
    floor.effects += [Do(name, Answer(name, event.leg)), Do(name, Play(name, name, (sound,)))]


def stranger_heard(floor: Floor, playback: str) -> bool:
    """Hang up on a stranger who has heard the announcement (its playback has the call's name)."""
    leg = next((leg for leg, name in floor.strangers.items() if name == playback), None)
    if leg is None:
        return False
    floor.effects.append(Do(playback, CloseCall(playback)))
    return True
