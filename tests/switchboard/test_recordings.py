"""Recordings on their way from the engine's folder to the store, whoever dies meanwhile."""

from __future__ import annotations

import hashlib
import wave
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from interactions.audio import where
from interactions.service import recordings as recordings_of
from journal.core.facts import NewFact
from kit import sealedfile
from kit.errors import KeysAway, KeysDestroyed
from kit.objects import Folder
from kit.tenantkeys import TenantKeys
from switchboard.core.effects import Keep, Store
from switchboard.loop import Writer
from switchboard.recordings import keep, left_behind, name_of, read_name
from telephony.asterisk.hearing import tones_in
from tenants.service.blueprints import Order, apply_blueprint
from tests.support.sealed import as_wav, opened_recording
from tests.switchboard.blueprints import ALPHA
from tests.switchboard.world import (
    AGENT_TONE,
    CARE,
    CONTACT_TONE,
    START,
    PlainSpeaker,
    World,
    no_findings,
)

AT = datetime(2026, 11, 23, 9, tzinfo=UTC)
A, B = UUID(int=1), UUID(int=2)
SECOND = timedelta(seconds=1)


def test_names_of_recordings() -> None:
    name = name_of("call", A, B, UUID(int=3))
    named = read_name(name)
    assert named is not None
    assert (named.kind, named.tenant, named.interaction, named.id) == ("call", A, B, UUID(int=3))
    for other in ("", "call", f"fax_{A}_{A}_{A}", f"call_{A}_{A}_x", "a_b_c_d"):
        assert read_name(other) is None


async def keys_of(tenant: UUID) -> TenantKeys:
    return TenantKeys(tenant, {B: bytes(32)}, B, None)


async def test_a_recording_is_kept_once(tmp_path: Path) -> None:
    speaker = PlainSpeaker(tmp_path / "engine")
    name = name_of("voicemail", A, B, UUID(int=3))
    speaker.file_of("x", "en").rename(tmp_path / "engine" / f"{name}.wav")
    (tmp_path / "engine" / "foreign.wav").write_bytes(b"")
    (tmp_path / "engine" / f"{name_of('call', A, B, A)}.wav").write_bytes(b"no sound")
    (left,) = left_behind(tmp_path / "engine", frozenset())
    assert left == Store(name, str(tmp_path / "engine" / f"{name}.wav"), 2 * SECOND)
    assert list(left_behind(tmp_path / "engine", frozenset({name}))) == []
    engines = tmp_path / "engine" / f"{name}.wav"
    sound = engines.read_bytes()
    kept = await keep(left, Folder(tmp_path / "kept"), AT, keys_of)
    assert kept is not None
    assert kept.key == f"t/{A}/voicemail/2026/11/{UUID(int=3)}.enc"
    place = tmp_path / "kept" / kept.key
    flac = b"".join(sealedfile.read(place, await keys_of(A), where(UUID(int=3))))
    assert (kept.bytes, kept.content_sha256) == (len(flac), hashlib.sha256(flac).hexdigest())
    assert (kept.media, kept.sha256, kept.duration_ms) == ("audio/flac", hashlib.sha256(sound).hexdigest(), 2000)
    assert as_wav(flac) == sound, "nothing of what was captured is lost"
    assert [each.name for each in place.parent.iterdir()] == [place.name]
    assert [each.name for each in engines.parent.iterdir() if each.name.startswith(".")] == []
    assert engines.exists(), "until its fact is stored"
    assert await keep(left, Folder(tmp_path / "kept"), AT, keys_of) == kept
    engines.unlink()
    assert await keep(left, Folder(tmp_path / "kept"), AT, keys_of) is None


