"""The port's contract: ringing an endpoint, everything that can come of it, and who hears whom."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import pytest

from telephony.port import (
    Bridge,
    Cause,
    CommandRefused,
    EndedBy,
    HangUp,
    LegAnswered,
    LegEnded,
    LegRinging,
    Ring,
    StopRing,
    StopWait,
    Wait,
)
from tests.telephony.sounds import AGENT_TONE, CALLER_TONE, MUSIC, OUTSIDE_TONE, SUPERVISOR_TONE, hear
from tests.telephony.world import SOON, World, fresh, seconds

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_the_phone_shows_what_we_say_and_the_leg_belongs_to_the_call(world: World) -> None:
    call, _, _ = await world.answered_call()
    endpoint, phone = await world.phone()
    leg = f"{call}.1"
    await world.perform(Ring(call, leg, endpoint, "Galaxy care", "5550199", SOON, (("X-Interaction", "i-1"),)))
    ringing = await phone.incoming(SOON)
    assert (ringing.caller_name, ringing.caller_number) == ("Galaxy care", "5550199")
    (state,) = [state for state in (await world.engine.snapshot()).legs if state.leg == leg]
    assert (state.call, state.endpoint, state.answered) == (call, endpoint, False)


async def test_an_answered_leg_hears_nobody_until_it_is_bridged(world: World) -> None:
    call, _, contact = await world.answered_call()
    await contact.play(CALLER_TONE)
    leg, agent = await world.ring(call)
    await agent.answer()
    await world.expect(LegAnswered, leg=leg)
    await agent.play(AGENT_TONE)
    await hear(agent)
    await hear(contact)
    await world.perform(Bridge(call, leg))
    await hear(agent, CALLER_TONE)
    await hear(contact, AGENT_TONE)


async def test_music_ends_when_the_agent_joins(world: World) -> None:
    call, _, contact = await world.answered_call()
    await contact.play(CALLER_TONE)
    await world.perform(Wait(call))
    leg, agent = await world.ring(call)
    await hear(contact, MUSIC)
    await agent.answer()
    await world.expect(LegAnswered, leg=leg)
    await world.perform(StopWait(call))
    await world.perform(Bridge(call, leg))
    await agent.play(AGENT_TONE)
    await hear(agent, CALLER_TONE)
    await hear(contact, AGENT_TONE)


@pytest.mark.parametrize("cause", [Cause.BUSY, Cause.REJECTED])
async def test_a_phone_that_refuses_says_why(world: World, cause: Cause) -> None:
    call, _, _ = await world.answered_call()
    leg, agent = await world.ring(call)
    await agent.reject(cause)
    ended = await world.expect(LegEnded, leg=leg)
    assert (ended.cause, ended.by) == (cause, EndedBy.PARTY)
    assert not world.all(LegAnswered, leg=leg)


async def test_nobody_answers_in_time(world: World) -> None:
    call, _, contact = await world.answered_call()
    leg, agent = await world.ring(call, for_=seconds(1))
    await world.quiet(seconds(0.4))
    assert not world.all(LegEnded, leg=leg)
    await world.quiet(seconds(0.6))
    ended = await world.expect(LegEnded, leg=leg)
    assert (ended.cause, ended.by) == (Cause.NO_ANSWER, EndedBy.US)
    await agent.ended(SOON)
    await contact.play(None)
    assert call in (await world.engine.snapshot()).calls


async def test_the_ring_timeout_is_over_with_the_answer(world: World) -> None:
    call, _, _ = await world.answered_call()
    leg, agent = await world.ring(call, for_=seconds(0.8))
    await agent.answer()
    await world.expect(LegAnswered, leg=leg)
    await world.quiet(seconds(1))
    assert not world.all(LegEnded, leg=leg)


async def test_an_endpoint_without_a_phone_cannot_be_rung(world: World) -> None:
    call, _, _ = await world.answered_call()
    endpoint, phone = await world.phone()
    await phone.unregister()
    for absent in (endpoint, fresh("o-never")):
        with pytest.raises(CommandRefused):
            await world.perform(Ring(call, f"{call}.{fresh('x')}", absent, "", "1", SOON))


async def test_an_unknown_call_cannot_be_rung_for(world: World) -> None:
    endpoint, _ = await world.phone()
    call = fresh("never")
    with pytest.raises(CommandRefused):
        await world.perform(Ring(call, f"{call}.1", endpoint, "", "1", SOON))


async def test_ringing_may_be_stopped(world: World) -> None:
    call, _, _ = await world.answered_call()
    leg, agent = await world.ring(call)
    await world.perform(StopRing(leg))
    assert await agent.ended(SOON) == Cause.ANSWERED_ELSEWHERE
    ended = await world.expect(LegEnded, leg=leg)
    assert (ended.cause, ended.by) == (Cause.ANSWERED_ELSEWHERE, EndedBy.US)
    await world.perform(StopRing(leg))


async def test_stopping_the_ring_of_an_unknown_leg_is_harmless(world: World) -> None:
    await world.perform(StopRing(fresh("never")))


async def test_cancel_racing_answer_ends_the_leg_either_way(world: World) -> None:
    call, _, _ = await world.answered_call()
    leg, agent = await world.ring(call)
    await asyncio.gather(agent.answer(), world.perform(StopRing(leg)))
    ended = await world.expect(LegEnded, leg=leg)
    await agent.ended(SOON)
    answered = world.all(LegAnswered, leg=leg)
    assert len(answered) <= 1
    assert not answered or world.events.index(answered[0]) < world.events.index(ended)


async def test_a_leg_that_did_not_answer_cannot_be_bridged(world: World) -> None:
    call, _, _ = await world.answered_call()
    leg, _ = await world.ring(call)
    for not_there in (leg, fresh("never")):
        with pytest.raises(CommandRefused):
            await world.perform(Bridge(call, not_there))


async def test_an_answered_leg_cannot_be_bridged_to_an_unknown_call(world: World) -> None:
    talk = await world.talk()
    with pytest.raises(CommandRefused):
        await world.perform(Bridge(fresh("never"), talk.agent_leg))
    await hear(talk.agent, CALLER_TONE)


async def test_the_agent_hangs_up_and_the_contact_stays(world: World) -> None:
    talk = await world.talk()
    await talk.agent.hang_up()
    ended = await world.expect(LegEnded, leg=talk.agent_leg)
    assert (ended.cause, ended.by) == (Cause.NORMAL, EndedBy.PARTY)
    await hear(talk.contact)
    assert not world.all(LegEnded, leg=talk.contact_leg)


async def test_the_contact_hangs_up_and_the_agents_leg_waits_for_us(world: World) -> None:
    talk = await world.talk()
    await talk.contact.hang_up()
    assert (await world.expect(LegEnded, leg=talk.contact_leg)).by == EndedBy.PARTY
    await hear(talk.agent)
    assert not world.all(LegEnded, leg=talk.agent_leg)
    await world.perform(HangUp(talk.agent_leg))
    assert (await world.expect(LegEnded, leg=talk.agent_leg)).by == EndedBy.US
    assert await talk.agent.ended(SOON) == Cause.NORMAL


async def test_the_contact_leaves_while_a_phone_rings(world: World) -> None:
    call, contact_leg, contact = await world.answered_call()
    leg, agent = await world.ring(call)
    await contact.hang_up()
    await world.expect(LegEnded, leg=contact_leg)
    assert not world.all(LegEnded, leg=leg)
    await world.perform(StopRing(leg, Cause.NORMAL))
    await agent.ended(SOON)
    await world.expect(LegEnded, leg=leg)


async def test_three_in_a_call_hear_each_other_and_one_may_be_handed_over(world: World) -> None:
    talk = await world.talk()
    _, other = await world.agent(talk.call)
    await other.play(SUPERVISOR_TONE)
    await hear(talk.contact, AGENT_TONE, SUPERVISOR_TONE)
    await hear(talk.agent, CALLER_TONE, SUPERVISOR_TONE)
    await hear(other, CALLER_TONE, AGENT_TONE)
    await world.perform(HangUp(talk.agent_leg))
    await hear(other, CALLER_TONE)
    await hear(talk.contact, SUPERVISOR_TONE)


async def test_two_calls_at_once_do_not_hear_each_other(world: World) -> None:
    first, second = await world.talk(), await world.talk()
    await second.contact.play(OUTSIDE_TONE)
    await second.agent.play(SUPERVISOR_TONE)
    await hear(second.agent, OUTSIDE_TONE)
    await hear(second.contact, SUPERVISOR_TONE)
    await hear(first.agent, CALLER_TONE)
    await hear(first.contact, AGENT_TONE)


async def test_a_rung_leg_may_be_hung_up_with_a_cause(world: World) -> None:
    call, _, _ = await world.answered_call()
    leg, agent = await world.ring(call)
    await world.perform(HangUp(leg))
    await agent.ended(SOON)
    assert (await world.expect(LegEnded, leg=leg)).by == EndedBy.US


async def test_a_phone_that_says_goodbye_keeps_its_talk(world: World) -> None:
    call, _, contact = await world.answered_call()
    endpoint, phone = await world.phone()
    leg = f"{call}.1"
    await world.perform(Ring(call, leg, endpoint, "", "1", SOON))
    agent = await phone.incoming(SOON)
    await agent.answer()
    await world.expect(LegAnswered, leg=leg)
    await world.perform(Bridge(call, leg))
    await phone.unregister()
    await contact.play(CALLER_TONE)
    await hear(agent, CALLER_TONE)
    with suppress(TimeoutError):
        await agent.ended(seconds(0.2))
    assert not world.all(LegEnded, leg=leg)


async def test_a_phone_that_says_nothing_is_not_told_as_ringing_and_can_be_given_up(world: World) -> None:
    call, _, _ = await world.answered_call()
    endpoint, phone = await world.phone()
    leg = f"{call}.1"
    await world.lab.silence(endpoint)
    try:
        await world.perform(Ring(call, leg, endpoint, "Contact", "5550100", SOON))
        await world.quiet()
        assert not world.all(LegRinging, leg=leg)
        await world.perform(StopRing(leg))
        assert (await world.expect(LegEnded, leg=leg)).by is EndedBy.US
    finally:
        await world.lab.hear(endpoint)
    again = f"{call}.2"
    await world.perform(Ring(call, again, endpoint, "Contact", "5550100", SOON))
    await world.expect(LegRinging, leg=again)
    await world.perform(StopRing(again))
    await phone.unregister()
