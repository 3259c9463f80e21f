"""Files by key: in a folder, in a bucket of a real S3 server, and in a bucket behind which an older folder lies."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

import pytest

from exits.service.remains import Disks
from kit import sealedfile
from kit.buckets import WINDOW, Access, Bucket
from kit.embedded.machine import free_port
from kit.objects import Behind, Folder, Kept, Objects
from kit.tenantkeys import TenantKeys
from tests.support.house import TENANT_A, TENANT_B
from tests.support.s3 import object_store

KEY_ID = uuid4()
KEYS = TenantKeys(TENANT_A, {KEY_ID: bytes(32)}, KEY_ID, None)


@pytest.fixture(scope="module")
def access() -> Iterator[Access]:
    """A way to a store with an empty bucket named recordings."""
    with object_store() as found:
        yield found


@pytest.fixture(params=["folder", "bucket", "behind"])
def objects(request: pytest.FixtureRequest, tmp_path: Path, access: Access) -> Objects:
    bucket = Bucket(f"recordings/{uuid4()}", access)
    folder = Folder(tmp_path / "kept")
    made: dict[str, Objects] = {"folder": folder, "bucket": bucket, "behind": Behind(bucket, folder)}
    return made[request.param]


def whole(objects: Objects, key: str) -> bytes:
    with objects.open(key) as blob:
        return blob.read(0, blob.size)


def test_what_is_put_is_there_whole_and_only_where_it_belongs(objects: Objects) -> None:
    first, second = f"t/{TENANT_A}/call/2026/11/1.enc", f"t/{TENANT_B}/call/2026/11/1.enc"
    assert objects.put(first, lambda to: to.write(b"x" * 1000)) == 1000
    objects.put(second, lambda to: to.write(b"other"))
    objects.put(first, lambda to: to.write(b"instead"))
    assert (whole(objects, first), whole(objects, second)) == (b"instead", b"other")
    assert list(objects.keys(f"t/{TENANT_A}/")) == [(first, 7)]

    def breaks(to: BinaryIO) -> None:
        to.write(b"half")
        raise RuntimeError

    with pytest.raises(RuntimeError):
        objects.put(first, breaks)
    assert whole(objects, first) == b"instead", "what was there is there still"
    objects.tidy(f"t/{TENANT_A}/")
    for outside in ("/etc/passwd", f"t/{TENANT_A}/../{TENANT_B}/call/2026/11/1.enc", f"t/{TENANT_A}/gone"):
        with pytest.raises(FileNotFoundError), objects.open(outside):
            pass
    disks = Disks([], Path("none"), {"the store": objects})
    assert disks.count(TENANT_A) == (1, 7)
    disks.delete(TENANT_A)
    objects.delete(first)
    assert (disks.count(TENANT_A)[0], disks.count(TENANT_B)[0]) == (0, 1)


def test_a_sealed_file_is_read_in_parts_and_sealed_anew(objects: Objects, tmp_path: Path) -> None:
    plain = bytes(range(256)) * (WINDOW // 128)  # two windows
    (tmp_path / "plain").write_bytes(plain)
    kept = Kept(objects, f"t/{TENANT_A}/call/2026/11/2.enc")
    sealedfile.seal(tmp_path / "plain", kept, KEYS, "x|y|z")
    assert sealedfile.look(kept) == sealedfile.Told(KEY_ID, len(plain))
    for start, end in ((0, 10), (70_000, 70_010), (WINDOW - 5, WINDOW + 5), (len(plain) - 3, len(plain))):
        assert b"".join(sealedfile.read(kept, KEYS, "x|y|z", start, end)) == plain[start:end]
    newer = uuid4()
    both = TenantKeys(TENANT_A, {KEY_ID: bytes(32), newer: b"n" * 32}, newer, None)
    assert sealedfile.reseal(kept, both, "x|y|z")
    assert sealedfile.look(kept).key_id == newer
    assert b"".join(sealedfile.read(kept, both, "x|y|z")) == plain


def test_what_lay_in_the_folder_before_there_was_a_bucket_is_read_and_moves_when_it_is_written(
    tmp_path: Path, access: Access
) -> None:
    folder, bucket = Folder(tmp_path), Bucket("recordings/later", access)
    both = Behind(bucket, folder)
    folder.put("t/1/a", lambda to: to.write(b"old"))
    assert whole(both, "t/1/a") == b"old"
    both.put("t/1/a", lambda to: to.write(b"new"))
    assert (whole(both, "t/1/a"), list(folder.keys("t/"))) == (b"new", [])


@pytest.mark.parametrize("wrong", ["away", "secret", "key"])
def test_a_store_that_is_away_or_does_not_know_our_key_says_so(wrong: str, access: Access) -> None:
    """Nothing is read, written, listed or deleted with a wrong key: the server checks signatures."""
    right = Bucket("recordings", access)
    right.put(f"t/1/{wrong}", lambda to: to.write(b"kept"))
    given = {
        "away": replace(access, endpoint=f"http://127.0.0.1:{free_port()}"),
        "secret": replace(access, secret="guessed"), "key": replace(access, key_id="AKIAGUESSED"),
    }[wrong]  # fmt: skip
    bucket = Bucket("recordings", given)
    says = pytest.raises(ConnectionError) if wrong == "away" else pytest.raises(PermissionError, match="GF_S3_SECRET")
    for asked in (
        lambda: bucket.put("t/1/a", lambda to: to.write(b"x")),
        lambda: bucket.open(f"t/1/{wrong}").__enter__(),
        lambda: bucket.delete(f"t/1/{wrong}"),
        lambda: list(bucket.keys("t/")),
    ):
        with says:
            asked()
    assert whole(right, f"t/1/{wrong}") == b"kept"
