"""The switchboard dies and a new one takes the floor: talking calls go on, and the journal tells the whole story."""

from __future__ import annotations

import pytest

from telephony.simulator.audio import MUSIC
from tests.switchboard.world import AGENT_TONE, CARE, CONTACT_TONE, World, seconds


async def reborn(world: World, after: float = 8) -> None:
    """Kill the switchboard and let a new one take the floor so many seconds later."""
    await world.kill()
    await world.advance(after)
    await world.take_floor("another")


async def test_a_talking_call_survives_and_its_facts_are_whole(world: World) -> None:
    phone = await world.phone("8001")
    await world.available(world.li)
    contact, agent = await world.talk(phone)
    await world.quiet()
    await world.advance(10)
    await reborn(world)
    assert await contact.hears(seconds(0)) == {AGENT_TONE}
    assert await agent.hears(seconds(0)) == {CONTACT_TONE}
    await world.advance(10)
    await contact.hang_up()
    await agent.ended(seconds(1))
    await world.advance(31)
    assert await world.calls_story() == [
        "InteractionStarted", "InteractionQueued", "OfferMade", "OfferEnded", "InteractionConnected",
        "InteractionEnded", "InteractionHandled",
    ]  # fmt: skip
    row = await world.row()
    assert (row["talk_ms"], row["wrap_ms"], row["ended_by"]) == (28000, 30000, "contact")
    assert await world.states(world.li) == ["available", "offered", "talking", "wrapping_up", "available"]
    await world.talk(phone)


async def test_who_hung_up_in_between_ended_the_call_then(world: World) -> None:
    phone = await world.phone("8001")
    await world.available(world.li)
    contact, agent = await world.talk(phone)
    await world.quiet()
    await world.advance(10)
    await world.kill()
    await world.advance(3)
    await contact.hang_up()
    await world.advance(5)
    await world.take_floor("another")
    await agent.ended(seconds(1))
    ended = await world.one("InteractionEnded")
    assert (ended["ended_by"], ended["talk_ms"]) == ("contact", 13000)
    await world.advance(0)
    assert (await world.one("RecordingStored"))["duration_ms"] == 18000  # the agent's leg was still there


async def test_who_waits_keeps_the_place(world: World) -> None:
    phone = await world.phone("8001")
    await world.ask(world.li, "set_state", state="on_break", reason="meal")
    first = await world.dial()
    await world.advance(5)
    second = await world.dial(caller="+8613900000000")
    await world.quiet()
    await reborn(world)
    assert await first.hears(seconds(0)) == {MUSIC}
    await world.available(world.li)
    await world.answer(phone)
    assert await first.hears(seconds(0)) == {AGENT_TONE}
    assert (await world.one("InteractionConnected"))["wait_ms"] == 13000
    await second.hang_up()


async def test_a_phone_that_rings_may_still_be_answered(world: World) -> None:
    phone = await world.phone("8001")
    await world.available(world.li)
    contact = await world.dial()
    agent = await world.ring(phone)
    await world.quiet()
    await reborn(world, 5)
    await agent.answer()
    await agent.play(AGENT_TONE)
    await world.advance(1)
    assert await contact.hears(seconds(0)) == {AGENT_TONE}
    assert (await world.one("OfferEnded"))["outcome"] == "answered"


async def test_a_phone_that_rings_too_long_is_given_up(world: World) -> None:
    phone = await world.phone("8001")
    await world.available(world.li)
    contact = await world.dial()
    agent = await world.ring(phone)
    await world.quiet()
    await reborn(world, 5)
    await world.advance(10)
    await agent.ended(seconds(1))
    assert (await world.states(world.li))[-1] == "on_break(not_responding)"
    assert MUSIC in await contact.hears(seconds(0))
    await world.available(world.li)
    await world.answer(phone)
    assert await contact.hears(seconds(0)) == {AGENT_TONE}


async def test_an_answer_that_found_nobody_is_asked_for_again(world: World) -> None:
    phone = await world.phone("8001")
    await world.available(world.li)
    contact = await world.dial()
    agent = await world.ring(phone)
    await world.quiet()
    await world.kill()
    await agent.answer()
    await world.advance(4)
    await world.take_floor("another")
    await world.answer(phone)
    assert await contact.hears(seconds(0)) == {AGENT_TONE}


