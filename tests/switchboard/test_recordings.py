"""Recordings on their way from the engine's folder to the store, whoever dies meanwhile."""

from __future__ import annotations

import asyncio
import hashlib
import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO, TypeVar
from uuid import UUID

import pytest

from interactions.audio import where
from journal.core.facts import NewFact
from kit import sealedfile
from kit.buckets import Bucket
from kit.errors import KeysAway, KeysDestroyed
from kit.ids import new_id
from kit.objects import Folder
from kit.tenantkeys import TenantKeys
from switchboard import metrics
from switchboard.core.effects import Keep, Store
from switchboard.inputs import RecordingKept, RecordingOrphaned
from switchboard.keeping import AT_ONCE
from switchboard.loop import Writer
from switchboard.recordings import keep, left_behind, name_of, read_name
from telephony.simulator.phones import SimulatorPhone
from tenants.access import for_system
from tests.support.s3 import object_store
from tests.support.sealed import as_wav
from tests.switchboard.proxy import Proxy
from tests.switchboard.world import (
    INSTALLATION,
    PlainSpeaker,
    World,
)

AT = datetime(2026, 11, 23, 9, tzinfo=UTC)
A, B = UUID(int=1), UUID(int=2)
SECOND = timedelta(seconds=1)
T = TypeVar("T")


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
    assert isinstance(kept, RecordingKept)
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
        assert isinstance(kept, RecordingKept)
        assert (kept.repaired, kept.duration_ms) == (True, 1000)
        sound = b"".join(sealedfile.read(tmp_path / "kept" / kept.key, await keys_of(A), where(UUID(int=3))))
        assert as_wav(sound)[44:] == whole[44 : 44 + 16_000]
        assert kept.sha256 == hashlib.sha256(as_wav(sound)).hexdigest()
    path.write_bytes(whole[:44])
    (left,) = left_behind(tmp_path / "engine", frozenset())
    assert left.duration == timedelta(), "nothing was written"
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
    assert await keep(store, Folder(tmp_path / "kept"), AT, gone) == RecordingOrphaned(path.stem), (
        "whose it was has left"
    )
    assert path.exists(), "until that is told"


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


async def test_a_file_in_which_the_engine_wrote_nothing_goes_when_it_is_quiet(world: World) -> None:
    await talked(world)
    await world.until(lambda: not list((world.folder / "engine").glob("*")))
    names = [name_of("call", world.alpha, (await world.row())["id"], new_id()) for _ in range(3)]
    header, foreign, fresh = [world.folder / "engine" / f"{name}.wav" for name in names]
    header.write_bytes(world.speaker.file_of("x", "en").read_bytes()[:44])
    foreign.write_bytes(b"what is no sound stays for people")
    fresh.write_bytes(b"")
    for old in (header, foreign):
        os.utime(old, (0, 0))
    for left in await world.switchboard._keeper.left(frozenset()):
        world.told(left)
    await world.until(lambda: not header.exists())
    assert (foreign.exists(), fresh.exists()) == (True, True), "one may have just begun"


class Away(Folder):
    """A store that does not answer the first time."""

    asked = 0

    def put(self, key: str, write: Callable[[BinaryIO], T]) -> T:
        self.asked += 1
        if self.asked == 1:
            raise ConnectionError("the object store: GenericError")
        return super().put(key, write)


