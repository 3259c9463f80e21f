"""The phone engine goes away and comes back, and tells things late, twice, or never."""

from __future__ import annotations

import pytest

from telephony.port import LegAnswered, LegEnded, PlaybackEnded
from telephony.simulator.audio import MUSIC
from tests.switchboard.world import AGENT_TONE, CARE, CONTACT_TONE, World, seconds


async def test_a_talking_call_goes_on_while_the_engine_is_away_and_ends_with_true_times(world: World) -> None:
    phone = await world.phone("8001")
    await world.available(world.li)
    contact, agent = await world.talk(phone)
    await world.advance(10)
    world.network.engine_away()
    await world.advance(20)
    assert await contact.hears(seconds(0)) == {AGENT_TONE}
    interaction = str((await world.row())["id"])
    assert (await world.ask(world.li, "hang_up", interaction=interaction))["code"] == "engine_away"
    await contact.hang_up()
    await world.advance(15)
    assert await agent.hears(seconds(0)) == set()
    world.network.engine_back()
    await world.advance(0)
    await agent.ended(seconds(1))
    ended = await world.one("InteractionEnded")
    assert (ended["ended_by"], ended["cause"], ended["talk_ms"]) == ("contact", "normal", 30000)
    kinds = [fact.kind for fact in await world.facts() if fact.kind.startswith("Engine")]
    assert kinds == ["EngineBack", "EngineLost", "EngineBack"]
    assert await world.states(world.li) == ["available", "offered", "talking", "wrapping_up"]
    await world.advance(20)
    assert (await world.states(world.li))[-1] == "available"
    assert (await world.one("InteractionHandled"))["wrap_ms"] == 30000


async def test_a_contact_who_waits_keeps_waiting_and_nothing_runs_out_unseen(world: World) -> None:
    phone = await world.phone("8001")
    await world.ask(world.li, "set_state", state="on_break", reason="meal")
    contact = await world.dial()
    world.network.engine_away()
    await world.advance(130)
    assert "InteractionDequeued" not in await world.story()
    world.network.engine_back()
    await world.advance(0)
    assert (await world.one("InteractionDequeued"))["reason"] == "timeout"
    await contact.hang_up()
    await world.available(world.li)
    await world.talk(phone)


async def test_who_left_the_queue_while_the_engine_was_away_is_abandoned_at_the_true_time(world: World) -> None:
    await world.phone("8001")
    await world.ask(world.li, "set_state", state="on_break", reason="meal")
    contact = await world.dial()
    await world.advance(5)
    world.network.engine_away()
    await world.advance(5)
    await contact.hang_up()
    await world.advance(60)
    world.network.engine_back()
    await world.advance(0)
    assert (await world.one("InteractionAbandoned"))["wait_ms"] == 10000


async def test_an_answer_that_found_nobody_is_asked_for_again(world: World) -> None:
    """The engine drops a leg that is answered while we are away: that is not the agent's fault."""
    phone = await world.phone("8001")
    await world.available(world.li)
    contact = await world.dial()
    agent = await world.ring(phone)
    await world.advance(3)
    world.network.engine_away()
    await agent.answer()
    await world.advance(20)
    world.network.engine_back()
    await world.advance(0)
    again = await world.answer(phone)
    assert await contact.hears(seconds(0)) == {AGENT_TONE}
    assert await again.hears(seconds(0)) == {CONTACT_TONE}
    assert (await world.one("InteractionConnected"))["wait_ms"] == 23000
    outcomes = [fact.data["outcome"] for fact in await world.facts() if fact.kind == "OfferEnded"]
    assert outcomes == ["withdrawn", "answered"]