async def test_facts_that_died_with_the_process_are_found_in_the_engine(world: World) -> None:
    """The kill comes after the bridge and before the commit: nothing of offer and answer was stored."""
    phone = await world.phone("8001")
    await world.available(world.li)
    await world.quiet()
    recorder = world.switchboard._recorder
    contact = await world.dial()
    await world.quiet()
    agent = await world.ring(phone)
    recorder.note = lambda *_: None  # type: ignore[method-assign]
    await agent.answer()
    await agent.play(AGENT_TONE)
    await world.advance(1)
    assert await contact.hears(seconds(0)) == {AGENT_TONE}
    await reborn(world)
    assert await contact.hears(seconds(0)) == {AGENT_TONE}
    await world.advance(5)
    await contact.hang_up()
    await world.advance(31)
    assert await world.calls_story() == [
        "InteractionStarted", "InteractionQueued", "OfferMade", "OfferEnded", "InteractionConnected",
        "InteractionEnded", "InteractionHandled",
    ]  # fmt: skip


async def test_even_an_offer_of_which_nothing_was_stored_is_found(world: World) -> None:
    phone = await world.phone("8001")
    await world.ask(world.li, "set_state", state="on_break", reason="meal")
    contact = await world.dial()
    await world.quiet()
    world.switchboard._recorder.note = lambda *_: None  # type: ignore[method-assign]
    await world.available(world.li)
    agent = await world.answer(phone)
    await reborn(world)
    assert await contact.hears(seconds(0)) == {AGENT_TONE}
    made = await world.one("OfferMade")
    assert made["because"] == {"rule": "found_after_restart"}
    assert (await world.states(world.li))[-1] == "talking"
    await agent.hang_up()
    await contact.ended(seconds(1))


async def test_a_call_of_which_nothing_was_stored_begins_anew(world: World) -> None:
    world.switchboard._recorder.note = lambda *_: None  # type: ignore[method-assign]
    await world.phone("8001")
    await world.available(world.li)
    contact = await world.dial(CARE)
    await reborn(world)
    await world.advance(2.5)
    await contact.press("2")
    await world.advance(1)
    assert [fact.data["node"] for fact in await world.facts() if fact.kind == "FlowStepped"] == ["hello", "menu"]
    await contact.hang_up()


async def test_a_flow_goes_on_where_it_was(world: World) -> None:
    await world.phone("8001")
    await world.ask(world.li, "set_state", state="on_break", reason="meal")
    contact = await world.dial(CARE)
    await world.advance(2.5)
    await world.quiet()
    await reborn(world)
    await world.advance(2.5)
    await contact.press("1")
    await world.advance(0)
    assert [fact.data["node"] for fact in await world.facts() if fact.kind == "FlowStepped"] == ["hello", "menu"]
    await contact.hang_up()


async def test_a_message_that_is_being_spoken_is_kept(world: World) -> None:
    contact = await world.dial()
    await world.advance(2.5)
    await world.advance(5)
    await world.quiet()
    await reborn(world, 2)
    await contact.hang_up()
    await world.quiet()
    stored = await world.one("RecordingStored")
    assert stored["kind"] == "voicemail"
    assert stored["duration_ms"] > 5000


async def test_a_recording_that_ended_while_nobody_was_there_is_stored(world: World) -> None:
    phone = await world.phone("8001")
    await world.available(world.li)
    contact, agent = await world.talk(phone)
    await world.quiet()
    await world.kill()
    await world.advance(3)
    await contact.hang_up()
    await agent.hang_up()
    await world.advance(5)
    await world.take_floor("another")
    assert (await world.one("RecordingStored"))["duration_ms"] == 3000


@pytest.mark.parametrize("after", [5, 50])
async def test_a_wrap_up_ends_at_its_time(world: World, after: float) -> None:
    phone = await world.phone("8001")
    await world.available(world.li)
    contact, _ = await world.talk(phone)
    await world.advance(7)
    await contact.hang_up()
    await world.quiet()
    await reborn(world, after)
    await world.advance(max(0, 30 - after))
    await world.quiet()
    assert await world.states(world.li) == ["available", "offered", "talking", "wrapping_up", "available"]
    handled = await world.one("InteractionHandled")
    assert (handled["talk_ms"], handled["wrap_ms"]) == (7000, max(30, after) * 1000)


