"""What clients changed for a time (:mod:`tenants.core.controls`), in force on the floor.

Hours, pauses and announcements are asked for at the moment of use; a moved queue is moved back by a timer. So nothing
needs to be told for an end to come, and a floor that is opened anew has what is in force then.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from ivr.core.values import Event, Opening, PlayEnded, Started
from routing.core.values import Offer
from switchboard.core import flowing
from switchboard.core.call import Call, CallState
from switchboard.core.effects import Arm, Disarm
from switchboard.core.plan import Plan, Route, TenantPlan
from switchboard.core.ways import PAUSED
from switchboard.floor import Floor
from telephony.port import Sound
from tenants.core import controls
from tenants.core.controls import Act

OWNER = UUID(int=0)
TIMER = "acts"
"""The timer of the next end; it belongs to no call."""
ENTRY, IN_QUEUE = "announced", "announced in the queue"
"""Names of playbacks that no flow asked for."""


def apply(floor: Floor, now: datetime) -> None:
    """Move queues as it holds now, and look again when the next act ends."""
    ends = []
    for tenant in floor.plan.tenants.values():
        for queue in tenant.queues.values():
            act = controls.found(tenant.acts, controls.PRIORITY, [("queue", queue.code)], now)
            floor.routing.move(queue.id, timedelta(seconds=act.seconds if act else 0))
        end = controls.next_end(tenant.acts, now)
        ends += [] if end is None else [end]
    floor.effects.append(Arm(OWNER, TIMER, min(ends)) if ends else Disarm(OWNER, TIMER))


def mover(floor: Floor, offer: Offer, now: datetime) -> str:
    """Return who moved the queue of an offer; empty: nobody any more."""
    queue = floor.queue(UUID(str(offer.queue)))
    acts = () if queue is None else floor.plan.tenants[queue.tenant].acts
    place = ("queue", "" if queue is None else queue.code)
    act = controls.found(acts, controls.PRIORITY, [place], now)
    return "" if act is None else act.by


def changed(floor: Floor, before: Plan, now: datetime) -> None:
    """Work from a new configuration: what is new is in force, and those who wait hear what is for them."""
    apply(floor, now)
    for tenant in floor.plan.tenants.values():
        former = before.tenants.get(tenant.id)
        known = set() if former is None else {act.id for act in former.acts}
        for act in tenant.acts:
            if act.waiting and act.id not in known and act.holds(now):
                _tell_waiting(floor, tenant, act)


def opening(floor: Floor, call: Call, calendar: str, now: datetime) -> Opening:
    """Return whether somebody is there, for a call: what the client says for now, else what the calendar says."""
    tenant = floor.tenant_of(call)
    places = (("number", call.number), ("calendar", calendar))
    act = controls.found(tenant.acts, controls.HOURS, places, now)
    return tenant.opening(calendar, now) if act is None else Opening(act.opening)


def closes(tenant: TenantPlan, queue: str, now: datetime) -> bool:
    """Whether the client lets nobody into a queue now; who waits in it stays."""
    return controls.found(tenant.acts, controls.HOURS, [("queue", queue)], now) is not None


def instead(floor: Floor, route: Route, now: datetime) -> tuple[Act, str, int] | None:
    """Return the act that pauses a number, and the flow (code, version) that callers walk through instead."""
    tenant = floor.plan.tenants[route.tenant]
    act = controls.found(tenant.acts, controls.PAUSE, [("number", route.number)], now)
    if act is None:
        return None
    way = tenant.way_into(act.flow) if act.flow else None
    return (act, PAUSED + act.prompt, 0) if way is None else (act, way.flow, way.version)


def announces_first(floor: Floor, call: Call, now: datetime) -> bool:
    """Let a new contact hear what is announced for its number or flow, before the flow begins; false: nothing is."""
    tenant = floor.tenant_of(call)
    act = controls.found(tenant.acts, controls.ANNOUNCEMENT, (("number", call.number), ("flow", call.flow)), now)
    sounds = () if act is None else _sounds(floor, tenant, act)
    if not sounds:
        return False
    floor.put(flowing.say(call, ENTRY, sounds, floor.epoch))
    return True


def announces(floor: Floor, call: Call, now: datetime) -> None:
    """Let a contact who has just begun to wait hear what is announced for its queue, in its language."""
    tenant, waited = floor.tenant_of(call), call.waited
    place = ("queue", "" if waited is None else waited.queue)
    act = controls.found(tenant.acts, controls.ANNOUNCEMENT, [place], now)
    if act is not None:
        _say(floor, call, _sounds(floor, tenant, act, call.position.locale))


def heard(call: Call, name: str, *, completed: bool) -> Event:
    """Return what the flow gets when a playback of this name is over: after our own before it, it begins."""
    return Started(call.caller, call.number) if name == ENTRY else PlayEnded(name, completed)


def _tell_waiting(floor: Floor, tenant: TenantPlan, act: Act) -> None:
    """Let those hear it who wait already; who hears something else just now is spared."""
    for call in list(floor.calls.values()):
        waits = call.state is CallState.QUEUED and call.waited is not None and call.waited.queue == act.target
        if waits and call.tenant == tenant.id and call.playing is None and floor.reaches(call):
            _say(floor, call, _sounds(floor, tenant, act, call.position.locale))


def _say(floor: Floor, call: Call, sounds: tuple[Sound, ...]) -> None:
    if sounds:
        floor.put(flowing.say(call, IN_QUEUE, sounds, floor.epoch))


def _sounds(floor: Floor, tenant: TenantPlan, act: Act, locale: str = "") -> tuple[Sound, ...]:
    """Return an announcement in one language, or in each, the client's first one first."""
    texts = tenant.announced(act)
    wanted = [texts[locale]] if locale in texts else list(texts.values())[: 1 if locale else None]
    ready = [floor.plan.spoken.get(text) for text in wanted]
    return tuple(sound for sound in ready if sound is not None)
