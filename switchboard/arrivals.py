"""New calls: whose number it is, whether there is room, and what they get when there is none."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from interactions.core.numbers import mask
from interactions.facts import NumberUnknown
from ivr.core.values import Started
from switchboard import acts, flows, lines
from switchboard.admission import DRAINED, ENGINE, TENANT
from switchboard.core import flowing
from switchboard.core.call import Call
from switchboard.core.effects import Do
from switchboard.core.plan import Route, digits_of
from switchboard.facts import ArrivalLimited, CallToPausedNumber
from switchboard.floor import Floor
from switchboard.trouble import contained
from telephony.port import Answer, CallArrived, Cause, CloseCall, LegState, Play, Refuse, Sound
from tenants.access import INSTALLATION

TRUNK = "trunk"
"""The limit of a call that came over a trunk which carries as many as it may."""


def call_arrived(floor: Floor, event: CallArrived, now: datetime) -> None:
    """Take a new call, or refuse it. One that was told twice is taken once."""
    if floor.call_of_leg(event.leg) is not None or event.leg in floor.strangers:
        return
    route = floor.plan.route(event.number, event.trunk)
    closed = digits_of(event.number) in floor.plan.closed if route is None else route.tenant in floor.crowded
    if closed or not floor.admits:
        floor.effects.append(Do(event.leg, Refuse(event.leg, Cause.CONGESTION)))
        return
    limit = _exceeded(floor, event, now)
    if limit is not None:
        _too_many(floor, event, route, limit, now)
    elif route is None:
        _unknown_number(floor, event, now)
    elif floor.admission.tenant_takes(floor.plan, route.tenant, now):
        _begin(floor, *_routed(floor, event, route, now), min(event.at, now), now)
    else:
        _beyond(floor, event, route, now)


def _begin(
    floor: Floor, call: Call, paused: CallToPausedNumber | None, at: datetime, now: datetime, *, already: bool = False
) -> None:
    call = floor.put(flowing.answer(call, at, already=already))
    if paused is not None:
        floor.effects.append(call.tell(paused, call.touched_at))
    with contained(floor, call.id, now):
        if paused is not None or not acts.announces_first(floor, call, now):
            flows.advance(floor, call.id, Started(call.caller, call.number), now)


def _routed(floor: Floor, event: CallArrived, route: Route, now: datetime) -> tuple[Call, CallToPausedNumber | None]:
    """Return the call of a number, and what is told when the client has paused that number."""
    call, found = _call(floor, event, route, now), acts.instead(floor, route, now)
    if found is None:
        return call, None
    act, flow, version = found
    told = CallToPausedNumber(number=route.number, act_id=str(act.id), answer="flow" if act.flow else "prompt")
    return replace(call, flow=flow, flow_version=version), told


def _exceeded(floor: Floor, event: CallArrived, now: datetime) -> str | None:
    """Return whose limit a new call is beyond, before it is known for whom it is."""
    is_full = not lines.has_room(floor, event.trunk)
    floor.trunks.takes(event.leg, event.trunk)
    if event.node in floor.plan.drained:
        return DRAINED
    if is_full:
        return TRUNK
    return None if floor.admission.engine_takes(floor.plan, event.node, now) else ENGINE


def _too_many(floor: Floor, event: CallArrived, route: Route | None, limit: str, now: datetime) -> None:
    """Refuse what engine or trunk cannot do, or is not to do: answering it would cost the calls that were taken."""
    floor.effects.append(Do(event.leg, Refuse(event.leg, Cause.CONGESTION)))
    if route is not None:
        _tell_limited(floor, event, route, floor.new_id(), (limit, "congestion"), now)


def _beyond(floor: Floor, event: CallArrived, route: Route, now: datetime) -> None:
    """Give a call beyond what was agreed with its tenant what the tenant wants it to get."""
    beyond = floor.plan.tenants[route.tenant].beyond
    sound = None if beyond.said is None else floor.plan.spoken.get(beyond.said)
    if beyond.flow is not None:
        code, version = beyond.flow
        call = replace(_call(floor, event, route, now), flow=code, flow_version=version)
        _begin(floor, call, None, min(event.at, now), now)
        _tell_limited(floor, event, route, call.id, (TENANT, "flow"), now)
        return
    subject = floor.new_id()
    _tell_limited(floor, event, route, subject, (TENANT, "busy" if sound is None else "prompt"), now)
    if sound is None:
        floor.effects.append(Do(event.leg, Refuse(event.leg, Cause.BUSY)))
    else:
        _announce(floor, event, str(subject), sound)


def _tell_limited(
    floor: Floor, event: CallArrived, route: Route, subject: UUID, how: tuple[str, str], now: datetime
) -> None:
    limit, answer = how
    fact = ArrivalLimited(number=route.number, contact=mask(event.caller), limit=limit, answer=answer)
    floor.tell([route.tenant], fact, subject, now)


def _announce(floor: Floor, event: CallArrived, name: str, sound: Sound) -> None:
    """Say something to somebody whose call is no interaction, and hang up."""
    floor.strangers[event.leg], floor.stranger_nodes[event.leg] = name, event.node
    floor.effects += [Do(name, Answer(name, event.leg)), Do(name, Play(name, name, (sound,)))]


def adopt(floor: Floor, leg: LegState, node: str, now: datetime) -> bool:
    """Begin anew with a contact whom an older process had answered, and of whom no fact was stored."""
    event = CallArrived(leg.leg, leg.number, leg.caller, leg.trunk, now, node)
    route = floor.plan.route(leg.number, leg.trunk)
    if route is None:
        return False
    call, paused = _routed(floor, event, route, now)
    _begin(floor, replace(call, id=UUID(leg.call)), paused, now, now, already=True)
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
        node=event.node,
        music=floor.plan.tenants[route.tenant].hold_music,
    )


def _unknown_number(floor: Floor, event: CallArrived, now: datetime) -> None:
    """Say that nobody is there, and hang up; without anything to say, refuse."""
    subject = floor.new_id()
    floor.tell([INSTALLATION], NumberUnknown(number=event.number, trunk=event.trunk), subject, min(event.at, now))
    text = floor.plan.unknown_number
    sound = None if text is None else floor.plan.spoken.get(text)
    if sound is None:
        floor.effects.append(Do(event.leg, Refuse(event.leg, Cause.UNALLOCATED)))
        return
    _announce(floor, event, str(subject), sound)


def stranger_heard(floor: Floor, playback: str) -> bool:
    """Hang up on a stranger who has heard the announcement (its playback has the call's name)."""
    leg = next((leg for leg, name in floor.strangers.items() if name == playback), None)
    if leg is None:
        return False
    floor.effects.append(Do(playback, CloseCall(playback)))
    return True
