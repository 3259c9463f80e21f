"""Handing a contact on: to somebody who is in the conversation or rung, back to a flow, or to the agent's new leg."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from interactions.facts import AgentLeft, InteractionTransferred
from journal.core.facts import Actor
from switchboard.core.call import Call, CallState, Change, Offered, move, require
from switchboard.core.effects import Disarm, Effect
from switchboard.core.ending import hold_ms, talk_ms
from switchboard.core.talk import LOST, PARTY_TIMER, agent_of, held, hold_over, music_of, quiet, still_held
from telephony.port import Bridge, HangUp, StopWait


def _released(call: Call, at: datetime) -> tuple[Call, tuple[int, int]]:
    """Take the agent out of the call's record; what it talked and held is counted."""
    times = talk_ms(call, at), hold_ms(call, at)
    gone = replace(
        call, offer=None, side="", aside_at=None, held_by="", held_ms=0, connected_at=None, is_muted=False,
        is_lost=False, touched_at=at, talked_ms=call.talked_ms + times[0],
    )  # fmt: skip
    return gone, times


def _out(call: Call, at: datetime, actor: Actor) -> tuple[Effect, ...]:
    """Say that a hold is over, and end the agent's legs."""
    _, told = hold_over(call, at, actor)
    return (*told, call.do(HangUp(agent_of(call).leg)))


def hand_over(call: Call, fact_of: InteractionTransferred | AgentLeft, at: datetime, actor: Actor) -> Change:
    """Let the agent go while the contact stays with whoever else is, or will be, in the call."""
    require(call, CallState.TALKING)
    at = call.moment(at)
    gone, _ = _released(call, at)
    handed = move(gone, CallState.HANDED_OVER, at)
    return handed, (*_out(call, at, actor), *music_of(call, handed), call.tell(fact_of, at, actor))


def pass_on(call: Call, leg: str, fact_of: InteractionTransferred | AgentLeft, at: datetime, actor: Actor) -> Change:
    """Let another agent, who is in the call or aside, have the contact from now on; the present one goes."""
    require(call, CallState.TALKING)
    at = call.moment(at)
    handed = replace(_released(call, at)[0], state=CallState.HANDED_OVER)
    passed, effects = _taken_up(call, handed, leg, at)
    return passed, (*_out(call, at, actor), *effects, call.tell(fact_of, at, actor))


def take_up(call: Call, leg: str, at: datetime) -> Change:
    """Let an agent who is rung, aside or in the call have the contact, whom no other agent has."""
    return _taken_up(call, call, leg, at)


def _taken_up(heard: Call, call: Call, leg: str, at: datetime) -> Change:
    """Give the contact to a party; ``heard`` is the call as the contact hears it until now."""
    party = call.party(leg)
    if party is None or party.agent is None:
        raise AssertionError(f"call {call.id}: {leg} is no agent's")
    at = call.moment(at)
    offer = Offered(UUID(leg), party.agent, party.endpoint, at)
    taken = move(
        call.without_party(leg), CallState.TALKING, at, offer=offer, connected_at=at, was_answered=True,
        missed_by=None,
    )  # fmt: skip
    taken, told = still_held(taken, at)
    return taken, (
        Disarm(call.id, PARTY_TIMER + leg),
        *quiet(call, party),
        *music_of(heard, taken),
        *(() if party.is_heard else (call.do(Bridge(call.name, leg)),)),
        *told,
    )


def rejoin(call: Call, leg: str, at: datetime) -> Change:
    """Let the agent go on with its new leg; the old one ends."""
    party, offer = call.party(leg), agent_of(call)
    if party is None:
        return call, ()
    at = call.moment(at)
    back, told = hold_over(call, at)
    joined = replace(
        back.without_party(leg), offer=Offered(UUID(leg), offer.agent, party.endpoint, at), is_lost=False,
        is_muted=False, touched_at=at,
    )  # fmt: skip
    old = () if call.is_lost else (call.do(HangUp(offer.leg)),)
    joined, again = still_held(joined, at)
    return joined, (
        Disarm(call.id, PARTY_TIMER + leg),
        *quiet(call, party),
        *music_of(call, joined),
        *old,
        call.do(Bridge(call.name, leg)),
        *told,
        *again,
    )


def lose(call: Call, at: datetime) -> Change:
    """Let the contact wait because the agent's leg is gone and its phone rings again."""
    at = call.moment(at)
    lost, told = held(replace(call, is_lost=True, touched_at=at), LOST, at)
    return lost, (*music_of(call, lost), *told)


def send_back(call: Call, fact_of: InteractionTransferred | None, at: datetime, actor: Actor) -> Change:
    """Give the contact back to the flow, alone; the agent, if there is one, goes."""
    at = call.moment(at)
    gone, _ = _released(call, at)
    back = move(gone, CallState.IN_FLOW, at)
    out = () if call.offer is None else _out(call, at, actor)
    told = () if fact_of is None else (call.tell(fact_of, at, actor),)
    return back, (*out, *((call.do(StopWait(call.name)),) if call.hears_music else ()), *told)


def transferred(call: Call, kind: str, to: str, target: str | UUID, at: datetime) -> InteractionTransferred:
    """State that the agent gave the contact away: to whom by name, or to an agent by id."""
    at = call.moment(at)
    return InteractionTransferred(
        agent_id=str(agent_of(call).agent), kind=kind, to=to, target=target if isinstance(target, str) else "",
        target_agent_id=str(target) if isinstance(target, UUID) else None, to_agent_id=None,
        talk_ms=talk_ms(call, at), hold_ms=hold_ms(call, at),
    )  # fmt: skip


def agent_left(call: Call, cause: str, to: UUID | None, at: datetime) -> AgentLeft:
    """State that the agent left and the conversation goes on."""
    at = call.moment(at)
    return AgentLeft(
        agent_id=str(agent_of(call).agent), cause=cause, to_agent_id=None if to is None else str(to),
        talk_ms=talk_ms(call, at), hold_ms=hold_ms(call, at),
    )  # fmt: skip
