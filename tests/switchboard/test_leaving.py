"""Contacts who leave, at every stage, and calls that nobody takes."""

from __future__ import annotations

import pytest

from telephony.port import Cause
from telephony.simulator.audio import MUSIC
from tests.switchboard.world import CARE, INSTALLATION, SALES, World, seconds


async def test_leaving_in_the_flow_is_abandoned_without_a_queue(world: World) -> None:
    contact = await world.dial(CARE)
    await world.advance(1)
    await contact.hang_up()
    assert await world.one("InteractionAbandoned") == {"queue_id": None, "wait_ms": 0, "stage": "flow"}
    ended = await world.one("InteractionEnded")
    assert (ended["ended_by"], ended["stage"], ended["talk_ms"], ended["agent_id"]) == ("contact", "flow", 0, None)
    assert (await world.row())["state"] == "ended"


async def test_leaving_while_waiting_is_abandoned_after_the_wait(world: World) -> None:
    await world.phone("8001")
    await world.ask(world.li, "set_state", state="on_break", reason="meal")
    contact = await world.dial()
    await world.advance(17)
    assert await contact.hears(seconds(0)) == {MUSIC}
    await contact.hang_up()
    abandoned = await world.one("InteractionAbandoned")
    assert (abandoned["wait_ms"], abandoned["stage"]) == (17000, "waiting")
    row = await world.row()
    assert (row["outcome"], row["wait_ms"], row["stage"]) == ("abandoned", 17000, "waiting")


async def test_leaving_while_it_rings_frees_the_agent_at_the_old_place(world: World) -> None:
    phone = await world.phone("8001")
    await world.available(world.li)
    contact = await world.dial()
    agent = await world.ring(phone)
    await world.advance(6)
    await contact.hang_up()
    await agent.ended(seconds(1))
    assert (await world.one("OfferEnded"))["outcome"] == "contact_left"
    assert (await world.one("InteractionAbandoned"))["stage"] == "ringing"
    assert await world.states(world.li) == ["available", "offered", "available"]
    await world.dial()
    await world.ring(phone)


async def test_a_phone_that_nobody_picks_up_sends_the_agent_away_and_the_contact_waits_on(world: World) -> None:
    li, bo = await world.phone("8001"), await world.phone("8002")
    await world.available(world.li)
    contact = await world.dial()
    agent = await world.ring(li)
    await world.advance(15)
    await agent.ended(seconds(1))
    assert (await world.one("OfferEnded"))["outcome"] == "expired"
    assert await world.states(world.li) == ["available", "offered", "on_break(not_responding)"]
    await world.advance(5)
    await world.available(world.bo)
    await world.answer(bo)
    assert (await world.one("InteractionConnected"))["wait_ms"] == 20000
    await contact.hang_up()


async def test_a_rejected_offer_comes_back_to_the_same_place(world: World) -> None:
    li, bo = await world.phone("8001"), await world.phone("8002")
    await world.available(world.li)
    first = await world.dial()
    second = await world.dial(caller="+8613900000000")
    await (await world.ring(li)).reject(Cause.BUSY)
    await world.advance(1)
    assert (await world.one("OfferEnded"))["outcome"] == "rejected"
    assert await world.states(world.li) == ["available", "offered", "on_break(rejected)"]
    await world.available(world.bo)
    agent = await world.answer(bo)
    assert agent.caller_number == "+86138****5678"
    await first.hang_up()
    await second.hang_up()


async def test_a_phone_that_cannot_be_reached_gets_no_more_calls_until_it_is_seen(world: World) -> None:
    phone = await world.phone("8001")
    await world.available(world.li)
    await world.dial()
    await (await world.ring(phone)).reject(Cause.UNREACHABLE)
    await world.advance(1)
    assert (await world.one("OfferEnded"))["outcome"] == "unreachable"
    assert await world.states(world.li) == ["available", "offered", "on_break(phone_down)"]
    await world.available(world.li)
    await world.advance(0)
    await world.ring(phone)


async def test_a_phone_that_does_not_even_ring_is_passed_over_early_and_its_agent_learns_why(world: World) -> None:
    li, bo = await world.phone("8001"), await world.phone("8002")
    await world.available(world.li)
    await world.available(world.bo)
    world.network.silent.add("o-8001")
    contact = await world.dial()
    await world.advance(5)
    assert not [f for f in await world.facts() if f.kind == "OfferEnded"]
    await world.advance(1)
    assert (await world.one("OfferEnded"))["outcome"] == "unreachable"
    assert await world.states(world.li) == ["available", "offered", "on_break(phone_silent)"]
    await world.ring(bo)
    await contact.hang_up()
    await li.unregister()  # its registration runs out, and it comes back by itself
    world.network.silent.discard("o-8001")
    await world.phone("8001")
    await world.advance(1)
    assert (await world.states(world.li))[-2:] == ["on_break(phone_down)", "available"]


