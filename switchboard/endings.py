"""The end of a call for everybody in it, and the agent's work after it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from interactions.facts import InteractionHandled
from journal.core.facts import SYSTEM, Actor
from routing.core.offers import Outcome
from switchboard import persons
from switchboard.core import agent as agents
from switchboard.core.agent import Agent, AgentState
from switchboard.core.call import MILLISECOND, Call, CallState
from switchboard.core.effects import Arm, Disarm
from switchboard.core.ending import By, Ending, end, hold_ms, talk_ms
from switchboard.core.party import REJOIN, Party
from switchboard.core.talk import part
from switchboard.floor import Floor

WRAP_UP_TIMER = "wrap_up"


def finish(floor: Floor, call: Call, ending: Ending, now: datetime) -> None:
    """End a call at whatever stage; its agent is free again or wraps up."""
    if call.state is CallState.QUEUED:
        floor.routing.leave(call.id)
    live = floor.routing.offer_of(call.id)
    if live is not None:
        left = Outcome.CONTACT_LEFT if ending.by is By.CONTACT else Outcome.WITHDRAWN
        floor.routing.end_offer(live, left, now)
    at = max(call.touched_at, min(ending.at, now))
    call = persons.given_up(floor, call, ending, at)
    floor.following.ended.append((call, ending))
    called_in = call.parties
    for party in called_in:
        call, told = part(call, party.leg, (ending.by.value, ending.cause), at)
        floor.effects.extend(told)
    floor.put(end(call, ending))
    for party in called_in:
        release(floor, party, now)
    if call.offer is not None:
        _agent_of_ended(floor, call, at, now)


def _agent_of_ended(floor: Floor, call: Call, at: datetime, now: datetime) -> None:
    agent = None if call.offer is None else floor.agents[call.offer.agent]
    if agent is None or (agent.work is not None and agent.work.interaction != call.id):
        return  # after a restart: it is at another call already
    if agent.state is AgentState.OFFERED:
        floor.put_agent(agents.released(agent, now), now)
    elif agent.state in {AgentState.TALKING, AgentState.WORKING}:
        _wrap_up(floor, call, at, now)


def drop(floor: Floor, call: Call, party: Party, ended: tuple[str, str], now: datetime) -> Call:
    """Send a party away; ``ended`` is by whom, and why."""
    call = floor.put(part(call, party.leg, ended, now))
    release(floor, party, now)
    return call


def release(floor: Floor, party: Party, now: datetime) -> None:
    """Let the agent of a party that is gone rest: it was called in, and wraps up where the client wants that."""
    agent = None if party.agent is None or party.purpose == REJOIN else floor.agents.get(party.agent)
    if agent is None or agent.state not in {AgentState.OFFERED, AgentState.TALKING}:
        return
    queue = None if agent.work is None else floor.queue(agent.work.queue_id)
    if party.joined_at is None:
        floor.put_agent(agents.released(agent, now), now)
    elif queue is not None and queue.guests_wrap_up:
        talked = max(0, (now - party.joined_at) // MILLISECOND)
        floor.put_agent(agents.chose(agent), now)  # the outcome is for who has the contact to say
        wrap_up_work(floor, agent.id, (talked, 0), now, now)
    else:
        floor.put_agent(agents.rest(agent, now), now)


def agent_out(floor: Floor, call: Call, now: datetime) -> None:
    """Let the agent finish whose part is over while the call goes on. ``call`` is as it was with the agent."""
    _wrap_up(floor, call, call.moment(now), now)


def _wrap_up(floor: Floor, call: Call, at: datetime, now: datetime) -> None:
    """Let the agent finish; the time counts from the end of the talk."""
    if call.offer is None:
        return
    wrap_up_work(floor, call.offer.agent, (talk_ms(call, at), hold_ms(call, at)), at, now)


def wrap_up_work(floor: Floor, agent_id: UUID, times: tuple[int, int], at: datetime, now: datetime) -> None:
    """Let an agent finish what it worked on; ``times``: how long it talked and held, in milliseconds."""
    agent = floor.agents[agent_id]
    queue = None if agent.work is None else floor.queue(agent.work.queue_id)
    ends_at = at if queue is None else queue.wrapped_up_at(at)
    agent = agents.wrapping_up(agent, times, at, ends_at)
    floor.put_agent(agent, now)
    if ends_at is not None and ends_at > now:
        floor.effects.append(Arm(agent.id, WRAP_UP_TIMER, ends_at))
    else:
        time_over(floor, agent.id, now)


def lacks_outcome(floor: Floor, agent: Agent) -> bool:
    """Whether the agent wraps up what its queue wants an outcome of, and has not chosen one."""
    if agent.state is not AgentState.WRAPPING_UP or agent.work is None or agent.work.chosen:
        return False
    queue = floor.queue(agent.work.queue_id)
    return queue is not None and queue.outcome_required and bool(queue.dispositions)


def time_over(floor: Floor, agent_id: UUID, now: datetime) -> None:
    """End a wrap-up whose time is over, unless its outcome is missing: then it goes on until there is one."""
    agent = floor.agents.get(agent_id)
    if agent is None or agent.work is None or agent.work.ends_at is None or agent.work.ends_at > now:
        return
    if lacks_outcome(floor, agent):
        floor.put_agent(agents.goes_on(agent), now)
    else:
        wrapped_up(floor, agent_id, now)


def outcome_chosen(floor: Floor, agent: Agent, now: datetime) -> None:
    """Take note of an outcome; a wrap-up that only went on without it is over."""
    agent = floor.put_agent(agents.chose(agent), now)
    if agent.state is not AgentState.WRAPPING_UP or agent.work is None or agent.work.ends_at is not None:
        return
    queue = floor.queue(agent.work.queue_id)
    if queue is not None and queue.wrap_up_ends:
        wrapped_up(floor, agent.id, now)


def wrapped_up(floor: Floor, agent_id: UUID, now: datetime, actor: Actor = SYSTEM) -> None:
    """End a wrap-up: the interaction is handled, the agent goes where it wishes. Harmless when there is none."""
    agent = floor.agents.get(agent_id)
    if agent is None or agent.state is not AgentState.WRAPPING_UP or agent.work is None:
        return
    work = agent.work
    handled = InteractionHandled(
        agent_id=str(agent.id), queue_id=str(work.queue_id), talk_ms=work.talk_ms, hold_ms=work.hold_ms,
        wrap_ms=max(0, (now - agent.since) // MILLISECOND),
    )  # fmt: skip
    floor.tell([work.tenant], handled, work.interaction, max(now, agent.since))
    floor.effects.append(Disarm(agent.id, WRAP_UP_TIMER))
    floor.put_agent(agents.rest(agent, now), now, actor)
