"""The port's contract: calls arrive, are answered or refused, and end from either side."""

from __future__ import annotations

import pytest

from telephony.port import Answer, CallArrived, Cause, CloseCall, CommandRefused, EndedBy, HangUp, LegEnded, Refuse
from tests.telephony.world import SOON, World, fresh

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_an_arriving_call_says_who_calls_whom_through_which_trunk(world: World) -> None:
    leg, _ = await world.arrive("40081234", "13912345678")
    (arrived,) = world.all(CallArrived, leg=leg)
    assert (arrived.number, arrived.caller, arrived.trunk) == ("40081234", "13912345678", world.trunk)
    assert arrived.at.tzinfo is not None


async def test_a_withheld_caller_is_empty(world: World) -> None:
    leg, _ = await world.arrive(caller="")
    assert world.all(CallArrived, leg=leg)[0].caller == ""


async def test_an_unanswered_leg_is_in_no_call(world: World) -> None:
    leg, _ = await world.arrive("40085678", "13912345678")
    (state,) = (await world.engine.snapshot()).legs
    assert (state.leg, state.call, state.endpoint, state.answered) == (leg, "", "", False)
    assert (state.number, state.caller, state.trunk) == ("40085678", "13912345678", world.trunk)


async def test_answer_connects_the_contact_to_the_calls_bridge(world: World) -> None:
    call, leg, _ = await world.answered_call()
    snapshot = await world.engine.snapshot()
    assert snapshot.calls == {call}
    assert [(state.leg, state.call, state.answered) for state in snapshot.legs] == [(leg, call, True)]


@pytest.mark.parametrize("cause", [Cause.BUSY, Cause.CONGESTION, Cause.REJECTED, Cause.UNALLOCATED])
async def test_a_refused_caller_learns_why(world: World, cause: Cause) -> None:
    leg, contact = await world.arrive()
    await world.perform(Refuse(leg, cause))
    assert await contact.ended(SOON) == cause
    ended = await world.expect(LegEnded, leg=leg)
    assert (ended.cause, ended.by) == (cause, EndedBy.US)


async def test_a_caller_may_leave_before_the_answer(world: World) -> None:
    leg, contact = await world.arrive()
    await contact.hang_up()
    ended = await world.expect(LegEnded, leg=leg)
    assert (ended.cause, ended.by) == (Cause.NORMAL, EndedBy.PARTY)


async def test_a_caller_may_leave_after_the_answer(world: World) -> None:
    call, leg, contact = await world.answered_call()
    await contact.hang_up()
    ended = await world.expect(LegEnded, leg=leg)
    assert (ended.cause, ended.by) == (Cause.NORMAL, EndedBy.PARTY)
    assert call in (await world.engine.snapshot()).calls


async def test_we_may_hang_up_an_answered_caller(world: World) -> None:
    _, leg, contact = await world.answered_call()
    await world.perform(HangUp(leg))
    assert await contact.ended(SOON) == Cause.NORMAL
    assert (await world.expect(LegEnded, leg=leg)).by == EndedBy.US


async def test_hanging_up_a_leg_that_is_gone_is_harmless(world: World) -> None:
    _, leg, contact = await world.answered_call()
    await contact.hang_up()
    await world.expect(LegEnded, leg=leg)
    await world.perform(HangUp(leg))
    await world.perform(HangUp(fresh("never")))


async def test_closing_a_call_ends_everybody_and_removes_it(world: World) -> None:
    talk = await world.talk()
    rung, third = await world.ring(talk.call)
    await world.perform(CloseCall(talk.call))
    for conversation in (talk.contact, talk.agent, third):
        await conversation.ended(SOON)
    for leg in (talk.contact_leg, talk.agent_leg, rung):
        assert (await world.expect(LegEnded, leg=leg)).by == EndedBy.US
    await world.closed(talk.call)
    await world.perform(CloseCall(talk.call))


async def test_closing_an_unknown_call_is_harmless(world: World) -> None:
    await world.perform(CloseCall(fresh("never")))


async def test_a_leg_that_is_gone_or_unknown_cannot_be_answered_or_refused(world: World) -> None:
    leg, contact = await world.arrive()
    await contact.hang_up()
    await world.expect(LegEnded, leg=leg)
    for gone in (leg, fresh("never")):
        with pytest.raises(CommandRefused):
            await world.perform(Answer(world.new_call(), gone))
        with pytest.raises(CommandRefused):
            await world.perform(Refuse(gone, Cause.BUSY))
