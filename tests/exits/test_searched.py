"""An export of what a search found: fixed when it is asked for, and the same after its builder was killed."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import os
import zipfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg

from exits.searched import service
from exits.searched.build import Job
from exits.searched.service import Asker, Wish
from exits.searched.tasks import SearchBuilder
from exits.service.exports import key_of, where
from exits.tasks import Tenant
from interactions.service import Filters
from kit import sealedfile, vault
from kit.clock import now
from kit.ids import new_id
from kit.objects import Folder
from kit.signing import DocumentSigner
from tenants.core.masks import Shown
from tests.exits.conftest import SOUND, Client, record, verify
from tests.exits.test_export import keys_file
from tests.support.house import KEYS

WHO = Asker("user", "11111111-1111-7111-8111-111111111111", "王经理")
MORE = """
WITH made AS (INSERT INTO gf.interaction
  SELECT (jsonb_populate_record(NULL::gf.interaction, to_jsonb(i) || jsonb_build_object(
    'id', uuidv7(), 'note', NULL, 'contact_number', NULL, 'tagged', 1))).*
  FROM gf.interaction i, generate_series(1, $2)
  WHERE i.id = (SELECT interaction_id FROM gf.recording WHERE tenant_id = $1 AND kind <> 'desktop' LIMIT 1)
  RETURNING id)
INSERT INTO gf.recording SELECT (jsonb_populate_record(NULL::gf.recording, to_jsonb(r) || jsonb_build_object(
  'id', m.id, 'interaction_id', m.id, 'key', 't/' || tenant_id || '/call/2026/11/' || m.id || '.enc',
  'media', 'audio/flac'))).*
