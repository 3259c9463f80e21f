"""Recordings in a bucket whose store checks signatures: exported, held, deleted; and with a wrong key, or away."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from exits.service import holds
from exits.service.retention import Keeping, delete_old
from interactions.audio import where
from kit import sealedfile, vault
from kit.buckets import Access, Bucket
from kit.clock import now
from kit.embedded.machine import free_port
from kit.objects import Folder, Kept
from tests.exits.conftest import SOUND, Client
from tests.support.s3 import object_store

WHO = holds.Person("u1", "王经理")


@pytest.fixture
def access() -> Iterator[Access]:
    with object_store() as found:
        yield found


async def moved(client: Client, bucket: Bucket) -> tuple[UUID, UUID, str]:
    """Put the client's recording into the bucket instead of the folder; return it, its interaction and its key."""
    async with client.house.app.transaction(client.tenant) as scope:
        (row,) = await scope.fetch(
            "SELECT id, interaction_id, key FROM gf.recording WHERE tenant_id = $1", client.tenant
        )
        keys = await vault.sealing(scope)
    plain = client.data / "plain.wav"
    plain.write_bytes(SOUND)
    sealedfile.seal(plain, Kept(bucket, row["key"]), keys, where(row["id"]))
    plain.unlink()
    Folder(client.data / "recordings").delete(row["key"])
    return row["id"], row["interaction_id"], row["key"]


def environment(access: Access) -> dict[str, str]:
    return {
        "GF_RECORDINGS_BUCKET": "recordings/centre", "GF_S3_ENDPOINT": access.endpoint, "GF_S3_REGION": access.region,
        "GF_S3_KEY_ID": access.key_id, "GF_S3_SECRET": access.secret,
    }  # fmt: skip


async def test_what_lies_in_a_bucket_is_exported_held_and_deleted(
    client: Client, access: Access, tmp_path: Path
) -> None:
    bucket = Bucket("recordings/centre", access)
    _, interaction, key = await moved(client, bucket)
    export = ("tenants", "export-data", "galaxy", "--to", str(tmp_path / "out"))
    code, said = await client.run(*export, **environment(replace(access, secret="guessed")))
    assert code != 0
    assert "refuses our key" in said, said
    assert not (tmp_path / "out").exists(), "an export without its recordings is none"
    code, said = await client.run(*export, **environment(access))
    assert code == 0, said
    with (tmp_path / "out" / "recordings" / "index.csv").open() as file:
        (recording,) = csv.DictReader(file)
    assert (tmp_path / "out" / recording["file"]).read_bytes() == SOUND

    keeping, later = Keeping(client.house.worker, client.tenant, bucket), now() + timedelta(days=4000)
    async with client.house.app.transaction(client.tenant) as scope:
        assert await holds.hold(scope, [interaction], WHO, "the court asks for it", now()) == 1
    await delete_old(keeping, later)
    assert [found for found, _ in bucket.keys(f"t/{client.tenant}/")] == [key], "what is held stays"
    async with client.house.app.transaction(client.tenant) as scope:
        await holds.lift(scope, interaction, WHO, "the case is over now", now())
    away = Bucket("recordings/centre", replace(access, endpoint=f"http://127.0.0.1:{free_port()}"))
    with pytest.raises(ConnectionError):
        await delete_old(replace(keeping, recordings=away), later)
    assert "RecordingDeleted" not in await client.kinds(), "nothing is said to be deleted that is not"
    await delete_old(keeping, later)
    assert list(bucket.keys(f"t/{client.tenant}/")) == []
