"""Keys under way: rotated they open what they sealed, resealed nothing old is left; and time deletes recordings."""

from __future__ import annotations

from pathlib import Path

import pytest

from exits.service import keys
from interactions import service as interactions
from interactions.audio import where
from kit import sealedfile, vault
from kit.clock import now
from kit.keystore import Wrapped
from kit.tenantkeys import PREFIX
from tenants.core.masks import Shown
from tests.exits.conftest import SOUND, Client
from workorders.core.doer import Doer
from workorders.core.states import Side
from workorders.service import Wanted, list_orders

DOER = Doer(Side.TENANT, "user", "x", "x")


def recording(client: Client) -> Path:
    """The only recording's file."""
    (path,) = (client.data / "recordings").rglob("*.wav")
    return path


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
        path = recording(client)
        (row,) = await scope.fetch("SELECT id FROM gf.recording WHERE tenant_id = $1", client.tenant)
        opened_keys = await vault.opened(scope, lambda k: k.require(sealedfile.look(path).key_id or client.tenant))
        assert b"".join(sealedfile.read(path, opened_keys, where(row["id"]))) == SOUND


async def test_rotated_and_resealed_everything_still_reads(client: Client) -> None:
    by = keys.By("tests", now())
    await readable(client)
    async with client.house.app.transaction(client.tenant) as scope:
        (before, *_) = await scope.fetch("SELECT * FROM gf.tenant_key WHERE tenant_id = $1", client.tenant)
    own = vault.vault()
    data = await keys.rotate_data(own, client.house.app, client.tenant, by)
    await keys.rotate_tenant(own, client.house.app, client.tenant, by)
    await readable(client)
    with pytest.raises(Exception, match="not in the folder"):
        await own.store.unwrap(client.tenant, Wrapped(before["key_id"], bytes(before["wrapped"])), "x")
    changed = await keys.reseal(own, client.house.worker, client.tenant, client.data / "recordings")
    assert changed["work_order"] > 2
    assert changed["interaction"] > 2
    assert changed["webhook_event"] > 0
    await readable(client)
    async with client.house.app.transaction(client.tenant) as scope:
        newest = await own.keys(scope)
        assert newest.active == data
        for table, columns in keys.TEXTS.items():
            for row in await scope.fetch(
                f"SELECT {', '.join(columns)} FROM gf.{table} WHERE tenant_id = $1", client.tenant
            ):
                assert all(newest.is_newest(row[column]) for column in columns if row[column]), table
    again = await keys.reseal(own, client.house.worker, client.tenant, client.data / "recordings")
    assert set(again.values()) == {0}
    assert (await client.kinds()).count("KeyRotated") == 2


async def test_a_plain_recording_is_sealed_where_it_lies(client: Client) -> None:
    path = recording(client)
    path.write_bytes(SOUND)
    changed = await keys.reseal(vault.vault(), client.house.worker, client.tenant, client.data / "recordings")
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