async def test_who_unplugs_the_phone_is_not_available(world: World) -> None:
    phone = await world.phone("8001")
    await world.available(world.li)
    await phone.unregister()
    contact = await world.dial()
    await world.advance(1)
    assert await world.states(world.li) == ["available", "on_break(phone_down)"]
    changes = [f.data["registered"] for f in await world.facts(subject=world.li) if f.kind == "AgentPhoneChanged"]
    assert changes == [True, False]
    await contact.hang_up()
    again = await world.phone("8001")
    await world.dial()
    await world.ring(again)


async def test_nobody_signed_in_leads_to_voicemail_until_the_contact_hangs_up(world: World) -> None:
    contact = await world.dial()
    await world.advance(2.5)
    await world.advance(7)
    await contact.hang_up()
    assert (await world.one("InteractionDequeued"))["reason"] == "no_agents"
    stored = await world.one("RecordingStored")
    assert (stored["kind"], stored["duration_ms"]) == ("voicemail", 7100)
    assert (await world.one("InteractionEnded"))["stage"] == "voicemail"
    assert (await world.row())["outcome"] == "voicemail"


@pytest.mark.parametrize(("after", "lasts_ms"), [(5, 5100), (25, 20000)])
async def test_a_message_ends_with_the_hash_key_or_at_its_limit(world: World, after: float, lasts_ms: int) -> None:
    contact = await world.dial(CARE)
    await world.advance(2.5)
    await contact.press("2")
    await world.advance(2.5)
    await world.advance(after)
    await contact.press("#")
    assert await contact.ended(seconds(1)) is Cause.NORMAL
    stored = await world.one("RecordingStored")
    assert stored["duration_ms"] == lasts_ms
    ended = await world.one("InteractionEnded")
    assert (ended["ended_by"], ended["cause"]) == ("system", "voicemail")


async def test_the_longest_wait_leads_out_of_the_queue(world: World) -> None:
    await world.phone("8001")
    await world.ask(world.li, "set_state", state="on_break", reason="meal")
    contact = await world.dial()
    await world.advance(119)
    assert await contact.hears(seconds(0)) == {MUSIC}
    await world.advance(1)
    assert MUSIC not in await contact.hears(seconds(0))
    assert await world.one("InteractionDequeued") == {
        "queue_id": (await world.one("InteractionQueued"))["queue_id"], "wait_ms": 120000, "reason": "timeout",
    }  # fmt: skip
    await contact.hang_up()


async def test_who_is_rung_when_the_longest_wait_is_over_may_still_answer(world: World) -> None:
    phone = await world.phone("8001")
    await world.ask(world.li, "set_state", state="on_break", reason="meal")
    contact = await world.dial()
    await world.advance(115)
    await world.available(world.li)
    agent = await world.ring(phone)
    await world.advance(14)
    await agent.answer()
    await world.advance(1)
    assert (await world.one("InteractionConnected"))["wait_ms"] == 129000
    await contact.hang_up()


async def test_who_does_not_answer_after_the_longest_wait_loses_the_contact_to_the_flow(world: World) -> None:
    await world.phone("8001")
    await world.ask(world.li, "set_state", state="on_break", reason="meal")
    contact = await world.dial()
    await world.advance(115)
    await world.available(world.li)
    await world.advance(15)
    assert (await world.one("InteractionDequeued"))["wait_ms"] == 130000
    await contact.hang_up()


async def test_a_flow_that_ends_hangs_up(world: World) -> None:
    contact = await world.dial(SALES)
    await contact.ended(seconds(1))
    ended = await world.one("InteractionEnded", world.beta)
    assert (ended["ended_by"], ended["cause"], ended["stage"]) == ("system", "busy", "flow")
    assert (await world.row(world.beta))["outcome"] == "left_in_flow"


async def test_an_unknown_number_is_told_so(world: World) -> None:
    contact = await world.dial("+861000000")
    await contact.answered(seconds(1))
    await world.advance(1)
    await world.advance(1)
    assert await contact.ended(seconds(1)) is Cause.NORMAL
    assert await world.one("NumberUnknown", INSTALLATION) == {"number": "+861000000", "trunk": "o-carrier"}
    assert world.network.snapshot().calls == frozenset()


async def test_who_hangs_up_on_the_announcement_leaves_nothing_behind(world: World) -> None:
    contact = await world.dial("+861000000")
    await contact.hang_up()
    await world.quiet()
    assert world.network.snapshot().calls == frozenset()
    assert world.loop.floor.strangers == {}
