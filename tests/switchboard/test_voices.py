"""Parties apart: each voice on its channel, in step, whatever happens in the conversation, and whoever dies."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import numpy as np
import soundfile

from interactions.audio import where
from interactions.service import recordings as recordings_of
from kit import sealedfile
from kit.objects import Folder
from switchboard.core.voices import part_of
from switchboard.inputs import RecordingKept
from switchboard.recordings import keep, left_behind, name_of
from telephony.port import Command, CommandRefused, Engine, Record
from telephony.simulator.audio import known_tones, write
from telephony.simulator.audio import tones as audio_tones
from tests.support.sealed import as_wav, opened_recording
from tests.switchboard.test_recordings import keys_of
from tests.switchboard.test_taping import choose
from tests.switchboard.world import AGENT_TONE, CONTACT_TONE, START, World

ASIDE_TONE, CARD_TONE = 1300, 1700
EXPERT = {"kind": "agent", "seat": "8002"}


async def recorded(world: World) -> frozenset[str]:
    """What the engine records now."""
    return (await world.switchboard._services.engine.snapshot()).recordings


async def sides(world: World, stored: Mapping[str, Any]) -> tuple[np.ndarray, Path]:
    """The two channels of a recording, between -1 and 1, and the WAV file that they make."""
    path = await opened_recording(world.house.app, world.alpha, world.folder / "data" / "recordings" / stored["key"])
    samples, rate = soundfile.read(path)
    assert (rate, samples.shape[1]) == (8000, 2)
    return samples, path


def tones(samples: np.ndarray, second: float, upto: float) -> tuple[set[int], set[int]]:
    """What is heard left and right in a part of it."""
    left, right = (samples[int(second * 8000) : int(upto * 8000), side] for side in (0, 1))
    return set(known_tones(left)), set(known_tones(right))


async def conversation(world: World) -> str:
    """4 s, 3 s on hold, 2 s, 5 s of card data and another process, 3 s and another process, 1 s, 4 s with another."""
    phone, expert = await world.phone("8001"), await world.phone("8002")
    await world.available(world.li)
    contact, agent = await world.talk(phone)
    interaction = str((await world.row())["id"])

    async def does(command: str, **fields: object) -> None:
        assert await world.ask(world.li, command, interaction=interaction, **fields) == {"ok": True}

    await world.advance(4)
    await does("hold")
    await agent.play(ASIDE_TONE)
    await world.advance(3)
    await agent.play(AGENT_TONE)
    await does("retrieve")
    await world.advance(2)
    await does("pause_recording")
    await contact.play(CARD_TONE)
    await world.advance(5)
    await another_process(world)
    assert await recorded(world) == frozenset(), "nobody records the card"
    assert "RecordingStored" not in await world.story(), "what is between two voices goes on"
    await contact.play(CONTACT_TONE)
    await does("resume_recording")
    await world.advance(3)
    await another_process(world, 1)
    await world.available(world.bo)
    await does("transfer", target=EXPERT)
    bo = await world.ring(expert)
    await bo.answer()
    await bo.play(ASIDE_TONE)
    await world.advance(4)
    await world.quiet()
    await contact.hang_up()
    return interaction


async def another_process(world: World, after_s: float = 0) -> None:
    """The switchboard dies; another one takes the floor."""
    await world.quiet()
    await world.kill()
    await world.advance(after_s)
    await world.take_floor(f"after {after_s}")


async def test_each_party_is_on_its_channel_through_hold_pause_transfer_and_a_new_process(world: World) -> None:
    await choose(world, "{policy: always, queues: {care: {policy: always, apart: true}}}")
    interaction = await conversation(world)
    stored = await world.one("RecordingStored")
    samples, path = await sides(world, stored)
    both = ({CONTACT_TONE}, {AGENT_TONE})
    heard = [tones(samples, *part) for part in ((0.1, 3.9), (4.1, 6.9), (7.1, 8.9), (9.1, 12.9), (13.2, 16.9))]
    assert heard == [both, ({CONTACT_TONE}, set()), both, both, ({CONTACT_TONE}, {ASIDE_TONE})]
    assert CARD_TONE not in tones(samples, 0, 17)[0], "the pause is not in it"
    assert round(stored["duration_ms"] / 1000) == 17
    assert stored["channels"] == 2
    assert stored["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest(), "flac -d gives what was put together"
    assert {(part["channel"], round(part["from_ms"], -3)) for part in stored["parts"]} == {
        ("left", 0), ("left", 9000), ("right", 0), ("right", 7000), ("right", 9000), ("right", 13000),
    }  # fmt: skip
    assert (await world.one("RecordingBegan"))["apart"]
    gap = await world.one("RecordingResumed")
    assert (gap["offset_ms"], gap["missing_ms"]) == (9000, 5000)
    async with world.house.app.transaction(world.alpha) as scope:
        (shown,) = await recordings_of(scope, UUID(interaction))
    assert (shown["channels"], shown["gaps"][0]["offset_ms"]) == (2, 9000)
    await world.quiet()
    assert list((world.folder / "engine").glob("*.wav")) == []


async def test_a_call_that_ends_in_a_pause_is_kept_and_a_mute_agent_is_on_no_channel(world: World) -> None:
    await choose(world, "{policy: always, apart: true}")
    phone = await world.phone("8001")
    await world.available(world.li)
    contact, agent = await world.talk(phone)
    interaction = str((await world.row())["id"])
    await world.advance(3)
    await world.quiet()
    (live,) = {part.whole for name in await recorded(world) if (part := part_of(name))}
    assert list(left_behind(world.folder / "engine", await recorded(world))) == []
    assert live.startswith("call_")
    await world.ask(world.li, "mute", interaction=interaction)
    await world.advance(2)
    await world.ask(world.li, "unmute", interaction=interaction)
    assert await world.ask(world.li, "pause_recording", interaction=interaction) == {"ok": True}
    await world.advance(5)
    await world.quiet()
    await agent.hang_up()
    stored = await world.one("RecordingStored")
    samples, _ = await sides(world, stored)
    assert stored["duration_ms"] == 5000
    assert tones(samples, 0.1, 2.9) == ({CONTACT_TONE}, {AGENT_TONE})
    assert tones(samples, 3.1, 4.9) == ({CONTACT_TONE}, set())
    assert contact.over


class Deaf:
    """An engine that refuses to record whoever is not the contact, as long as it is told so."""

    def __init__(self, engine: Engine) -> None:
        self.engine, self.deaf = engine, True

    def __getattr__(self, name: str) -> Any:
        return getattr(self.engine, name)

    async def perform(self, command: Command) -> None:
        if self.deaf and isinstance(command, Record) and "_r" in command.recording:
            raise CommandRefused(command, "no room for another file")
        await self.engine.perform(command)


async def test_a_voice_that_the_engine_does_not_record_is_told_and_recorded_when_it_is_heard_anew(world: World) -> None:
    await choose(world, "{policy: always, apart: true}")
    engine = Deaf(world.loop._hands._engine)
    world.loop._hands._engine = engine
    phone = await world.phone("8001")
    await world.available(world.li)
    contact, _ = await world.talk(phone)
    interaction = str((await world.row())["id"])
    await world.advance(3)
    engine.deaf = False
    for command in ("hold", "retrieve"):
        assert await world.ask(world.li, command, interaction=interaction) == {"ok": True}
    await world.advance(2)
    await contact.hang_up()
    stored, missing = await world.one("RecordingStored"), await world.one("VoiceNotRecorded")
    began = (await world.one("RecordingBegan"))["recording_id"]
    assert missing == {
        "recording_id": began, "channel": "right", "offset_ms": 0, "agent_id": str(world.li), "party_id": None,
    }  # fmt: skip
    assert [(part["channel"], part["from_ms"]) for part in stored["parts"]] == [("left", 0), ("right", 3000)]
    samples, _ = await sides(world, stored)
    heard = tones(samples, 0.1, 2.9), tones(samples, 3.1, 4.9)
    assert heard == (({CONTACT_TONE}, set()), ({CONTACT_TONE}, {AGENT_TONE}))


async def test_what_the_engine_wrote_too_long_is_left_out_and_what_it_could_not_close_is_kept(tmp_path: Path) -> None:
    """The contact's first file goes on into the pause; the agent's has the header of an engine that died."""
    engine, tenant = tmp_path / "engine", UUID(int=1)
    whole = name_of("call", tenant, UUID(int=2), UUID(int=3))
    for name, hertz, lasts in (
        (f"l0_{'a' * 8}", CARD_TONE, 5), (f"l2000_{'a' * 8}", CONTACT_TONE, 3), (f"r1000_{'b' * 8}", AGENT_TONE, 2),
        (f"r1500_{'c' * 8}", ASIDE_TONE, 1),
    ):  # fmt: skip
        path = engine / f"{whole}_{name}{uuid4().hex}.wav"
        write(path, [audio_tones([hertz], 0, lasts * 8000)])
        if name.startswith("r1000"):
            path.write_bytes(path.read_bytes()[:40] + bytes(4) + path.read_bytes()[44:])
    (engine / f"{whole}_l9000_{'a' * 8}{uuid4().hex}.wav").write_bytes(b"no sound")
    assert list(left_behind(engine, frozenset({path.stem}))) == []
    (left,) = left_behind(engine, frozenset())
    assert (left.recording, left.duration.total_seconds()) == (whole, 5)
    kept = await keep(left, Folder(tmp_path / "kept"), START, keys_of)
    assert isinstance(kept, RecordingKept)
    assert (kept.channels, kept.duration_ms, kept.repaired) == (2, 5000, True)
    assert [(part["channel"], part["from_ms"], part["lasts_ms"]) for part in kept.parts or []] == [
        ("left", 0, 2000), ("right", 1000, 2000), ("right", 1500, 1000), ("left", 2000, 3000),
    ]  # fmt: skip
    flac = b"".join(sealedfile.read(tmp_path / "kept" / kept.key, await keys_of(tenant), where(UUID(int=3))))
    samples, _ = soundfile.read(io.BytesIO(flac))
    heard = [tones(samples, *part) for part in ((0, 0.9), (1, 1.4), (1.6, 1.9), (2.1, 2.4), (3.1, 5))]
    both, card = {AGENT_TONE, ASIDE_TONE}, {CARD_TONE}
    right, contact = {AGENT_TONE}, {CONTACT_TONE}
    assert heard == [(card, set()), (card, right), (card, both), (contact, both), (contact, set())]
    assert hashlib.sha256(as_wav(flac)).hexdigest() == kept.sha256
