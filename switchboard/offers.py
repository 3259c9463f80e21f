"""Who gets whom: asks routing, rings agents, and takes what comes of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from ivr.core.values import Connected
from routing.core.offers import Outcome
from routing.core.values import Offer as RoutingOffer
from switchboard import acts, endings, flows, lines, queueing, taping, tasks
from switchboard.core import agent as agents
from switchboard.core import waiting
from switchboard.core.agent import Agent, AgentState, Work
from switchboard.core.call import Call, CallState, Offered
from switchboard.core.effects import Arm, Disarm
from switchboard.floor import Floor
from switchboard.legover import LegOver
from switchboard.trouble import contained
from telephony.port import Cause, LegRinging, LegState, Ring

NOBODY = UUID(int=0)
"""Owner of the timers that belong to no call and no agent."""
WAKE = "wake"
_FUSE = timedelta(seconds=5)
"""The engine gives up ringing so much later than we do."""
_OUTCOMES = {
    Cause.BUSY: Outcome.REJECTED,
    Cause.REJECTED: Outcome.REJECTED,
    Cause.NORMAL: Outcome.REJECTED,
    Cause.NO_ANSWER: Outcome.EXPIRED,
}


def decide(floor: Floor, now: datetime) -> None:
    """Make every offer that can be made now, and wake up when routing wants to be asked again."""
    if not floor.connected:
        return
    tasks.offer_reserved(floor, now)
    decision = floor.routing.decide(now)
    for offer in decision.offers:
        with contained(floor, UUID(str(offer.interaction)), now):
            if offer.interaction in floor.tasks:
                tasks.offer(floor, offer, _because(floor, offer, now), now)
            else:
                _make(floor, offer, now)
    if decision.wake_at != floor.wake_at:
        floor.wake_at = decision.wake_at
        floor.effects.append(Disarm(NOBODY, WAKE) if floor.wake_at is None else Arm(NOBODY, WAKE, floor.wake_at))


def _make(floor: Floor, offer: RoutingOffer, now: datetime) -> None:
    call, agent = floor.calls[UUID(str(offer.interaction))], floor.agents[UUID(str(offer.agent))]
    endpoint = phone_of(floor, agent)
    if endpoint is None:
        raise AssertionError(f"agent {agent.id} is available without a phone")
    offered = Offered(floor.new_id(), agent.id, endpoint, offer.expires_at, silent=True)
    ring = ring_of(floor, call, offered.leg, endpoint, offer.expires_at - now + _FUSE)
    floor.put(waiting.offer(call, offered, ring, _because(floor, offer, now), now))
    floor.put_agent(agents.offered(agent, Work(call.tenant, call.id, UUID(str(offer.queue))), now), now)


def ring_of(floor: Floor, call: Call, leg: str, endpoint: str, timeout: timedelta) -> Ring:
    """Return the command that rings an agent's phone for a call: what it shows is the matter, never the number."""
    return Ring(
        call=call.name,
        leg=leg,
        endpoint=endpoint,
        caller_name=queueing.caller_name(floor, call, floor.queue_of(call)),
        caller_number=call.contact.replace(" ", ""),
        timeout=timeout,
        headers=(("X-Interaction", call.name),),
    )


def _because(floor: Floor, offer: RoutingOffer, now: datetime) -> dict[str, object]:
    because, moved = offer.because, {}
    if because.moved:
        moved = {"moved_s": int(because.moved.total_seconds()), "moved_by": acts.mover(floor, offer, now)}
    return {
        "candidates": because.candidates,
        "step": because.step,
        "rule": because.rule.value,
        "tie_break": because.tie_break.value,
        **moved,
    }


def connect(floor: Floor, call: Call, at: datetime, now: datetime, held: str | None = None) -> None:
    """Let contact and agent talk. ``held``: the recording that the engine makes of it already."""
    agent = floor.agents[_offered(call).agent]
    live = floor.routing.offer_of(call.id)
    if live is not None:
        floor.routing.end_offer(live, Outcome.ANSWERED, now)
    held = held or call.recording  # whoever comes after a transfer is recorded by what goes on
    call = floor.put(waiting.connect(call, held, at))
    taping.connected(floor, call, at)
    call = floor.calls[call.id]
    agent = floor.put_agent(agents.talking(agent, call.touched_at), now)
    if live is None:
        floor.routing.occupied(agent.id, call.tenant, agent.since, now)
    flows.advance(floor, call.id, Connected(), now)


