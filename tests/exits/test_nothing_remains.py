"""After an erasure somebody with every password searches every table, file and Redis key for anything of the client."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import pytest
from redis.asyncio import Redis

from exits.service import orders, plain_facts
from exits.service.remains import Disks
from kit.clock import now
from kit.db import Database
from kit.embedded.postgres import EmbeddedPostgres
from kit.secretbox import SecretBox
from placements import service
from placements.move import Report
from placements.service import House as Installation
from placements.service import Order
from tenants.placements import Planes
from tests.exits.conftest import Client, verify
from tests.exits.test_erase import erase, leave, left
from tests.exits.test_export import keys_file
from tests.support.house import KEYS, TODAY

NAME, PEOPLE = "银河商城", ("wang@galaxy.example", "王经理", "sun@galaxy.example", "孙琳", "it@galaxy.example")
TEXTS = ("galaxy", "您好，欢迎致电", "查询订单和物流", "退换货")


@dataclass
class Search:
    """Words of the client, and everything in which they were found."""

    words: tuple[str, ...]

    def hits(self, content: str | bytes) -> set[str]:
        text = content.decode("utf-8", "replace") if isinstance(content, bytes) else content
        return {word for word in self.words if word in text}

    async def tables(self, dsn: str) -> dict[str, set[str]]:
        """Every row of every table of a database, but the catalogue's own."""
        connection = await asyncpg.connect(dsn)
        found: dict[str, set[str]] = {}
        names = await connection.fetch(
            "SELECT n.nspname || '.' || quote_ident(c.relname) AS name FROM pg_class c JOIN pg_namespace n"
            " ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition"
            " AND n.nspname NOT IN ('pg_catalog', 'information_schema')"
        )
        assert len(names) > 40
        for row in names:
            lines = await connection.fetch(f"SELECT r::text AS line FROM {row['name']} r")
            if hit := {word for line in lines for word in self.hits(line["line"])}:
                found[row["name"]] = hit
        await connection.close()
        return found

    def files(self, *folders: Path) -> dict[str, set[str]]:
        return {
            str(path): hit
            for folder in folders
            for path in folder.rglob("*")
            if (hit := self.hits(str(path)) | (self.hits(path.read_bytes()) if path.is_file() else set()))
        }

    async def redis(self, url: str) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        redis = Redis.from_url(url)
        async for key in redis.scan_iter():
            if hit := self.hits(key) | self.hits(repr(await _value(redis, key)).encode()):
                found[key.decode()] = hit
        await redis.aclose()
        return found


async def _value(redis: Redis, key: bytes) -> Any:
    kind = (await redis.type(key)).decode()  # type: ignore[union-attr] # bytes, as it was not told to decode
    reading: dict[str, Callable[[bytes], Any]] = {
        "string": redis.get, "hash": redis.hgetall, "set": redis.smembers, "stream": redis.xrange,
        "list": lambda k: redis.lrange(k, 0, -1), "zset": lambda k: redis.zrange(k, 0, -1),
    }  # fmt: skip
    return await reading[kind](key) if kind in reading else None


@pytest.fixture
async def planted(client: Client) -> tuple[Client, Search]:
    """Everything that the fixtures write, and what other processes leave on disks and in Redis."""
    number = client.words.number()
    words = [word for word, kind in client.words.kinds.items() if kind != "e-mail"]
    search = Search((*words, NAME, *PEOPLE, *TEXTS))
    for name in (
        f"spool/main.{client.tenant}.jsonl", f"prompts/t/{client.tenant}/1.wav", "prompts/shared.wav",
        f"simulator/call_{client.tenant}_{uuid4()}_{uuid4()}.wav", f"exports/t/{client.tenant}/{uuid4()}.part",
        f"engine/deep/voicemail_{client.tenant}_{uuid4()}_{uuid4()}.wav",
    ):  # fmt: skip
        (client.data / name).parent.mkdir(parents=True, exist_ok=True)
        (client.data / name).write_text(json.dumps({"number": number, "of": NAME}, ensure_ascii=False))
    redis = Redis.from_url(client.environment["REDIS_URL"])
    await redis.xadd(f"t:{client.tenant}:journal", {"from": number})
    await redis.hset(f"t:{client.tenant}:rate:key:read", "from", number)
    await redis.aclose()
    connection = await asyncpg.connect(client.house.admin_dsn)
    await connection.execute(
        "INSERT INTO control.onboarding (id, name, content, answers, done, version, started_at, started_by, saved_at,"
        " saved_by, tenant_id) VALUES ($1, $2, $3, '{}', '{}', 1, now(), 'x', now(), 'x', $4)",
        uuid4(), NAME, json.dumps({"people": PEOPLE}), client.tenant,
    )  # fmt: skip
    await connection.close()
    return client, search


def _folders(client: Client) -> Iterator[Path]:
    yield client.data
    yield Path(client.environment["GF_KEYS_FOLDER"])


