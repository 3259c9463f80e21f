"""Keys under way: rotated they open what they sealed, resealed nothing old is left; and time deletes recordings."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO, TypeVar
from uuid import UUID, uuid4

import pytest

from exits.service import keys, reseal, spent
from interactions import service as interactions
from interactions.audio import where
from kit import sealedfile, vault
from kit.clock import now
from kit.errors import KeysAway
from kit.keystore import LocalKeyStore, Wrapped
from kit.objects import Folder
from kit.sealedlines import LineSealer
from kit.tenantkeys import PREFIX, TenantKeys
from tenants.core.masks import Shown
from tests.exits.conftest import SOUND, Client, record
from workorders.core.doer import Doer
from workorders.core.states import Side
from workorders.service import Wanted, list_orders

T = TypeVar("T")
DOER = Doer(Side.TENANT, "user", "x", "x")


def recording(client: Client) -> Path:
    """The first recording's file."""
    return min((client.data / "recordings").rglob("*.wav"))


def places(client: Client) -> spent.Places:
    return spent.Places(client.data, Folder(client.data / "recordings"))


async def readable(client: Client) -> None:
    """Everything that was ever sealed or plain reads as it was written, and is found."""
    async with client.house.app.transaction(client.tenant) as scope:
        for filters in ({}, {"title": client.words.word("order title")}):
            orders = (await list_orders(scope, Wanted(filters), DOER)).data
            assert {order["title"] for order in orders} == {client.words.word("order title")}, filters
        rows = await scope.fetch("SELECT id, contact_number FROM gf.interaction WHERE tenant_id = $1", client.tenant)
        for row in rows:
            number, place = row["contact_number"], f"interaction|contact_number|{row['id']}"
            text = (await vault.opened(scope, lambda keys: keys)).open(number, place)
            found = await interactions.list_interactions(scope, interactions.Filters(text=text), shown=max(Shown))
            assert [each["id"] for each in found.rows] == [str(row["id"])]
        notes = {row["note"] for row in (await interactions.list_interactions(scope, interactions.Filters())).rows}
        assert client.words.word("note") in notes
        calls = "SELECT id, key FROM gf.recording WHERE tenant_id = $1 AND kind = 'call'"
        for row in await scope.fetch(calls, client.tenant):
            path = client.data / "recordings" / row["key"]
            key_id = sealedfile.look(path).key_id or client.tenant
            opened_keys = await vault.opened(scope, lambda k, one=key_id: k.require(one))  # type: ignore[misc]
            assert b"".join(sealedfile.read(path, opened_keys, where(row["id"]))) == SOUND


async def test_rotated_and_resealed_everything_still_reads(client: Client) -> None:
    by = keys.By("tests", now())
    desk = await client.keep_desk()
    await readable(client)
    async with client.house.app.transaction(client.tenant) as scope:
        (before, *_) = await scope.fetch("SELECT * FROM gf.tenant_key WHERE tenant_id = $1", client.tenant)
    own = vault.vault()
    data = await keys.rotate_data(own, client.house.app, client.tenant, by)
    await keys.rotate_tenant(own, client.house.app, client.tenant, by, client.data)
    await readable(client)
    with pytest.raises(Exception, match="not in the folder"):
        await own.store.unwrap(client.tenant, Wrapped(before["key_id"], bytes(before["wrapped"])), "x")
    changed = (await reseal.reseal(own, client.house.worker, client.tenant, Folder(client.data / "recordings"))).changed
    assert changed["work_order"] > 2
    assert changed["interaction"] > 2
    assert changed["webhook_event"] > 0
    assert changed["recording"] == 2
    assert changed["work_order_attachment"] == 2, "its name and its content"
    await readable(client)
    assert await client.desk_reads(desk)
    async with client.house.app.transaction(client.tenant) as scope:
        newest = await own.keys(scope)
        assert newest.active == data
        for table, columns in reseal.TEXTS.items():
            for row in await scope.fetch(
                f"SELECT {', '.join(columns)} FROM gf.{table} WHERE tenant_id = $1", client.tenant
            ):
                assert all(newest.is_newest(row[column]) for column in columns if row[column]), table
    again = await reseal.reseal(own, client.house.worker, client.tenant, Folder(client.data / "recordings"))
    assert (again.changed.total(), again.looked) == (0, again.total)
    for path in (recording(client), *(client.data / "recordings").rglob("*.enc")):
        assert sealedfile.look(path).key_id == data
    assert (await client.kinds()).count("KeyRotated") == 2


async def test_what_waits_in_a_spool_outlives_a_rotation(client: Client) -> None:
    own, by = vault.vault(), keys.By("tests", now())
    store = own.store
    assert isinstance(store, LocalKeyStore)
    sealer = LineSealer(store, client.tenant, "spool of main")
    spool = client.data / "spool" / f"main.{client.tenant}.jsonl"
    spool.parent.mkdir()
    lines = sealer.seal([b"a fact that waits"])
    spool.write_bytes(b"\n".join(lines) + b"\n")
    for _ in range(2):
        await keys.rotate_tenant(own, client.house.app, client.tenant, by, client.data)
        assert sealer.open(lines) == [b"a fact that waits"]
    spool.unlink()
    await keys.rotate_tenant(own, client.house.app, client.tenant, by, client.data)
    with pytest.raises(KeysAway):
        sealer.open(lines)