FROM (SELECT * FROM gf.recording WHERE tenant_id = $1 AND kind <> 'desktop' LIMIT 1) r, made m
RETURNING id, key
"""


def wish(wants: tuple[str, ...] = service.WANTS, **filters: Any) -> Wish:
    head = [["Filter", "everything"], ["Times in", "Asia/Shanghai (GMT+8)"], ["Rows", "?"], []]
    told_of = {"filters": {}, "named": [], "zone": "Asia/Shanghai", "columns": ["started", "id"], "head": head,
               "titles": ["Started", "Id"]}  # fmt: skip
    return Wish(new_id(), wants, Filters(**filters), Shown.MASKED, "the works council asked for it", told_of)


async def more(client: Client, number: int) -> list[tuple[UUID, Path]]:
    """Give the client so many more conversations with sounds; return their ids, newest first, and the files."""
    admin = await asyncpg.connect(client.house.admin_dsn)
    rows = await admin.fetch(MORE, client.tenant, number)
    await admin.close()
    for row in rows:
        await record(client, row["id"], row["key"])
    folder = client.data / "recordings"
    return sorted(((UUID(str(row["id"])), folder / row["key"]) for row in rows), reverse=True)


async def asked(client: Client, what: Wish, who: Asker = WHO) -> UUID:
    async with client.house.app.transaction(client.tenant) as scope:
        return await service.ask(scope, what, who, now())


async def row_of(client: Client, export: UUID) -> dict[str, Any]:
    async with client.house.app.transaction(client.tenant) as scope:
        (row,) = await scope.fetch(
            "SELECT * FROM gf.search_export WHERE tenant_id = $1 AND id = $2", client.tenant, export
        )
    return dict(row)


async def until(holds: Callable[[], Awaitable[Any]]) -> None:
    async with asyncio.timeout(120):
        while not await holds():  # noqa: ASYNC110 - another process brings it about
            await asyncio.sleep(0.05)


class Interrupted(SearchBuilder):
    """A builder to which something happens between writing and finishing."""

    meanwhile: Callable[[], Awaitable[None]] | None = None

    async def _is_whole(self, tenant: Tenant, job: Job) -> bool:
        if self.meanwhile is not None:
            act, self.meanwhile = self.meanwhile, None
            await act()
        return await super()._is_whole(tenant, job)


def builder_of(client: Client) -> Interrupted:
    signer = DocumentSigner(bytes.fromhex(KEYS["GF_SIGNING_KEY"]))
    return Interrupted(client.house.worker, signer, client.data, Folder(client.data / "recordings"))


async def finished(client: Client, export: UUID) -> None:
    """Let the lease of the killed builder run out: not before does another one take over, and it builds the rest."""
    other, tenant = builder_of(client), Tenant(client.tenant, "galaxy", "银河商城")
    await other.visit(tenant)
    assert (await row_of(client, export))["attempts"] == 1
    admin = await asyncpg.connect(client.house.admin_dsn)
    await admin.execute("UPDATE gf.search_export SET lease_until = now() WHERE id = $1", export)
    await admin.close()
    await other.visit(tenant)
    row = await row_of(client, export)
    assert (row["state"], row["attempts"], row["ids"], row["done"]) == ("built", 2, [], row["total"])


async def opened(client: Client, export: UUID, to: Path) -> tuple[zipfile.ZipFile, dict[str, Any]]:
    """Return the built file, as it is fetched, and what its manifest says."""
    async with client.house.app.transaction(client.tenant) as scope:
        keys = await vault.sealing(scope)
    path = client.data / "exports" / key_of(client.tenant, export)
    await asyncio.to_thread(lambda: to.write_bytes(b"".join(sealedfile.read(path, keys, where(export)))))
    made = zipfile.ZipFile(to)
    assert made.testzip() is None
    return made, json.loads(made.read("manifest.json"))["signed"]


async def test_the_export_of_a_killed_worker_goes_on_in_another(client: Client, tmp_path: Path) -> None:
    """The fourth sound is a pipe that nobody writes: the builder hangs there, surely, until it is killed."""
    made = await more(client, 6)
    export = await asked(client, wish())
    await more(client, 1)  # later ones are not in it
    hung = made[3][1]
    kept = hung.rename(hung.with_suffix(".kept"))
    os.mkfifo(hung)
    worker = client.start("worker")
    parts = client.data / "exports" / "t" / str(client.tenant)

    async def three_are_written() -> bool:
        assert worker.poll() is None
        return any(path.stat().st_size > 3 * len(SOUND) for path in parts.glob(f"{export}.*.part"))

    await until(three_are_written)
    row = await row_of(client, export)
    assert (row["state"], row["found"], row["recipient"]) == ("building", 8, None)
    worker.kill()
    await asyncio.to_thread(worker.finish)
    hung.unlink()
    kept.rename(hung)
    for _, path in made[:2]:
        path.unlink()  # what was written is taken over, not read again
    await finished(client, export)
    file, manifest = await opened(client, export, tmp_path / "out.zip")
    listed = list(csv.reader(io.StringIO(text(file, "interactions.csv"))))
    ids = [line[1] for line in listed[5:]]
    assert len(ids) == len(set(ids)) == 8
    assert {str(each) for each, _ in made} < set(ids)
    assert listed[5][0].endswith("+08:00")
    facts = [json.loads(line) for line in file.read("facts.ndjson").splitlines()]
    assert [each["interaction"] for each in facts] == ids
    (silent,) = set(ids) - {each["interaction"] for each in csv.DictReader(io.StringIO(text(file, "recordings.csv")))}
    index = list(csv.DictReader(io.StringIO(text(file, "recordings.csv"))))
    assert [each["interaction"] for each in index] == [each for each in ids if each != silent]
    assert all(file.read(each["file"]) == SOUND for each in index)
    assert (manifest["found"], manifest["recordings"], manifest["deleted_meanwhile"]) == (8, 7, [])
    assert verify("export", "--keys", keys_file(tmp_path), str(tmp_path / "out.zip")).returncode == 0
    kinds = await client.kinds()
    assert kinds.count("RecordingExported") == 7, "each once, in the built file only"
    assert kinds.count("SearchExportBuilt") == 1
    assert not list(parts.glob("*.part"))


def text(file: zipfile.ZipFile, name: str) -> str:
    return file.read(name).decode("utf-8-sig")


async def test_what_is_deleted_meanwhile_cancelled_over_or_asked_for_twice(client: Client, tmp_path: Path) -> None:
    made = await more(client, 3)
    builder, tenant = builder_of(client), Tenant(client.tenant, "galaxy", "银河商城")
    admin = await asyncpg.connect(client.house.admin_dsn)

    async def erase(each: UUID) -> None:
        await admin.execute("DELETE FROM gf.recording WHERE interaction_id = $1", each)
        await admin.execute("DELETE FROM gf.interaction WHERE id = $1", each)

    what = wish()
    export = await asked(client, what)
    assert await asked(client, what) == export, "the same form twice"
    await erase(made[0][0])
    builder.meanwhile = lambda: erase(made[1][0])
    await builder.visit(tenant)
    file, manifest = await opened(client, export, tmp_path / "one.zip")
    gone = {str(made[0][0]), str(made[1][0])}
    assert (set(manifest["deleted_meanwhile"]), manifest["found"], manifest["conversations"]) == (gone, 5, 3)
    assert not any(
        each.encode() in file.read(name) for each in gone for name in file.namelist() if name != "manifest.json"
    )
    assert (await row_of(client, export))["gone"] == 2
    # cancelled while it is built
    export = await asked(client, wish(("csv", "recordings")))

    async def cancel() -> None:
        async with client.house.app.transaction(client.tenant) as scope:
            assert await service.cancel(scope, export, WHO, now()) == "cancelled"

    builder.meanwhile = cancel
    await builder.visit(tenant)
    assert (await row_of(client, export))["state"] == "cancelled"
    assert not list((client.data / "exports").rglob(f"{export}*"))
    # over: the file goes
    await admin.execute(
        "UPDATE gf.search_export SET expires_at = now() WHERE tenant_id = $1 AND state = 'built'", client.tenant
    )
    await builder.visit(tenant)
    assert not [path for path in (client.data / "exports").rglob("*") if path.is_file()]
    kinds = await client.kinds()
    assert (kinds.count("RecordingExported"), kinds.count("SearchExportDeleted")) == (2, 1)
    await admin.close()