async def test_a_refusal_that_came_while_the_engine_was_away_counts(world: World) -> None:
    phone = await world.phone("8001")
    await world.available(world.li)
    contact = await world.dial()
    agent = await world.ring(phone)
    world.network.engine_away()
    await agent.hang_up()
    await world.advance(20)
    world.network.engine_back()
    await world.advance(0)
    assert (await world.one("OfferEnded"))["outcome"] == "rejected"
    assert MUSIC in await contact.hears(seconds(0))
    await contact.hang_up()


async def test_new_calls_of_the_gap_are_taken_when_the_engine_is_back(world: World) -> None:
    phone = await world.phone("8001")
    await world.available(world.li)
    world.network.engine_away()
    contact = await world.dial()
    assert await contact.hears(seconds(0)) == {MUSIC}
    await world.advance(5)
    world.network.engine_back()
    await world.advance(0)
    await world.answer(phone)
    assert await contact.hears(seconds(0)) == {AGENT_TONE}


async def test_a_flow_goes_on_after_a_gap(world: World) -> None:
    await world.phone("8001")
    await world.ask(world.li, "set_state", state="on_break", reason="meal")
    contact = await world.dial(CARE)
    await world.advance(1)
    world.network.engine_away()
    await world.advance(30)
    world.network.engine_back()
    await world.advance(2.5)
    await contact.press("1")
    await world.advance(0)
    assert (await world.one("InteractionQueued"))["queue"] == "care"
    await contact.hang_up()


async def test_the_death_of_the_engine_ends_its_calls_and_frees_everybody(world: World) -> None:
    phone = await world.phone("8001")
    await world.phone("8002")
    await world.available(world.li)
    await world.talk(phone)
    await world.ask(world.bo, "set_state", state="on_break", reason="meal")
    await world.dial()
    await world.advance(12)
    world.network.engine_dies()
    await world.advance(9)
    world.network.engine_back()
    await world.advance(40)
    ended = [fact.data for fact in await world.facts() if fact.kind == "InteractionEnded"]
    assert [(each["ended_by"], each["cause"], each["talk_ms"]) for each in ended] == [
        ("system", "engine_lost", 12000),
        ("system", "engine_lost", 0),
    ]
    assert (await world.one("InteractionDequeued"))["reason"] == "system_failure"
    await world.talk(phone)


@pytest.mark.parametrize("kind", [LegAnswered, LegEnded, PlaybackEnded])
@pytest.mark.parametrize("fault", ["late", "twice"])
async def test_events_that_come_late_or_twice_change_nothing(world: World, kind: type, fault: str) -> None:
    phone = await world.phone("8001")
    await world.available(world.li)
    if fault == "late":
        world.network.faults.delay_next(kind, seconds(2))
    else:
        world.network.faults.double_next(kind)
    contact = await world.dial(CARE)
    await world.advance(5)
    await contact.press("1")
    await world.advance(0)
    agent = await world.answer(phone)
    await world.advance(5)
    assert await contact.hears(seconds(0)) == {AGENT_TONE}
    await agent.hang_up()
    await world.advance(40)
    assert await world.calls_story() == [
        "InteractionStarted", "InteractionQueued", "OfferMade", "OfferEnded", "InteractionConnected",
        "InteractionEnded", "InteractionHandled",
    ]  # fmt: skip
    assert (await world.one("InteractionEnded"))["talk_ms"] == 5000


async def test_an_answer_to_an_offer_that_is_over_is_hung_up(world: World) -> None:
    li, bo = await world.phone("8001"), await world.phone("8002")
    await world.available(world.li)
    contact = await world.dial()
    world.network.faults.delay_next(LegAnswered, seconds(4))
    late = await world.ring(li)
    await world.advance(14)
    await late.answer()
    await world.advance(1)
    await world.available(world.bo)
    await world.answer(bo)
    await world.advance(5)
    await late.ended(seconds(1))
    assert await contact.hears(seconds(0)) == {AGENT_TONE}
    outcomes = [fact.data["outcome"] for fact in await world.facts() if fact.kind == "OfferEnded"]
    assert outcomes == ["expired", "answered"]
