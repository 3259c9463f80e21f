"""Tenants' keys: what they seal opens in its place only, and nowhere once they are destroyed."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st

from kit import vault
from kit.embedded.machine import free_port
from kit.errors import KeysAway, KeysDestroyed
from kit.keyserver import KeyServer
from kit.keystore import LocalKeyStore, Wrapped
from kit.secretbox import SecretBox
from kit.tenantkeys import ERASED, PREFIX, UNREADABLE, TenantKeys, UnknownKey
from kit.vault import Vault
from tests.support.house import TENANT_A, TENANT_B, House, fresh_vault

BOX = SecretBox(bytes(range(32)))
NOW = datetime(2026, 11, 22, tzinfo=UTC)
KEY_ID = uuid4()
KEYS = TenantKeys(TENANT_A, {KEY_ID: bytes(32)}, KEY_ID, b"index")


@given(st.text(), st.text(max_size=40))
def test_what_is_sealed_opens_in_its_place(text: str, where: str) -> None:
    sealed = KEYS.seal(text, where)
    assert sealed.startswith(PREFIX)
    assert KEYS.open(sealed, where) == text
    assert KEYS.seal(text, where) != sealed


def test_a_value_that_was_moved_or_changed_does_not_open() -> None:
    sealed = KEYS.seal("+8613812345678", "interaction|contact_number|1")
    assert KEYS.open(sealed, "interaction|contact_number|2") == UNREADABLE
    assert KEYS.open(sealed, "interaction|note|1") == UNREADABLE
    others = TenantKeys(TENANT_B, {KEY_ID: bytes(32)}, KEY_ID, None)
    assert others.open(sealed, "interaction|contact_number|1") == UNREADABLE
    wrong = TenantKeys(TENANT_A, {KEY_ID: b"\1" * 32}, KEY_ID, None)
    assert wrong.open(sealed, "interaction|contact_number|1") == UNREADABLE
    for n in range(len(PREFIX), len(sealed), 7):
        changed = sealed[:n] + ("A" if sealed[n] != "A" else "B") + sealed[n + 1 :]
        try:
            assert KEYS.open(changed, "interaction|contact_number|1") == UNREADABLE, n
        except UnknownKey:
            assert n < len(PREFIX) + 23
    for cut in (sealed[:-1], sealed[:20], PREFIX, PREFIX + "§"):
        assert KEYS.open(cut, "interaction|contact_number|1") == UNREADABLE
    assert KEYS.open("from before there were keys", "x") == "from before there were keys"


def test_destroyed_keys_read_as_erased_and_seal_nothing() -> None:
    gone = TenantKeys.gone(TENANT_A)
    assert gone.open(KEYS.seal("x", "y"), "y") == ERASED
    with pytest.raises(KeysDestroyed):
        gone.open_bytes(KEYS.seal_bytes(b"x", "y"), "y")
    with pytest.raises(KeysDestroyed):
        gone.seal("x", "y")


def test_blind_indexes_are_a_tenants_own() -> None:
    other = TenantKeys(TENANT_B, {}, None, b"other")
    assert KEYS.blind("+8613812345678", "contact_number") == KEYS.blind("+8613812345678", "contact_number")
    assert KEYS.blind("+8613812345678", "contact_number") != KEYS.blind("+8613812345678", "title")
    assert KEYS.blind("+8613812345678", "contact_number") != other.blind("+8613812345678", "contact_number")


# ------------------------------------------------------------------------------------------------------------ in files


@pytest.fixture
def store(tmp_path: Path) -> LocalKeyStore:
    return LocalKeyStore(tmp_path / "keys", BOX)


async def test_a_key_file_wraps_unwraps_rotates_and_retires(store: LocalKeyStore, tmp_path: Path) -> None:
    first = await store.wrap(TENANT_A, b"k" * 32, "w")
    file = tmp_path / "keys" / f"{TENANT_A}.key"
    assert (file.stat().st_mode & 0o777, file.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    assert await store.unwrap(TENANT_A, first, "w") == b"k" * 32
    newest = await store.rotate(TENANT_A)
    second = await store.wrap(TENANT_A, b"k" * 32, "w")
    assert second.key_id == newest != first.key_id
    assert await store.unwrap(TENANT_A, first, "w") == b"k" * 32
    await store.retire(TENANT_A, keep=[])
    assert await store.unwrap(TENANT_A, second, "w") == b"k" * 32
    with pytest.raises(KeysAway):
        await store.unwrap(TENANT_A, first, "w")
    with pytest.raises(KeysAway):
        await store.unwrap(TENANT_A, second, "another row")


async def test_two_processes_make_one_key(store: LocalKeyStore) -> None:
    wrapped = await asyncio.gather(*(store.wrap(TENANT_A, bytes([n]), "w") for n in range(16)))
    assert len({each.key_id for each in wrapped}) == 1
    assert [await store.unwrap(TENANT_A, each, "w") for each in wrapped] == [bytes([n]) for n in range(16)]


@pytest.mark.parametrize("damage", ["missing", "empty", "json", "another", "master"])
async def test_a_key_file_that_is_not_whole_is_never_made_anew(
    store: LocalKeyStore, tmp_path: Path, damage: str
) -> None:
    wrapped = await store.wrap(TENANT_A, b"k" * 32, "w")
    file = tmp_path / "keys" / f"{TENANT_A}.key"
    if damage == "missing":
        file.unlink()
    elif damage == "empty":
        file.write_bytes(b"")
    elif damage == "json":
        file.write_bytes(b"[]")
    elif damage == "another":
        await store.wrap(TENANT_B, b"k", "w")
        file.write_bytes((tmp_path / "keys" / f"{TENANT_B}.key").read_bytes())
    else:
        store = LocalKeyStore(tmp_path / "keys", SecretBox(b"\7" * 32))
    with pytest.raises(KeysAway):
        await store.unwrap(TENANT_A, wrapped, "w")


async def test_destroyed_is_for_ever_wherever_it_was_interrupted(store: LocalKeyStore, tmp_path: Path) -> None:
    wrapped = await store.wrap(TENANT_A, b"k" * 32, "w")
    file, tombstone = (tmp_path / "keys" / f"{TENANT_A}.{end}" for end in ("key", "destroyed"))
    kept = file.read_bytes()
    ids = await store.destroy(TENANT_A, NOW)
    assert ids == [wrapped.key_id]
    assert not file.exists()
    file.write_bytes(kept)  # killed after the tombstone, before the file was gone
    with pytest.raises(KeysDestroyed):
        await store.unwrap(TENANT_A, wrapped, "w")
    assert await store.destroy(TENANT_A, NOW) == ids
    assert not file.exists()
    with pytest.raises(KeysDestroyed):
        await store.wrap(TENANT_A, b"k", "w")
    assert json.loads(tombstone.read_bytes()) == {"at": NOW.isoformat(), "key_ids": ids}


# ------------------------------------------------------------------------------------------------------ in a database


@pytest.fixture
def own(house: House, tmp_path: Path) -> Iterator[Vault]:
    made = Vault(LocalKeyStore(tmp_path / "keys", BOX), BOX)
    vault.install(made)
    yield made
    fresh_vault()


def again(own: Vault) -> Vault:
    """Another process with the same folder."""
    return Vault(own.store, own.box)


async def test_the_first_keys_are_kept_only_when_they_are_stored(house: House, own: Vault) -> None:
    class Broken(Exception):
        pass

    async def fails() -> None:
        async with house.app.transaction(TENANT_A) as scope:
            await vault.sealing(scope)
            raise Broken

    with pytest.raises(Broken):
        await fails()
    async with house.app.transaction(TENANT_A) as scope:
        sealed = (await vault.sealing(scope)).seal("x", "y")
        assert (await vault.sealing(scope)).open(sealed, "y") == "x"
    async with house.worker.transaction(TENANT_A) as scope:
        assert (await again(own).keys(scope)).open(sealed, "y") == "x"
    async with house.app.transaction(TENANT_B) as scope:
        with pytest.raises(KeysAway):
            await vault.opened(scope, lambda keys: keys.open(sealed, "y"))


async def test_two_writers_at_once_make_one_pair_of_keys(house: House, own: Vault) -> None:
    async def write() -> str:
        async with house.app.transaction(TENANT_A) as scope:
            return (await again(own).keys(scope, sealing=True)).seal("x", "y")

    sealed = await asyncio.gather(*(write() for _ in range(6)))
    async with house.app.transaction(TENANT_A) as scope:
        keys = await own.keys(scope)
        assert {keys.open(each, "y") for each in sealed} == {"x"}
        assert len(await scope.fetch("SELECT id FROM gf.tenant_key WHERE tenant_id = $1", TENANT_A)) == 2


async def test_a_new_data_key_is_found_by_those_who_know_the_old_one(house: House, own: Vault) -> None:
    other = again(own)
    async with house.app.transaction(TENANT_A) as scope:
        old = (await own.keys(scope, sealing=True)).seal("old", "y")
    async with house.app.transaction(TENANT_A) as scope:
        assert (await other.keys(scope)).open(old, "y") == "old"
    async with house.app.transaction(TENANT_A) as scope:
        await scope.fetch("UPDATE gf.tenant_key SET retired_at = now() WHERE tenant_id = $1 AND purpose = 'data'",
                          TENANT_A)  # fmt: skip
        await own.add(scope)
    own.forget(TENANT_A)
    async with house.app.transaction(TENANT_A) as scope:
        keys = await own.keys(scope, sealing=True)
        new = keys.seal("new", "y")
        assert (keys.open(old, "y"), keys.open(new, "y")) == ("old", "new")
        assert await other.opened(scope, lambda known: (known.open(old, "y"), known.open(new, "y"))) == ("old", "new")


async def test_open_keys_live_five_minutes(house: House, own: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    async with house.app.transaction(TENANT_A) as scope:
        sealed = (await own.keys(scope, sealing=True)).seal("x", "y")
    await own.store.destroy(TENANT_A, NOW)
    async with house.app.transaction(TENANT_A) as scope:
        assert (await own.keys(scope)).open(sealed, "y") == "x"
    monkeypatch.setattr("kit.vault.LIFE_S", 0.0)
    async with house.app.transaction(TENANT_A) as scope:
        assert (await own.keys(scope)).open(sealed, "y") == ERASED
        with pytest.raises(KeysDestroyed):
            await vault.sealing(scope)


# ------------------------------------------------------------------------------------------- a client's own key server


def turned(text: str) -> str:
    """What this client's key does to a key."""
    return base64.b64encode(base64.b64decode(text)[::-1]).decode()