async def under(client: Client, *key_ids: UUID) -> dict[UUID, dict[str, int]]:
    async with client.house.worker.transaction(client.tenant) as scope:
        return await spent.counted(scope, places(client), list(key_ids))


async def test_an_old_key_goes_when_nothing_is_under_it_and_not_before(client: Client) -> None:
    own, worker, by = vault.vault(), client.house.worker, keys.By("tests", now())
    async with worker.transaction(client.tenant) as scope:
        first = (await own.keys(scope)).sealing_key()
    middle = await keys.rotate_data(own, client.house.app, client.tenant, by)
    newest = await keys.rotate_data(own, client.house.app, client.tenant, by)
    later = now() + timedelta(hours=2)
    held = await under(client, first, middle, newest)
    assert held[first]["journal"] > 3
    assert (held[first]["files"], held[first]["work_order"] > 0, held[middle]) == (2, True, {})
    assert await spent.destroy_spent(own, worker, client.tenant, places(client), now()) == {}, "not yet: GRACE"
    spool = client.data / "spool" / f"main.{client.tenant}.jsonl"
    spool.parent.mkdir()
    spool.write_text(json.dumps({"note": sealed_under(middle)}))
    assert set(await spent.destroy_spent(own, worker, client.tenant, places(client), later)) == {first, middle}
    async with worker.transaction(client.tenant) as scope:
        assert {row["id"] for row in await keys.status(scope)} >= {first, middle, newest}, "a file still needs it"
    spool.unlink()
    assert (await spent.destroy_spent(own, worker, client.tenant, places(client), later))[middle] == {}
    await reseal.reseal(own, worker, client.tenant, Folder(client.data / "recordings"))
    left = (await spent.destroy_spent(own, worker, client.tenant, places(client), later))[first]
    assert set(left) <= {"journal", "idempotency"}, "facts are never rewritten, and keep their key"
    assert left["journal"] > 3
    async with worker.transaction(client.tenant) as scope:
        data = {row["id"] for row in await keys.status(scope) if row["purpose"] == "data"}
    assert data == {first, newest}
    assert (await client.kinds()).count("DataKeyDestroyed") == 1
    await readable(client)


def sealed_under(key_id: UUID) -> str:
    return TenantKeys(key_id, {key_id: bytes(32)}, key_id, None).seal("x", "spool|x|x")


class Dying(Folder):
    """A folder into which the second file is not put: the process dies."""

    files = 0

    def put(self, key: str, write: Callable[[BinaryIO], T]) -> T:
        self.files += 1
        if self.files % 2 == 0:
            raise asyncio.CancelledError
        return super().put(key, write)


async def test_the_workers_round_is_killed_and_goes_on(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    own, worker, folder = vault.vault(), client.house.worker, Folder(client.data / "recordings")
    for _ in range(3):
        await another_recording(client)
    await keys.rotate_data(own, client.house.app, client.tenant, keys.By("tests", now()))
    assert not await reseal.visit(own, worker, client.tenant, folder), "not before every process heard of the key"
    monkeypatch.setattr(reseal, "LIFE_S", 0.0)
    monkeypatch.setattr(reseal, "LEASE_S", 0.0)
    for _ in range(3):
        with pytest.raises(asyncio.CancelledError):
            await reseal.visit(own, worker, client.tenant, Dying(folder.root))
        await readable(client)
    assert await reseal.visit(own, worker, client.tenant, folder)
    assert not await reseal.visit(own, worker, client.tenant, folder)
    async with worker.transaction(client.tenant) as scope:
        done, active = await reseal.under_way(scope), (await own.keys(scope)).active
    assert done is not None
    assert done["finished_at"] is not None
    assert done["looked"] == done["total"] > 8
    assert {sealedfile.look(path).key_id for path in folder.root.rglob("*.wav")} == {active}
    assert [path for path in folder.root.rglob("*") if path.is_file() and path.suffix == ".part"] == []
    await readable(client)


async def another_recording(client: Client) -> None:
    made, key = uuid4(), f"t/{client.tenant}/recordings/{uuid4()}.wav"
    async with client.house.app.transaction(client.tenant) as scope:
        await scope.fetch(
            "INSERT INTO gf.recording SELECT (jsonb_populate_record(r, jsonb_build_object('id', $2::uuid, 'key',"
            " $3::text))).* FROM gf.recording r WHERE tenant_id = $1 LIMIT 1",
            client.tenant, made, key,
        )  # fmt: skip
    await record(client, made, key)


async def test_a_plain_recording_is_sealed_where_it_lies(client: Client) -> None:
    path = recording(client)
    path.write_bytes(SOUND)
    changed = (
        await reseal.reseal(vault.vault(), client.house.worker, client.tenant, Folder(client.data / "recordings"))
    ).changed
    assert changed["recording"] == 1
    assert SOUND[:64] not in path.read_bytes()
    await readable(client)


async def test_the_commands_of_keys(client: Client) -> None:
    code, said = await client.run("tenants", "key", "rotate", "galaxy")
    assert code == 0, said
    code, said = await client.run("tenants", "key", "status", "galaxy")
    assert code == 0, said
    assert (said.count("in use"), said.count("opens only")) == (2, 1), said
    code, said = await client.run("tenants", "key", "reseal", "galaxy")
    assert code == 0, said
    code, said = await client.run("tenants", "key", "reseal", "galaxy")
    assert "work_order: 0" in said
    assert PREFIX not in said
