"""One call through the whole floor, on the simulator."""

from __future__ import annotations

import hashlib
import re
import wave

from kit.sealedfile import look
from telephony.simulator.audio import MUSIC
from tests.support.sealed import opened_recording
from tests.switchboard.world import AGENT_TONE, CARE, CONTACT, OTHER_CONTACT, SALES, VOICEMAIL, World, seconds


async def test_a_contact_walks_through_the_menu_waits_talks_and_is_wrapped_up(world: World) -> None:
    phone = await world.phone("8001")
    contact = await world.dial(CARE)
    await contact.answered(seconds(1))
    await world.available(world.li)
    await world.advance(2.5)
    await contact.press("1")
    await world.advance(0)
    agent = await world.ring(phone)
    assert agent.caller_name == "Alpha / Care"
    assert agent.caller_number == "+86138****5678"
    assert await contact.hears(seconds(0)) == {MUSIC}
    await world.advance(4)
    await agent.answer()
    await agent.play(AGENT_TONE)
    await world.advance(61)
    assert await contact.hears(seconds(0)) == {AGENT_TONE}
    await contact.hang_up()
    await agent.ended(seconds(1))
    interaction = str((await world.row())["id"])
    assert await world.ask(world.li, "disposition", interaction=interaction, code="solved", note="sent") == {"ok": True}
    await world.advance(31)
    assert await world.story() == [
        "InteractionStarted", "FlowStepped", "FlowStepped", "InteractionQueued", "OfferMade", "OfferEnded",
        "InteractionConnected", "FlowStepped", "InteractionEnded", "RecordingStored", "DispositionChosen",
        "InteractionHandled",
    ]  # fmt: skip
    assert await world.states(world.li) == ["available", "offered", "talking", "wrapping_up", "available"]
    row = await world.row()
    assert (row["wait_ms"], row["talk_ms"], row["wrap_ms"], row["outcome"]) == (4000, 61000, 30000, "answered")
    assert (row["disposition"], row["note"], row["ended_by"]) == ("solved", "sent", "contact")
    assert row["contact_number"] == "+8613812345678"
    names = [fact.data["node"] + ":" + fact.data["exit"] for fact in await world.facts() if fact.kind == "FlowStepped"]
    assert names == ["hello:done", "menu:1", "care:connected"]


async def test_the_reason_of_an_offer_is_a_fact(world: World) -> None:
    await world.phone("8001")
    await world.phone("8002")
    await world.available(world.bo)
    await world.advance(5)
    await world.available(world.li)
    await world.dial()
    made = await world.one("OfferMade")
    assert made["agent_id"] == str(world.bo)
    assert made["because"] == {"candidates": 2, "step": 0, "rule": "longest_idle", "tie_break": "none"}
    assert (await world.row())["because"] is not None


async def test_the_talk_is_recorded_into_the_tenants_folder(world: World) -> None:
    phone = await world.phone("8001")
    await world.available(world.li)
    contact, agent = await world.talk(phone)
    await world.advance(10)
    await agent.hang_up()
    await contact.ended(seconds(1))
    stored = await world.one("RecordingStored")
    assert re.fullmatch(rf"t/{world.alpha}/call/20\d\d/\d\d/{stored['recording_id']}.enc", stored["key"])
    sealed = world.folder / "data" / "recordings" / stored["key"]
    path = await opened_recording(world.house.app, world.alpha, sealed)
    assert stored["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest(), "nothing of what was captured is lost"
    assert (stored["bytes"], stored["media"]) == (look(sealed).size, "audio/flac")
    with wave.open(str(path)) as file:
        assert file.getnframes() == 80_000
    assert stored["duration_ms"] == 10_000
    assert (await world.row())["ended_by"] == "agent"


async def test_a_tenant_that_wants_no_recordings_has_none(world: World) -> None:
    phone = await world.phone("8002")
    await world.available(world.bo)
    contact, _ = await world.talk(phone, SALES)
    await contact.hang_up()
    assert "RecordingStored" not in await world.story(world.beta)
    assert not list((world.folder / "engine").glob("*.wav"))


async def test_without_wrap_up_the_agent_is_free_at_once(world: World) -> None:
    phone = await world.phone("8002")
    await world.available(world.bo)
    contact, _ = await world.talk(phone, SALES)
    await contact.hang_up()
    await world.advance(0)
    assert (await world.states(world.bo, world.beta))[-2:] == ["wrapping_up", "available"]
    assert (await world.one("InteractionHandled", world.beta))["wrap_ms"] == 0


async def test_to_other_tenants_an_agent_at_work_is_elsewhere(world: World) -> None:
    phone = await world.phone("8002")
    await world.available(world.bo)
    contact, _ = await world.talk(phone, SALES)
    await world.advance(5)
    await contact.hang_up()
    assert await world.states(world.bo, world.alpha) == ["available", "on_break(elsewhere)", "available"]
    assert all(f.data["interaction_id"] is None for f in await world.facts(world.alpha, world.bo) if "state" in f.data)
    assert await world.states(world.bo, world.beta) == ["available", "offered", "talking", "wrapping_up", "available"]


async def test_two_contacts_and_one_agent_are_served_in_the_order_of_their_arrival(world: World) -> None:
    phone = await world.phone("8001")
    await world.ask(world.li, "set_state", state="on_break", reason="meal")
    first = await world.dial(VOICEMAIL, CONTACT)
    await world.advance(1)
    second = await world.dial(VOICEMAIL, OTHER_CONTACT)
    await world.advance(1)
    third = await world.dial(VOICEMAIL, "")
    await world.available(world.li)
    for contact, number in ((first, "+86138****5678"), (second, "+8529***5432"), (third, "")):
        agent = await world.answer(phone)
        assert agent.caller_number == number
        await world.advance(3)
        await contact.hang_up()
        await world.advance(30)


async def test_a_browser_phone_is_rung_before_the_sip_phone(world: World) -> None:
    sip, browser = await world.phone("8001"), await world.phone("8001", browser=True)
    await world.available(world.li)
    await world.dial()
    await world.ring(browser)
    assert sip.conversations == []


async def test_digits_that_nobody_asked_for_change_nothing(world: World) -> None:
    phone = await world.phone("8001")
    await world.available(world.li)
    contact = await world.dial()
    await contact.press("19#")
    agent = await world.answer(phone)
    await contact.press("#*")
    await agent.press("5")
    await world.advance(1)
    assert await contact.hears(seconds(0)) == {AGENT_TONE}
