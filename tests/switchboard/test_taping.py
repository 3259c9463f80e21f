"""What of a conversation is recorded: what the client chose, what the contact was told, what the agent left out."""

from __future__ import annotations

import wave
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from interactions.service import recordings as recordings_of
from telephony.asterisk.hearing import tones_in
from tenants.service.blueprints import Order, apply_blueprint
from tests.support.sealed import opened_recording
from tests.switchboard.blueprints import ALPHA
from tests.switchboard.world import AGENT_TONE, CARE, CONTACT, CONTACT_TONE, START, World, no_findings

A_MOMENT = timedelta(seconds=1)


async def choose(world: World, recording: str) -> None:
    """Let the client record as this says; the announcement is the prompt ``told`` (two seconds)."""
    told = "prompts: [{code: told, text: {en: This call is recorded}}, {code: welcome"
    source = ALPHA.replace("recording: {policy: always}", f"recording: {recording}")
    order = Order(by="tester", at=START, check_flow=no_findings, why="a test")
    await apply_blueprint(world.house.control, world.house.app, source.replace("prompts: [{code: welcome", told), order)
    await world.switchboard.reload()
    await world.quiet()


async def told(world: World) -> list[str]:
    """The facts of recordings, in order; ``why`` beside those that say one."""
    kinds = [fact for fact in await world.facts() if fact.kind.startswith("Recording")]
    return [fact.kind + (f"({fact.data['why']})" if "why" in fact.data else "") for fact in kinds]


async def heard(world: World) -> tuple[int, set[int]]:
    """How many seconds the only recording lasts, and the tones in it."""
    stored = await world.one("RecordingStored")
    path = await opened_recording(world.house.app, world.alpha, world.folder / "data" / "recordings" / stored["key"])
    with wave.open(str(path)) as file:
        return file.getnframes() // 8000, set(tones_in(path))


async def test_a_contact_is_told_in_its_language_before_it_waits_and_may_refuse(world: World) -> None:
    await choose(world, '{policy: always, announce: told, refuse: "9"}')
    phone = await world.phone("8001")
    await world.available(world.li)
    contact = await world.dial()
    await world.quiet()
    assert phone.conversations == [], "nobody is offered a contact who is being told"
    await contact.press("19")
    await world.ring(phone)
    await contact.hang_up()
    assert await told(world) == ["RecordingDeclined(contact)"]
    assert [fact.data for fact in await world.facts() if "19" in str(fact.data.get("digits"))] == []
    contact = await world.dial()
    await contact.press("1#")
    await world.advance(2.1)
    agent = await world.answer(phone)
    await world.advance(5)
    await agent.hang_up()
    assert (await told(world))[1:] == ["RecordingAnnounced", "RecordingBegan(policy)", "RecordingStored"]
    assert (await world.one("RecordingAnnounced")) == {"prompt": "told", "locale": "en"}
    assert (await world.one("RecordingBegan"))["announced"]
    assert (await world.one("InteractionConnected"))["wait_ms"] < 200, "being told is no waiting"


async def test_what_was_not_heard_to_its_end_is_said_again_and_without_it_nothing_is_recorded(world: World) -> None:
    await choose(world, "{policy: always, announce: told}")
    phone = await world.phone("8001")
    await world.available(world.li)
    await world.dial()
    await world.advance(1)
    await world.quiet()
    await world.kill()
    await world.take_floor("another")
    await world.quiet()
    assert phone.conversations == [], "a new process tells the contact again"
    await world.advance(2.1)
    agent = await world.answer(phone)
    await agent.hang_up()
    assert (await told(world))[:2] == ["RecordingAnnounced", "RecordingBegan(policy)"]
    await world.advance(31)
    world.loop.floor.plan = replace(world.loop.floor.plan, spoken={})
    await world.dial()
    agent = await world.answer(phone)
    await agent.hang_up()
    assert (await told(world))[2:] == ["RecordingDeclined(not_announced)"]


async def test_whom_we_call_is_told_after_its_answer_and_recorded_from_then_on_unless_it_refuses(world: World) -> None:
    await choose(world, '{policy: always, announce: told, refuse: "9"}')
    phone, mobile = await world.phone("8001"), await world.phones.outside(CONTACT)
    await world.ask(world.li, "set_state", state="on_break", reason="meal")
    for keys in ("", "9", "killed"):
        assert await world.ask(world.li, "call", tenant=str(world.alpha), number=CONTACT, queue="care") == {"ok": True}
        agent = await world.answer(phone)
        await world.quiet()
        called = await mobile.incoming(A_MOMENT)
        await called.answer()
        await called.play(CONTACT_TONE)
        await world.advance(1)
        await world.quiet()
        if keys == "killed":
            await world.kill()
            await world.take_floor("another")
            await world.quiet()
        elif keys:
            await called.press(keys)
        await world.advance(2.1)
        await world.advance(5)
        assert await called.hears(timedelta()) == {AGENT_TONE}
        await called.hang_up()
        await agent.ended(A_MOMENT)
        await world.advance(31)
    began = ["RecordingAnnounced", "RecordingBegan(policy)", "RecordingStored"]
    assert await told(world) == [*began, "RecordingDeclined(contact)", *began]