@dataclass
class Clients:
    """A key server as a client might write it."""

    mood: str = "well"
    asked: list[str] = field(default_factory=list)

    async def answer(self, request: web.Request) -> web.Response:
        self.asked.append(request.path)
        if request.headers.get("Authorization") != "Bearer s3cret":
            return web.Response(status=401)
        if self.mood == "slow":
            await asyncio.sleep(5)
        if self.mood != "well":
            answers = {
                "gone": web.Response(status=410),
                "broken": web.Response(text="{"),
                "list": web.json_response([]),
            }
            return answers.get(self.mood, web.Response(status=500))
        body = await request.json()
        if request.path == "/wrap":
            return web.json_response({"key_id": "clients-1", "wrapped": turned(body["key"])})
        return web.json_response({"key": turned(body["wrapped"])})


@asynccontextmanager
async def key_server() -> AsyncIterator[tuple[Clients, str]]:
    clients, port = Clients(), free_port()
    app = web.Application()
    app.router.add_post("/{what}", clients.answer)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    try:
        yield clients, f"http://127.0.0.1:{port}"
    finally:
        await runner.cleanup()


async def test_a_client_keeps_its_own_key(house: House, own: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    async with key_server() as (clients, url):
        secret = own.box.seal(b"s3cret", f"key_server|secret|{TENANT_A}")
        async with house.app.transaction(TENANT_A) as scope:
            await scope.fetch("INSERT INTO gf.key_server (tenant_id, url, secret) VALUES ($1, $2, $3)",
                              TENANT_A, url, secret)  # fmt: skip
        async with house.app.transaction(TENANT_A) as scope:
            sealed = (await vault.sealing(scope)).seal("x", "y")
            (row,) = await scope.fetch(
                "SELECT DISTINCT server_key_id FROM gf.tenant_key WHERE tenant_id = $1", TENANT_A
            )
            assert row["server_key_id"] == "clients-1"
        for mood in ("slow", "down", "broken", "list"):
            clients.mood = mood
            async with house.app.transaction(TENANT_A) as scope:
                assert (await own.keys(scope)).open(sealed, "y") == "x", "five minutes long it goes on"
                other = again(own)
                asked = len(clients.asked)
                for _ in range(3):
                    with pytest.raises(KeysAway):
                        await other.keys(scope)
                assert len(clients.asked) - asked <= 2, "a server that is away is not asked again at once"
            async with house.app.transaction(TENANT_B) as scope:
                assert (await vault.sealing(scope)).seal("x", "y"), "another client does not notice"
        clients.mood = "gone"
        async with house.app.transaction(TENANT_A) as scope:
            assert (await again(own).keys(scope)).open(sealed, "y") == ERASED
        clients.mood = "well"
        with pytest.raises(KeysAway):
            await KeyServer(url, "another").unwrap(TENANT_A, Wrapped("clients-1", b"x"), "y")