async def test_nothing_of_an_erased_client_is_found_anywhere(planted: tuple[Client, Search], tmp_path: Path) -> None:
    client, search = planted
    engine = str(client.data / "engine")
    assert len(await search.tables(client.house.admin_dsn)) > 20, "the search finds what is there"
    assert len(search.files(*_folders(client))) >= 6
    assert len(await search.redis(client.environment["REDIS_URL"])) == 2
    client.environment["GF_ENGINE_RECORDINGS"] = engine
    await leave(client)
    house, why = orders.House(client.house.control, client.house.app), "The contract ended in October"
    await orders.ask(house, orders.Staff("1", "Daniel Tse"), "galaxy", why, now())
    code, said = await client.run("tenants", "erase-due")
    assert (code, await left(client) != {}, "erased" in said) == (0, True, False), "one person is not two"
    await orders.confirm(house, orders.Staff("2", "Ines Kwok"), client.tenant, "galaxy", (now(), timedelta(0)))
    code, said = await client.run("tenants", "erase-due", "--certificates", str(tmp_path / "done"))
    assert code == 0, said
    (tmp_path / "done" / f"erasure-{client.tenant}.json").rename(tmp_path / "certificate.json")
    assert json.loads(await orders.certificate(client.house.control, client.tenant))["signed"]["tenant"]
    assert await search.tables(client.house.admin_dsn) == {}
    assert search.files(*_folders(client)) == {}
    assert await search.redis(client.environment["REDIS_URL"]) == {}
    signed = json.loads((tmp_path / "certificate.json").read_text())["signed"]
    assert signed["destroyed"]["files"] == 7
    assert [signed["destroyed"]["order"][who] for who in ("asked", "confirmed")] == ["Daniel Tse", "Ines Kwok"]
    assert signed["destroyed"]["database"] == {"kind": "shared", "server": "", "rows": "deleted"}
    assert engine in signed["destroyed"]["places"]
    assert Disks(list(_folders(client)), tmp_path / "none").count(client.tenant)[0] == 1, "the tombstone of its keys"


@pytest.fixture
async def own(client: Client, postgres_server: EmbeddedPostgres) -> tuple[Client, str]:
    """The client in a database of its own, and that database's administrative address."""
    dsn = postgres_server.create_database(f"own_{secrets.token_hex(6)}")
    box = SecretBox(bytes.fromhex(KEYS["GF_MASTER_KEY"]))
    planes = Planes(Database(client.house.dsns["gf_app"], client.house.signer), client.house.control, box, "app")

    async def ring() -> None:
        planes.look_again()

    installation = Installation(client.house.dsns["gf_migrator"], box, planes, ring, TODAY)
    await service.move(installation, Order(client.tenant, "tests", dsn), Report())
    await planes.close()
    return client, dsn


async def test_a_client_in_its_own_database_is_erased_there(own: tuple[Client, str], tmp_path: Path) -> None:
    client, dsn = own
    search = Search((*(w for w, kind in client.words.kinds.items() if kind != "e-mail"), NAME, *PEOPLE))
    assert len(await search.tables(dsn)) > 10
    await leave(client)
    code, said = await erase(client, "galaxy", tmp_path / "certificate.json")
    assert code == 0, said
    assert await search.tables(dsn) == {}
    assert await search.tables(client.house.admin_dsn) == {}
    connection = await asyncpg.connect(client.house.admin_dsn)
    assert await connection.fetchval("SELECT count(*) FROM deploy.placement") == 0, "nobody keeps its password"
    await connection.close()
    found = json.loads((tmp_path / "certificate.json").read_text())["signed"]["destroyed"]
    assert (found["database"]["kind"], found["database"]["rows"]) == ("dedicated", "deleted")
    assert found["tables"]["journal"] > 5


async def test_a_database_that_is_away_or_was_given_back_stands_in_the_certificate(
    own: tuple[Client, str], tmp_path: Path, postgres_server: EmbeddedPostgres
) -> None:
    client, dsn = own
    certificate, name = tmp_path / "certificate.json", dsn.rsplit("/", 1)[1].split("?")[0]
    await leave(client)
    postgres_server.drop_database(name)
    code, said = await erase(client, "galaxy", certificate)
    assert code == 1, said
    assert not certificate.exists()
    code, said = await client.run("tenants", "key", "status", "harbour-light")
    assert code == 0, said
    words = ("tenants", "erase", "galaxy", "--confirm", "galaxy", "--certificate", str(certificate), "--database-away")
    code, said = await client.run(*words)
    assert code == 0, said
    signed = json.loads(certificate.read_text())["signed"]
    assert verify("certificate", "--keys", keys_file(tmp_path), str(certificate)).returncode == 0
    assert signed["destroyed"]["database"]["rows"] == "not_reached"
    assert signed["destroyed"]["database"]["server"].endswith(name)
    assert "was not reached" in signed["meaning"]
    assert len(signed["destroyed"]["key_ids"]) == 1
    assert await left(client) == {"control.erasure": 1}


async def test_facts_from_before_there_were_keys_are_found_and_stand_in_the_certificate(
    client: Client, tmp_path: Path
) -> None:
    admin = await asyncpg.connect(client.house.admin_dsn)
    assert await plain_facts.count(admin.fetch, client.tenant) == 0
    await admin.execute(
        "UPDATE gf.journal SET data = jsonb_set(data, '{note}', '\"as it was\"') WHERE tenant_id = $1"
        " AND kind = 'DispositionChosen'",
        client.tenant,
    )
    plain = await admin.fetchval(
        "SELECT count(*) FROM gf.journal WHERE tenant_id = $1 AND kind = 'DispositionChosen'", client.tenant
    )
    assert await plain_facts.count(admin.fetch, client.tenant) == plain > 0
    await admin.close()
    code, said = await client.run("tenants", "key", "status", "galaxy")
    assert (code, f"{plain} facts" in said) == (0, True), said
    await leave(client)
    code, said = await erase(client, "galaxy", tmp_path / "certificate.json")
    assert code == 0, said
    assert json.loads((tmp_path / "certificate.json").read_text())["signed"]["destroyed"]["plain_facts"] == plain