async def test_an_agent_records_on_demand_where_the_client_lets_it(world: World) -> None:
    await choose(world, "{policy: always, queues: {care: {policy: on_demand}}, announce: told}")
    phone = await world.phone("8001")
    await world.available(world.li)
    contact, _ = await world.talk(phone)
    interaction = str((await world.row())["id"])
    assert (await world.ask(world.li, "stop_record", interaction=interaction))["code"] == "not_possible_now"
    assert await world.ask(world.li, "record", interaction=interaction) == {"ok": True}
    assert (await world.ask(world.li, "record", interaction=interaction))["code"] == "not_possible_now"
    await world.advance(2.1)
    await world.advance(5)
    assert await world.ask(world.li, "stop_record", interaction=interaction) == {"ok": True}
    await world.advance(5)
    await contact.hang_up()
    assert await told(world) == [
        "RecordingAnnounced", "RecordingBegan(agent)", "RecordingStopped(agent)", "RecordingStored",
    ]  # fmt: skip
    assert (await world.one("RecordingBegan"))["agent_id"] == str(world.li)
    assert await heard(world) == (5, {AGENT_TONE, CONTACT_TONE})


async def test_nothing_of_a_pause_is_kept_and_every_gap_is_listed(world: World) -> None:
    await choose(world, "{policy: always, pause: {longest_s: 60}}")
    phone = await world.phone("8001")
    await world.available(world.li)
    contact, agent = await world.talk(phone)
    interaction = str((await world.row())["id"])
    await world.advance(10)
    assert await world.ask(world.li, "pause_recording", interaction=interaction, reason="card_data") == {"ok": True}
    assert await world.ask(world.li, "pause_recording", interaction=interaction) == {"ok": True}
    assert (await world.ask(world.li, "pause_recording", interaction=interaction, reason="x"))["ok"] is False
    (call,) = world.loop.floor.calls.values()
    assert call.recording_paused
    await contact.play(1700)
    await contact.press("4111")
    await world.advance(7)
    await world.quiet()
    await world.kill()
    await world.take_floor("another")
    assert next(iter(world.loop.floor.calls.values())).recording_paused, "whoever decides now knows it too"
    await contact.play(CONTACT_TONE)
    assert await world.ask(world.li, "resume_recording", interaction=interaction) == {"ok": True}
    await contact.press("3")
    assert await agent.keys(0, A_MOMENT) == "3", "nobody else receives those of the pause"
    assert (await world.ask(world.li, "resume_recording", interaction=interaction))["code"] == "not_possible_now"
    await world.advance(10)
    await world.ask(world.li, "pause_recording", interaction=interaction)
    await contact.play(1700)
    await world.advance(60)
    await contact.play(CONTACT_TONE)
    await world.advance(5)
    await world.ask(world.li, "pause_recording", interaction=interaction)
    await contact.play(1700)
    await world.advance(3)
    await agent.hang_up()
    gaps = [fact for fact in await world.facts() if fact.kind == "RecordingResumed"]
    assert [(g.data["offset_ms"], g.data["missing_ms"], g.data["ended_by"]) for g in gaps] == [
        (10_000, 7_000, "agent"), (20_000, 60_000, "longest_pause"), (25_000, 3_000, "ended"),
    ]  # fmt: skip
    assert await heard(world) == (25, {AGENT_TONE, CONTACT_TONE}), "1700 Hz were played in the pauses only"
    assert all("4111" not in str(fact.data) for fact in await world.facts())
    async with world.house.app.transaction(world.alpha) as scope:
        (recording,) = await recordings_of(scope, UUID(interaction))
    assert [(gap["offset_ms"], gap["reason"]) for gap in recording["gaps"]] == [
        (10_000, "card_data"), (20_000, "card_data"), (25_000, "card_data"),
    ]  # fmt: skip


async def test_a_pause_that_lasts_too_long_may_end_the_recording_and_one_without_recording_counts_too(
    world: World,
) -> None:
    never = f"numbers: {{'{CARE}': {{policy: never}}}}"
    await choose(world, f"{{policy: always, {never}, pause: {{longest_s: 10, then: end}}}}")
    phone = await world.phone("8001")
    await world.available(world.li)
    _, agent = await world.talk(phone)
    interaction = str((await world.row())["id"])
    await world.ask(world.li, "pause_recording", interaction=interaction)
    await world.advance(11)
    assert not next(iter(world.loop.floor.calls.values())).recording_paused
    await agent.hang_up()
    assert await told(world) == [
        "RecordingBegan(policy)", "RecordingPaused", "RecordingResumed", "RecordingStopped(longest_pause)",
    ]  # fmt: skip
    await world.advance(31)
    contact = await world.dial(CARE)
    await world.advance(2.5)
    await contact.press("1")
    await world.answer(phone)
    call = next(iter(world.loop.floor.calls.values()))
    assert await world.ask(world.li, "pause_recording", interaction=call.name) == {"ok": True}
    assert world.loop.floor.calls[call.id].recording_paused, "nobody is to listen, recorded or not"
    await world.advance(11)
    assert world.loop.floor.calls[call.id].tape is None
    assert (await world.ask(world.li, "record", interaction=call.name))["code"] == "not_possible_now"
