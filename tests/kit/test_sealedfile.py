"""Sealed files: any part can be read by itself; what was changed, moved, swapped or cut off cannot be read at all."""

from __future__ import annotations

import hashlib
import random
from pathlib import Path
from uuid import uuid4

import pytest

from kit import sealedfile
from kit.errors import KeysDestroyed
from kit.objects import Folder, Kept
from kit.tenantkeys import Tampered, TenantKeys, UnknownKey
from tests.support.house import TENANT_A, TENANT_B

KEY_ID = uuid4()
KEYS = TenantKeys(TENANT_A, {KEY_ID: bytes(32)}, KEY_ID, None)
WHERE = "recording|audio|1"
HEADER, STEP = 68, sealedfile.CHUNK + 16


def made(folder: Path, size: int, where: str = WHERE, keys: TenantKeys = KEYS) -> tuple[Path, bytes]:
    plain = random.Random(size).randbytes(size)
    (folder / "plain").write_bytes(plain)
    place = folder / "deep" / f"{uuid4()}.enc"
    told = sealedfile.seal(folder / "plain", place, keys, where)
    assert (told.size, told.sha256) == (size, hashlib.sha256(plain).hexdigest())
    return place, plain


def read(place: Path, start: int = 0, end: int | None = None, keys: TenantKeys = KEYS, where: str = WHERE) -> bytes:
    return b"".join(sealedfile.read(place, keys, where, start, end))


@pytest.mark.parametrize("size", [0, 1, sealedfile.CHUNK - 1, sealedfile.CHUNK, sealedfile.CHUNK + 1, 300_000])
def test_every_part_of_a_file_is_read_as_it_was(tmp_path: Path, size: int) -> None:
    place, plain = made(tmp_path, size)
    assert read(place) == plain
    assert sealedfile.look(place) == sealedfile.Told(KEY_ID, size)
    draw = random.Random(1)
    for _ in range(40):
        start = draw.randint(0, size)
        end = draw.randint(start, size)
        assert read(place, start, end) == plain[start:end]
    assert read(place, 0, size + 10) == plain
    assert [each.name for each in place.parent.iterdir()] == [place.name]


def test_a_file_that_was_changed_anywhere_is_refused(tmp_path: Path) -> None:
    place, plain = made(tmp_path, 150_000)
    whole = place.read_bytes()
    for at in (0, 9, 30, 60, 67, HEADER, HEADER + STEP, len(whole) - 1):
        changed = bytearray(whole)
        changed[at] ^= 1
        place.write_bytes(changed)
        if at == 0:
            assert read(place) != plain, "it says that it is not sealed, and is nothing but noise"
            continue
        with pytest.raises((Tampered, UnknownKey)):
            read(place)


def test_moved_swapped_and_missing_chunks_are_refused(tmp_path: Path) -> None:
    place, _ = made(tmp_path, 200_000)
    other, _ = made(tmp_path, 200_000)
    whole, others = place.read_bytes(), other.read_bytes()
    chunks = [whole[at : at + STEP] for at in range(HEADER, len(whole), STEP)]
    head = whole[:HEADER]
    theirs = others[HEADER : HEADER + STEP]
    for broken in (
        head + chunks[1] + chunks[0] + b"".join(chunks[2:]),
        head + chunks[0] + chunks[0] + b"".join(chunks[2:]),
        head + theirs + b"".join(chunks[1:]),
        others[:HEADER] + b"".join(chunks),
        whole[:-1],
        head + b"".join(chunks[:-1]),
        head,
        whole[:40],
    ):
        place.write_bytes(broken)
        with pytest.raises(Tampered):
            read(place)


def test_a_file_belongs_to_its_row_and_its_tenant(tmp_path: Path) -> None:
    place, _ = made(tmp_path, 1000)
    with pytest.raises(Tampered):
        read(place, where="recording|audio|2")
    with pytest.raises(Tampered):
        read(place, keys=TenantKeys(TENANT_B, {KEY_ID: bytes(32)}, KEY_ID, None))
    with pytest.raises(UnknownKey):
        read(place, keys=TenantKeys(TENANT_A, {}, None, None))
    with pytest.raises(KeysDestroyed):
        read(place, keys=TenantKeys.gone(TENANT_A))


def test_a_file_from_before_there_were_keys_is_read_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "old.wav").write_bytes(b"RIFF" + bytes(100_000))
    assert sealedfile.look(tmp_path / "old.wav") == sealedfile.Told(None, 100_004)
    assert b"".join(sealedfile.read(tmp_path / "old.wav", None, WHERE, 2, 6)) == b"FF\0\0"
    assert len(b"".join(sealedfile.read(tmp_path / "old.wav", None, WHERE))) == 100_004


def test_a_full_disk_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    (tmp_path / "plain").write_bytes(b"x" * 10)
    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        sealedfile.seal(tmp_path / "plain", tmp_path / "to" / "x.enc", KEYS, WHERE)
    assert list((tmp_path / "to").iterdir()) == []
    assert (tmp_path / "plain").read_bytes() == b"x" * 10


@pytest.mark.parametrize("size", [0, 1, sealedfile.CHUNK, 200_001])
def test_a_file_is_sealed_again_under_a_newer_key(tmp_path: Path, size: int) -> None:
    place, plain = made(tmp_path, size)
    newer = uuid4()
    both = TenantKeys(TENANT_A, {KEY_ID: bytes(32), newer: b"n" * 32}, newer, None)
    kept = Kept(Folder(tmp_path), place.relative_to(tmp_path).as_posix())
    assert sealedfile.reseal(kept, both, WHERE)
    assert (sealedfile.look(kept).key_id, read(place, keys=both)) == (newer, plain)
    assert not sealedfile.reseal(kept, both, WHERE)
    with pytest.raises(UnknownKey):
        read(place)
    whole = bytearray(place.read_bytes())
    if size:
        whole[-1] ^= 1
        place.write_bytes(whole)
        with pytest.raises(Tampered):
            sealedfile.reseal(kept, TenantKeys(TENANT_A, {KEY_ID: bytes(32), newer: b"n" * 32}, KEY_ID, None), WHERE)
        assert place.read_bytes() == bytes(whole), "what cannot be opened stays as it is"
    assert [each.name for each in place.parent.iterdir()] == [place.name]