async def test_a_recording_whose_engine_died_is_kept_as_far_as_it_went(tmp_path: Path) -> None:
    """Its header says that there is nothing (or something else); the last sample may be half written."""
    whole = PlainSpeaker(tmp_path).file_of("x", "en").read_bytes()
    for said, rest in ((0, b""), (0, b"x"), (99, b"")):
        path = tmp_path / "engine" / f"{name_of('call', A, B, UUID(int=3))}.wav"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(whole[:40] + said.to_bytes(4, "little") + whole[44 : 44 + 16_000] + rest)
        (left,) = left_behind(tmp_path / "engine", frozenset())
        assert left.duration == SECOND
        kept = await keep(left, Folder(tmp_path / "kept"), AT, keys_of)
        assert kept is not None
        assert (kept.repaired, kept.duration_ms) == (True, 1000)
        sound = b"".join(sealedfile.read(tmp_path / "kept" / kept.key, await keys_of(A), where(UUID(int=3))))
        assert as_wav(sound)[44:] == whole[44 : 44 + 16_000]
        assert kept.sha256 == hashlib.sha256(as_wav(sound)).hexdigest()
    path.write_bytes(whole[:44])
    assert list(left_behind(tmp_path / "engine", frozenset())) == [], "nothing was written"
    assert await keep(left, Folder(tmp_path / "kept"), AT, keys_of) is None
    assert path.exists()


async def test_a_recording_that_cannot_be_sealed_stays_with_the_engine(tmp_path: Path) -> None:
    speaker = PlainSpeaker(tmp_path / "engine")
    path = speaker.file_of("x", "en").rename(tmp_path / "engine" / f"{name_of('call', A, B, A)}.wav")
    store = Store(path.stem, str(path), SECOND)

    async def away(_tenant: UUID) -> TenantKeys:
        raise KeysAway

    async def gone(_tenant: UUID) -> TenantKeys:
        raise KeysDestroyed

    with pytest.raises(KeysAway):
        await keep(store, Folder(tmp_path / "kept"), AT, away)
    (tmp_path / "kept").write_bytes(b"no folder")
    with pytest.raises(OSError, match="kept"):
        await keep(store, Folder(tmp_path / "kept"), AT, keys_of)
    assert path.is_file()
    assert await keep(store, Folder(tmp_path / "kept"), AT, gone) is None
    assert not path.exists(), "whose it was has left"


async def stored_once(world: World) -> None:
    assert (await world.one("RecordingStored"))["duration_ms"] == 3000
    assert len([path for path in (world.folder / "data" / "recordings").rglob("*") if path.is_file()]) == 1
    assert list((world.folder / "engine").glob("*")) == []


async def talked(world: World) -> None:
    """A conversation of three seconds that ends."""
    phone = await world.phone("8001")
    await world.available(world.li)
    contact, _ = await world.talk(phone)
    await world.advance(3)
    await world.quiet()
    await contact.hang_up()


class Forgetful:
    """A writer that stores everything but that a recording is stored: as if the process died before."""

    def __init__(self, writer: Writer) -> None:
        self.writer = writer

    def note(self, tenant: UUID, facts: list[NewFact], kept: list[Keep]) -> None:
        told = [fact for fact in facts if fact.kind != "RecordingStored"]
        if told:
            self.writer.note(tenant, told, kept)


async def test_a_process_that_dies_before_the_fact_is_stored_loses_no_recording(world: World) -> None:
    world.loop._writer = Forgetful(world.loop._writer)
    await talked(world)
    await world.until(lambda: bool(world.switchboard._keeper._held))
    await world.quiet()
    assert any((world.folder / "data" / "recordings").rglob("*.enc")), "it lies in its place, and nobody knows"
    await world.kill()
    assert list((world.folder / "engine").glob("call_*.wav")), "whoever looks next finds it"
    await world.take_floor("another")
    await stored_once(world)


async def test_a_process_that_dies_after_the_fact_was_stored_stores_no_second_one(world: World) -> None:
    recorder = world.switchboard._recorder
    recorder._alarms = replace(recorder._alarms, stored=lambda _batch: None)
    await talked(world)
    assert (await world.one("RecordingStored"))["duration_ms"] == 3000
    await world.kill()
    assert list((world.folder / "engine").glob("call_*.wav"))
    await world.take_floor("another")
    await stored_once(world)


# ------------------------------------------------------------------------------------------- what the client may choose


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