async def test_a_recording_waits_for_a_store_that_is_away(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("switchboard.keeping.AGAIN_AFTER_S", 0.01)
    store = world.switchboard._keeper._objects = Away(world.folder / "data" / "recordings")
    await talked(world)
    await stored_once(world)
    assert store.asked == 2
    told = [fact.data for fact in await world.facts(INSTALLATION) if fact.kind == "RecordingStoreChanged"]
    assert told == [{"reachable": False, "reason": "away"}, {"reachable": True, "reason": ""}], "the centre knows"


class Counted(Bucket):
    """A bucket that knows how many files were sent to it at once, and in all."""

    now = most = asked = 0

    def put(self, key: str, write: Callable[[BinaryIO], T]) -> T:
        self.now, self.asked = self.now + 1, self.asked + 1
        self.most = max(self.most, self.now)
        try:
            return super().put(key, write)
        finally:
            self.now -= 1


async def _left_with_the_engine(world: World, number: int) -> None:
    """So many recordings of a conversation that is over lie in the engine's folder, and are found there."""
    await talked(world)
    await world.quiet()
    interaction = (await world.row())["id"]
    sound = world.speaker.file_of("x", "en")
    for _ in range(number):
        shutil.copy(sound, world.folder / "engine" / f"{name_of('call', world.alpha, interaction, new_id())}.wav")
    for left in await world.switchboard._keeper.left(frozenset()):
        world.told(left)


async def test_calls_go_on_while_the_store_is_slow_and_while_it_hangs_and_no_recording_is_lost(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More recordings wait than a process has threads for everything else."""
    monkeypatch.setattr("switchboard.keeping.AGAIN_AFTER_S", 0.05)
    keeper, many = world.switchboard._keeper, 24
    with object_store() as access:
        line = Proxy(access.endpoint)
        await line.start()
        far = replace(access, endpoint=line.dsn.replace("@", ""))
        store = keeper._objects = Counted("recordings", far, timedelta(seconds=0.6))
        line.late_s = 0.05
        await _left_with_the_engine(world, many)
        await world.until(lambda: store.asked > AT_ONCE)
        assert metrics.RECORDINGS_WAITING._value.get() > AT_ONCE
        line.hangs = True
        await world.until(lambda: keeper._is_away)
        asked = store.asked
        assert await asyncio.wait_for(asyncio.to_thread(lambda: "free"), 10) == "free", "prompts are spoken like this"
        await world.advance(60)
        (phone,) = world.phones._phones
        assert isinstance(phone, SimulatorPhone)
        contact, _ = await world.talk(phone)
        await world.advance(3)
        await contact.hang_up()
        await world.until(lambda: store.asked > asked)
        assert store.asked <= asked + AT_ONCE, "one tries, the others wait"
        line.mend()
        await world.until(lambda: not keeper._unkept, 60)
        await world.quiet()
        assert store.most <= AT_ONCE
        stored = [fact.data["recording_id"] for fact in await world.facts() if fact.kind == "RecordingStored"]
        assert len(stored) == len(set(stored)) == many + 2
        assert len(list(Bucket("recordings", access).keys("t/"))) == len(stored)
        assert list((world.folder / "engine").glob("*")) == []
        told = [fact.data["reason"] for fact in await world.facts(INSTALLATION) if fact.kind == "RecordingStoreChanged"]
        assert (told[0], told[-1]) == ("away", "")
        await line.close()


async def test_what_is_left_of_a_client_that_is_not_on_the_floor_any_more_is_stored_once_or_deleted_and_told(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    keeper = world.switchboard._keeper
    elsewhere = keeper._keep_elsewhere

    async def after_its_end(*told: Any) -> None:
        """A client that is not on the floor has nobody here who writes its rows at the same time."""
        async with asyncio.timeout(20), world.house.app.transaction(for_system(world.alpha, "test")) as scope:
            while await scope.fetch("SELECT 1 FROM gf.interaction WHERE state = 'talking'"):  # noqa: ASYNC110 - a row
                await asyncio.sleep(0.01)
        await elsewhere(*told)

    monkeypatch.setattr(keeper, "_keep_elsewhere", after_its_end)
    monkeypatch.setattr(keeper, "_serves", lambda _tenant: False)
    await talked(world)
    await stored_once(world)
    assert (await world.row())["recording_id"] is not None
    assert await keeper.left(frozenset()) == []

    async def gone(_tenant: UUID) -> TenantKeys:
        raise KeysDestroyed

    monkeypatch.setattr(keeper, "_keys", gone)
    name = name_of("call", world.alpha, A, B)
    world.speaker.file_of("x", "en").rename(world.folder / "engine" / f"{name}.wav")
    for left in await keeper.left(frozenset()):
        world.told(left)
    told = [fact.data for fact in await world.facts(INSTALLATION) if fact.kind == "RecordingOrphaned"]
    assert told == [{"client": str(world.alpha), "interaction_id": str(A), "recording_id": str(B), "kind": "call"}]
    await world.quiet()
    assert list((world.folder / "engine").glob("*")) == []
