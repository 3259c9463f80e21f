"""The two state machines without anything around them: what their tables allow, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product
from uuid import UUID

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.core.values import State, StepNeeds
from journal.core.facts import SYSTEM
from switchboard.core import agent as agents
from switchboard.core import agent_news, ending, flowing, waiting
from switchboard.core import call as calls
from switchboard.core.agent import AVAILABLE, Agent, AgentState, Wish, Work
from switchboard.core.call import Call, CallState, ImpossibleTransition, Offered, Playing, Waited
from switchboard.core.effects import Do, Tell
from switchboard.core.ending import By, Ending
from switchboard.core.resume import dump, load
from telephony.port import Ring

AT = datetime(2026, 11, 23, 9, tzinfo=UTC)
TENANT, OTHER, AGENT, QUEUE, OFFER, CALL = (UUID(int=n) for n in range(1, 7))
SECOND = timedelta(seconds=1)


def a_call(state: CallState = CallState.ARRIVING) -> Call:
    waited = Waited(QUEUE, "care", AT, AT, AT + 60 * SECOND, 30, (StepNeeds({"skill": "vip", "gte": 3}, 30),), "jazz")
    return Call(
        CALL, TENANT, "in-1", "+862150001234", "+8613812345678", "+86 138****5678", "main", 7, AT, state=state,
        waited=waited if state in {CallState.QUEUED, CallState.OFFERED, CallState.TALKING} else None,
        offer=Offered(OFFER, AGENT, "o-8001", AT + 15 * SECOND)
        if state in {CallState.OFFERED, CallState.TALKING} else None,
        connected_at=AT if state is CallState.TALKING else None,
    )  # fmt: skip


def an_agent(state: AgentState = AgentState.AVAILABLE) -> Agent:
    work = Work(TENANT, CALL, QUEUE)
    return Agent(
        AGENT, "8001", "8001", (TENANT, OTHER), AT, AT, state=state, phones=frozenset({"o-8001"}), wish=AVAILABLE,
        work=work if state in {AgentState.OFFERED, AgentState.TALKING, AgentState.WRAPPING_UP} else None,
    )  # fmt: skip


@pytest.mark.parametrize(("before", "after"), list(product(CallState, CallState)))
def test_a_call_moves_as_its_table_says(before: CallState, after: CallState) -> None:
    if after in calls.TRANSITIONS[before]:
        assert calls.move(a_call(before), after, AT).state is after
    else:
        with pytest.raises(ImpossibleTransition):
            calls.move(a_call(before), after, AT)


@pytest.mark.parametrize(("before", "after"), list(product(AgentState, AgentState)))
def test_an_agent_moves_as_its_table_says(before: AgentState, after: AgentState) -> None:
    if after in agents.TRANSITIONS[before]:
        assert agents.move(an_agent(before), after, AT).state is after
    else:
        with pytest.raises(ImpossibleTransition):
            agents.move(an_agent(before), after, AT)


def test_every_state_has_its_row_and_every_call_can_end() -> None:
    assert set(calls.TRANSITIONS) == set(CallState)
    assert set(agents.TRANSITIONS) == set(AgentState)
    for state in CallState:
        reached, new = set[CallState](), {state}
        while new:
            reached |= new
            new = {after for each in new for after in calls.TRANSITIONS[each]} - reached
        assert CallState.ENDED in reached


@pytest.mark.parametrize("state", [CallState.IN_FLOW, CallState.TALKING, CallState.VOICEMAIL, CallState.QUEUED])
def test_what_makes_no_sense_in_a_state_raises(state: CallState) -> None:
    call = a_call(state)
    ring = Ring("c", "l", "e", "", "", SECOND)
    steps: dict[str, Callable[[], object]] = {
        "offer": lambda: waiting.offer(call, Offered(OFFER, AGENT, "e", AT), ring, {}, AT),
        "connect": lambda: waiting.connect(call, None, AT),
        "message": lambda: flowing.record_message(call, "r"),
        "say": lambda: flowing.say(call, "n", (), 1),
        "dequeue": lambda: waiting.dequeue(call, "timeout", AT),
    }
    possible = {
        CallState.IN_FLOW: {"say"},
        CallState.TALKING: set[str](),
        CallState.VOICEMAIL: {"message"},
        CallState.QUEUED: {"offer", "say", "dequeue"},
    }[state]
    for name, step in steps.items():
        if name in possible:
            step()
        else:
            with pytest.raises(ImpossibleTransition):
                step()


@pytest.mark.parametrize("by", By)
@pytest.mark.parametrize("state", [s for s in CallState if CallState.ENDED in calls.TRANSITIONS[s]])
def test_the_end_says_how_queue_and_offer_were_left(state: CallState, by: By) -> None:
    _, effects = ending.end(a_call(state), Ending(by, "normal", AT + 9 * SECOND, AT + 9 * SECOND))
    kinds = [effect.fact.kind for effect in effects if isinstance(effect, Tell)]
    assert kinds[-1] == "InteractionEnded"
    assert ("OfferEnded" in kinds) == (state is CallState.OFFERED)
    in_queue = state in {CallState.QUEUED, CallState.OFFERED}
    abandons = by is By.CONTACT and (in_queue or state is CallState.IN_FLOW)
    assert ("InteractionAbandoned" in kinds) == abandons
    assert ("InteractionDequeued" in kinds) == (in_queue and by is not By.CONTACT)


def test_an_end_in_the_gap_counts_to_its_true_moment_and_never_before_the_last_known_one() -> None:
    call = replace(a_call(CallState.TALKING), touched_at=AT + 5 * SECOND)
    for true, expected in ((8, 8000), (2, 5000), (50, 20000)):
        _, effects = ending.end(call, Ending(By.CONTACT, "x", AT + true * SECOND, AT + 20 * SECOND))
        (fact,) = (e.fact for e in effects if isinstance(e, Tell))
        assert fact.payload.data()["talk_ms"] == expected


def test_music_pauses_for_an_announcement() -> None:
    call, effects = flowing.say(a_call(CallState.QUEUED), "say:1", (), 3)
    assert [type(e.command).__name__ for e in effects if isinstance(e, Do)] == ["StopWait", "Play"]
    assert call.playing is not None
    _, effects = flowing.said(call, call.playing.playback)
    assert [type(e.command).__name__ for e in effects if isinstance(e, Do)] == ["Wait"]
    assert flowing.said(call, "another") == (call, ())
    assert flowing.stop_saying(call, "another") == (call, ())


@pytest.mark.parametrize("state", list(CallState))
def test_a_call_survives_as_json(state: CallState) -> None:
    position = State(node="menu", digits="12", variables={"tries": 1, "vip": True})
    call = replace(a_call(state), position=position, playing=Playing("p", "n"), first_queued_at=AT, recording="r")
    assert load(CALL, TENANT, call.caller, orjson.loads(orjson.dumps(dump(call)))) == call


def test_other_tenants_see_an_agent_at_work_elsewhere() -> None:
    for state in (AgentState.OFFERED, AgentState.TALKING, AgentState.WRAPPING_UP):
        assert agent_news.view(an_agent(state), TENANT) == (state.value, None, str(CALL))
        assert agent_news.view(an_agent(state), OTHER) == ("on_break", "elsewhere", None)
    assert agent_news.news(an_agent(AgentState.OFFERED), an_agent(AgentState.TALKING), AT, SYSTEM) != ()
    told = agent_news.news(an_agent(AgentState.OFFERED), agents.talking(an_agent(AgentState.OFFERED), AT + SECOND), AT)
    assert [tell.tenant for tell in told] == [TENANT]


WISHES = [AVAILABLE, Wish(AgentState.ON_BREAK, "meal"), Wish(AgentState.OFFLINE)]


@given(
    st.sampled_from([AgentState.AVAILABLE, AgentState.ON_BREAK, AgentState.OFFLINE, AgentState.TALKING]),
    st.lists(st.one_of(st.sampled_from(WISHES), st.booleans()), max_size=8),
)
def test_who_does_not_work_is_where_wish_and_phone_say(state: AgentState, script: list[Wish | bool]) -> None:
    agent = agents.wish(an_agent(state), AVAILABLE, AT)
    for number, step in enumerate(script):
        at = AT + number * SECOND
        if isinstance(step, Wish):
            agent = agents.wish(agent, step, at)
        else:
            agent = agents.with_phones(agent, frozenset({"o-8001"}) if step else frozenset(), at)
        if agent.state is AgentState.TALKING:
            assert state is AgentState.TALKING
        elif agent.wish == AVAILABLE and not agent.phones:
            assert (agent.state, agent.reason) == (AgentState.ON_BREAK, "phone_down")
        else:
            assert (agent.state, agent.reason) == (agent.wish.state, agent.wish.reason)


def test_idleness_counts_from_the_last_work_and_survives_a_contact_who_left() -> None:
    agent = an_agent()
    offered = agents.offered(agent, Work(TENANT, CALL, QUEUE), AT + SECOND)
    assert agents.released(offered, AT + 2 * SECOND).idle_since == AT
    assert agents.set_aside(offered, "rejected", AT + 2 * SECOND).idle_since == AT + 2 * SECOND
    wrapped = agents.wrapping_up(agents.talking(offered, AT + 2 * SECOND), (1000, 0), AT + 3 * SECOND, AT + 9 * SECOND)
    assert agents.rest(wrapped, AT + 9 * SECOND).idle_since == AT + 9 * SECOND
    assert agents.wish(agent, AVAILABLE, AT + 5 * SECOND) == agent