async def test_breaks_and_phones_are_as_they_were(world: World) -> None:
    await world.phone("8001")
    await world.available(world.li)
    await world.ask(world.li, "set_state", state="on_break", reason="meal")
    bo = await world.phone("8002", browser=True)
    await world.available(world.bo)
    await world.quiet()
    before = [await world.states(agent) for agent in (world.li, world.bo)]
    await reborn(world)
    assert [await world.states(agent) for agent in (world.li, world.bo)] == before
    await world.dial()
    await world.ring(bo)


async def test_an_orderly_stop_leaves_the_floor_free_and_the_calls_talking(world: World) -> None:
    phone = await world.phone("8001")
    await world.available(world.li)
    contact, _ = await world.talk(phone)
    await world.switchboard.close()
    assert await contact.hears(seconds(0)) == {AGENT_TONE}
    await world.take_floor("another")
    await contact.hang_up()
    assert (await world.one("InteractionEnded"))["ended_by"] == "contact"


async def test_an_agent_who_handed_the_contact_on_goes_on_wrapping_up(world: World) -> None:
    """The interaction is not over, so its row does not say that somebody wraps up; the agent's does."""
    phone = await world.phone("8001")
    await world.available(world.li)
    contact, _ = await world.talk(phone)
    await world.advance(7)
    (call,) = world.loop.floor.calls
    to_flow = {"kind": "flow", "flow": "main"}
    assert (await world.ask(world.li, "transfer", interaction=str(call), target=to_flow))["ok"]
    await world.quiet()
    assert (await world.states(world.li))[-1] == "wrapping_up"
    await reborn(world, 5)
    assert (await world.states(world.li))[-1] == "wrapping_up"
    await contact.hang_up()
    await world.quiet()
    await reborn(world, 5)
    assert (await world.states(world.li))[-1] == "wrapping_up", "also when the call has ended"
    await world.advance(21)
    handled = await world.one("InteractionHandled")
    assert (handled["talk_ms"], handled["wrap_ms"]) == (7000, 30000)
    assert "available" in (await world.states(world.li))[-2:]


async def test_the_last_agent_wraps_up_its_own_part_and_the_hold_that_was_on_at_the_end(world: World) -> None:
    first, second = await world.phone("8001"), await world.phone("8002")
    await world.available(world.li)
    contact, _ = await world.talk(first)
    await world.advance(7)
    await world.available(world.bo)
    (call,) = world.loop.floor.calls
    to_bo = {"kind": "agent", "agent": str(world.bo)}
    assert (await world.ask(world.li, "transfer", interaction=str(call), target=to_bo))["ok"]
    await world.answer(second)
    await world.advance(5)
    assert (await world.ask(world.bo, "hold", interaction=str(call)))["ok"]
    await world.advance(3)
    await contact.hang_up()
    await world.quiet()
    await reborn(world, 5)
    await world.advance(26)
    handled = [fact.data for fact in await world.facts() if fact.kind == "InteractionHandled"]
    assert [(each["agent_id"], each["talk_ms"], each["hold_ms"], each["wrap_ms"]) for each in handled] == [
        (str(world.li), 7000, 0, 30000), (str(world.bo), 5000, 3000, 30000),
    ]  # fmt: skip
    row = await world.row()
    assert (row["state"], row["talk_ms"], row["hold_ms"]) == ("ended", 12000, 3000)
    await world.check()


async def test_who_was_not_answered_when_we_died_is_answered_by_the_next(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The fact was stored, and the command died with the process: the contact's phone rings still."""
    await world.phone("8001")
    await world.ask(world.li, "set_state", state="on_break", reason="meal")
    with monkeypatch.context() as patch:
        patch.setattr(world.network, "perform", lambda _command: None)
        contact = await world.dial()
        await world.quiet()
        await world.kill()
    assert await contact.hears(seconds(0)) == set()
    await world.take_floor("another")
    await world.advance(0)
    assert await contact.hears(seconds(0)) == {MUSIC}
    await contact.hang_up()
    assert (await world.one("InteractionAbandoned"))["stage"] == "waiting"
