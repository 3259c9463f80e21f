"""What clients changed for a time (:mod:`tenants.core.controls`), in force on the floor.

Hours, pauses and announcements are asked for at the moment of use; a moved queue is moved back by a timer. So nothing
needs to be told for an end to come, and a floor that is opened anew has what is in force then.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from ivr.core.values import Event, Opening, PlayEnded, Started
from routing.core.values import Offer
from switchboard.core import flowing
from switchboard.core.call import Call, CallState
from switchboard.core.effects import Arm, Disarm
from switchboard.core.plan import Plan, Route, TenantPlan
from switchboard.core.ways import PAUSED
from switchboard.facts import AnnouncementHeard
from switchboard.floor import Floor
from telephony.port import Sound
from tenants.core import controls
from tenants.core.controls import Act

OWNER = UUID(int=0)
TIMER = "acts"
"""The timer of the next end; it belongs to no call."""
ENTRY, IN_QUEUE = "announced:", "announced in the queue:"
"""Begin the names of playbacks that no flow asked for; the id of the act follows."""


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
                for call in list(floor.calls.values()):
                    tell(floor, call, now)


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
    if act is None or not sounds:
        return False
    floor.put(flowing.say(call, f"{ENTRY}{act.id}", sounds, floor.epoch))
    return True


def tell(floor: Floor, call: Call, now: datetime) -> None:
    """Let a contact who waits hear what is announced for its queue, in its language, unless it has heard it.

    Who hears something else just now is told when that is over: this is asked after every playback, too.
    """
    waited = call.waited
    waits = call.state in {CallState.QUEUED, CallState.OFFERED} and call.playing is None and floor.reaches(call)
    if waited is None or not waits:
        return
    tenant = floor.tenant_of(call)
    act = controls.found(tenant.acts, controls.ANNOUNCEMENT, [("queue", waited.queue)], now)
    if act is None or str(act.id) in call.announced or not (act.waiting or act.begins_at <= waited.queued_at):
        return
    sounds = _sounds(floor, tenant, act, call.position.locale)
    if sounds:
        floor.put(flowing.say(call, f"{IN_QUEUE}{act.id}", sounds, floor.epoch))


def is_telling(call: Call) -> bool:
    """Whether a contact who waits is told something just now: nothing else is said meanwhile."""
    return call.playing is not None and call.playing.name.startswith(IN_QUEUE)


def is_own(name: str) -> bool:
    """Whether a playback of this name tells what a client announces."""
    return name.startswith((ENTRY, IN_QUEUE))


def heard(floor: Floor, call: Call, name: str, now: datetime, *, completed: bool) -> Event:
    """Take the end of a playback, state it if it was ours, and return what the flow gets: after ours it begins."""
    act = next((name.removeprefix(begin) for begin in (ENTRY, IN_QUEUE) if name.startswith(begin)), "")
    if act and completed:
        at = call.moment(now)
        fact = AnnouncementHeard(act_id=act, locale=call.position.locale)
        told = replace(call, announced=(*call.announced, act), touched_at=at)
        floor.put((told, (call.tell(fact, at),)))
    return Started(call.caller, call.number) if name.startswith(ENTRY) else PlayEnded(name, completed)


def _sounds(floor: Floor, tenant: TenantPlan, act: Act, locale: str = "") -> tuple[Sound, ...]:
    """Return an announcement in one language, or in each, the client's first one first."""
    texts = tenant.announced(act)
    wanted = [texts[locale]] if locale in texts else list(texts.values())[: 1 if locale else None]
    ready = [floor.plan.spoken.get(text) for text in wanted]
    return tuple(sound for sound in ready if sound is not None)