def phone_of(floor: Floor, agent: Agent) -> str | None:
    """Return the phone on which an agent is rung: the preferred one of those that are registered."""
    return next((name for name in floor.plan.phones_of(agent.desk) if name in agent.phones), None)


def adopt(floor: Floor, call: Call, leg: LegState, agent: Agent, now: datetime) -> Call | None:
    """Take an answered leg for the offer that it is, whose facts were lost with an older process.

    ``None`` when the agent cannot have been offered anything: then the leg is a stranger's.
    """
    endings.wrapped_up(floor, agent.id, now)
    agent = floor.put_agent(agents.wish(floor.agents[agent.id], agents.AVAILABLE, now), now)
    if agent.state is not AgentState.AVAILABLE or call.waited is None:
        return None
    floor.routing.leave(call.id)
    floor.routing.unavailable(agent.id, now)
    offered = Offered(UUID(leg.leg), agent.id, leg.endpoint, now)
    floor.put_agent(agents.offered(agent, Work(call.tenant, call.id, call.waited.queue_id), now), now)
    return floor.put(waiting.offer_again(call, offered, {"rule": "found_after_restart"}, now))


def leg_refused(floor: Floor, call: Call, over: LegOver, now: datetime) -> None:
    """Take the end of a leg that did not answer: busy and rejected are the agent's word, the rest is the phone's."""
    cause = Cause(over.cause) if over.cause in set(Cause) else Cause.UNKNOWN
    outcome = _OUTCOMES.get(cause, Outcome.UNREACHABLE)
    end(floor, call, outcome, now, (over.cause, over.q850, over.sip))


def end(
    floor: Floor, call: Call, outcome: Outcome, now: datetime, refusal: waiting.Refusal = waiting.NO_REFUSAL, *,
    rang: bool = True,
) -> None:  # fmt: skip
    """End a live offer without an answer: the contact waits on at the same place, the agent is set aside.

    ``rang``: false for a phone that is registered, was rung, and said nothing at all.
    """
    offered = _offered(call)
    live = floor.routing.offer_of(call.id)
    if live is not None:
        floor.routing.end_offer(live, outcome, now)
    call = floor.put(waiting.offer_over(call, outcome.value, now, refusal))
    if live is None or outcome is Outcome.WITHDRAWN:
        queueing.wait(floor, call)
    agent = floor.agents[offered.agent]
    after = _after(agent, offered, outcome, now) if rang else agents.passed_over(agent, offered.endpoint, now)
    floor.put_agent(after, now)
    if call.waited is not None and now >= call.waited.expires_at:
        flows.advance(floor, call.id, queueing.give_up(floor, call, now), now)


def leg_ringing(floor: Floor, event: LegRinging, now: datetime) -> None:
    """Take note that a phone rings: its line works, and an agent's is there."""
    lines.rang(floor, event, now)
    call = floor.call_of_leg(event.leg)
    if call is not None and call.state is CallState.OFFERED and call.offer is not None and call.offer.leg == event.leg:
        rings(floor, call)


def rings(floor: Floor, call: Call) -> None:
    """Take note that the agent's phone rings, or that we cannot know whether it does."""
    if call.offer is not None and call.offer.silent:
        floor.put((replace(call, offer=replace(call.offer, silent=False)), ()))


def expired(floor: Floor, call: Call, now: datetime) -> None:
    """End an offer whose time is over. An agent whose phone never rang is not the one who did not answer."""
    rang = not _offered(call).silent
    end(floor, call, Outcome.EXPIRED if rang else Outcome.UNREACHABLE, now, rang=rang)


def not_ringing(floor: Floor, call: Call, now: datetime) -> None:
    """Pass over a phone that has said nothing since it was rung, long before the ringing time is over."""
    if _offered(call).silent:
        end(floor, call, Outcome.UNREACHABLE, now, rang=False)


def _after(agent: Agent, offered: Offered, outcome: Outcome, now: datetime) -> Agent:
    match outcome:
        case Outcome.EXPIRED:
            return agents.set_aside(agent, agents.NOT_RESPONDING, now)
        case Outcome.REJECTED:
            return agents.set_aside(agent, agents.REJECTED, now)
        case Outcome.UNREACHABLE:
            return agents.unplugged(agent, offered.endpoint, now)
        case _:
            return agents.released(agent, now)


def _offered(call: Call) -> Offered:
    if call.offer is None:
        raise AssertionError(f"call {call.id} has no offer")
    return call.offer
