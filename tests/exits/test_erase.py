"""An erasure destroys the keys first and everything after them, survives being killed, and proves what it did."""

from __future__ import annotations

import asyncio
import json
import secrets
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from exits.service.erase import STEPS
from interactions.audio import where
from journal import service as journal
from kit import sealedfile, vault
from kit.db import Database
from kit.embedded.postgres import EmbeddedPostgres
from kit.errors import KeysDestroyed
from kit.tenantkeys import ERASED, PREFIX
from tests.exits.conftest import Client, verify
from tests.exits.test_export import keys_file
from tests.support.commands import Command
from tests.support.house import INSTALLATION, fresh_vault
from webhooks.service.endpoints_of import open_secret
from workorders.core.doer import Doer
from workorders.core.states import Side
from workorders.service import Wanted, list_orders

PLANES = ("gf", "control")
_GATE = """
CREATE FUNCTION public.gate() RETURNS trigger LANGUAGE plpgsql AS
  $$ BEGIN PERFORM pg_advisory_xact_lock_shared(hashtext(OLD.step)); RETURN NEW; END $$;
CREATE TRIGGER gate BEFORE UPDATE ON control.erasure FOR EACH ROW EXECUTE FUNCTION public.gate();
"""
_AT_THE_GATE = "FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"


async def left(client: Client) -> dict[str, int]:
    """Rows of the tenant by table, in both schemas, by the superuser."""
    connection = await asyncpg.connect(client.house.admin_dsn)
    found = {}
    for schema in PLANES:
        for row in await connection.fetch(
            "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON"
            " a.attrelid = c.oid AND a.attname = 'tenant_id' WHERE n.nspname = $1 AND c.relkind IN ('r', 'p')"
            " AND NOT c.relispartition",
            schema,
        ):
            sql = f"SELECT count(*) FROM {schema}.{row['relname']} WHERE tenant_id = $1"
            if number := await connection.fetchval(sql, client.tenant):
                found[f"{schema}.{row['relname']}"] = number
    await connection.close()
    return found


class Gate:
    """Holds an erasure in one of its steps: it waits where it notes what it did, until it is killed there."""

    def __init__(self, connection: asyncpg.Connection[Any]) -> None:
        self._connection = connection

    @classmethod
    async def before(cls, client: Client) -> Gate:
        connection = await asyncpg.connect(client.house.admin_dsn)
        await connection.execute(_GATE)
        return cls(connection)

    async def shut(self, step: str) -> None:
        await self._connection.execute("SELECT pg_advisory_lock(hashtext($1))", step)

    async def reached(self) -> None:
        async with asyncio.timeout(60):
            while not await self._connection.fetchval(f"SELECT count(*) {_AT_THE_GATE}"):  # noqa: ASYNC110
                await asyncio.sleep(0.01)

    async def open(self, step: str) -> None:
        """Let nothing of the dead one happen any more, and the next one pass."""
        await self._connection.execute(f"SELECT pg_terminate_backend(pid, 10000) {_AT_THE_GATE}")
        await self._connection.execute("SELECT pg_advisory_unlock(hashtext($1))", step)

    async def close(self) -> None:
        await self._connection.execute("DROP FUNCTION public.gate() CASCADE")
        await self._connection.close()


async def leave(client: Client) -> None:
    code, said = await client.run("tenants", "leave", "galaxy", "--why", "the contract ended")
    assert code == 0, said


async def erase(client: Client, who: str, certificate: Path) -> tuple[int, str]:
    words = ("tenants", "erase", who, "--certificate", str(certificate), "--without-export", "--confirm", who)
    return await client.run(*words)


async def test_only_who_has_left_and_was_offered_its_data_is_erased(client: Client, tmp_path: Path) -> None:
    before = await left(client)
    certificate = tmp_path / "certificate.json"
    code, said = await erase(client, "galaxy", certificate)
    assert code == 1, said
    assert "leave galaxy" in said
    await leave(client)
    code, said = await client.run(
        "tenants", "erase", "galaxy", "--certificate", str(certificate), "--confirm", "galaxy"
    )
    assert code == 1, said
    assert "export" in said
    words = ("tenants", "erase", "galaxy", "--certificate", str(certificate), "--without-export", "--confirm", "galaxi")
    code, said = await client.run(*words)
    assert code == 1, said
    assert {k: v for k, v in (await left(client)).items() if "journal" not in k} == {
        k: v for k, v in before.items() if "journal" not in k
    }
    assert not certificate.exists()


@pytest.mark.timeout(900)  # eight processes, one after the other
async def test_an_erasure_that_is_killed_at_each_step_goes_on_and_ends_with_a_certificate(
    client: Client, tmp_path: Path
) -> None:
    await client.keep_desk()
    await leave(client)
    others = {k: v for k, v in (await _others(client)).items() if v}
    before = await left(client)
    certificate = tmp_path / "certificate.json"
    gate = await Gate.before(client)
    for step in STEPS:
        who = "galaxy" if step == STEPS[0] else str(client.tenant)
        await gate.shut(step)
        process = client.start("tenants", "erase", who, "--certificate", str(certificate), "--without-export",
                               "--confirm", who)  # fmt: skip
        seen = await asyncio.to_thread(_until, process, step)
        assert seen[-1:] == [step], seen
        await gate.reached()
        process.kill()
        await asyncio.to_thread(process.finish)
        await gate.open(step)
    await gate.close()
    code, said = await erase(client, str(client.tenant), certificate)
    assert code == 0 or certificate.exists(), said
    assert await left(client) == {"control.erasure": 1}
    checked = verify("certificate", "--keys", keys_file(tmp_path), str(certificate))
    assert checked.returncode == 0, checked.stdout
    signed = json.loads(certificate.read_text())["signed"]
    assert (signed["tenant"], signed["type"]) == (str(client.tenant), "glassfloor/erase-certificate/1")
    counted = {f"gf.{k}": v for k, v in signed["destroyed"]["tables"].items()}
    assert counted == {k: v for k, v in before.items() if k.startswith("gf.")}
    assert len(signed["destroyed"]["key_ids"]) == 1
    assert len(signed["destroyed"]["data_keys"]) == 2
    assert signed["destroyed"]["files"] == 3
    assert not list((client.data / "recordings").rglob("*.enc"))
    assert {k: v for k, v in (await _others(client)).items() if v} == others
    assert {"KeyDestroyed", "TenantErased"} <= set(await client.kinds(INSTALLATION))
    connection = await asyncpg.connect(client.house.admin_dsn)
    tombstone = await connection.fetchrow("SELECT * FROM control.tenant WHERE id = $1", client.tenant)
    people = await connection.fetchval("SELECT count(*) FROM control.\"user\" WHERE email LIKE '%galaxy%'")
    await connection.close()
    assert tombstone is not None
    assert (tombstone["state"], tombstone["name"], people) == ("erased", "erased", 0)
    code, said = await client.run("tenants", "resume", "galaxy")
    assert code == 1, said


async def test_a_backup_from_before_opens_nothing_that_was_sealed(
    client: Client, tmp_path: Path, postgres_server: EmbeddedPostgres
) -> None:
    (recording,) = (client.data / "recordings").rglob("*.wav")
    kept = recording.read_bytes()
    async with client.house.app.transaction(client.tenant) as scope:
        (row,) = await scope.fetch("SELECT id FROM gf.recording WHERE tenant_id = $1", client.tenant)
    await leave(client)
    await client.house.close()
    name = f"backup_{secrets.token_hex(4)}"
    copy = postgres_server.create_database(name, template=client.house.admin_dsn.rsplit("/", 1)[1].split("?")[0])
    code, said = await erase(client, "galaxy", tmp_path / "certificate.json")
    assert code == 0, said
    fresh_vault(tmp_path / "keys")
    plane = Database(copy, client.house.signer)
    try:
        async with plane.transaction(client.tenant) as scope:
            stored = [f for f in await journal.stored(scope, limit=10_000) if PREFIX in str(f.data)]
            assert len(stored) > 5
            opened = await journal.read(scope, limit=10_000)
            assert {f.data["note"] for f in opened if f.kind == "DispositionChosen"} == {ERASED}
            orders = await list_orders(scope, Wanted(), Doer(Side.TENANT, "user", "x", "x"))
            assert {(order["title"], order["description"]) for order in orders.data} == {(ERASED, ERASED)}
            keys = await vault.vault().keys(scope)
            hooks = await scope.fetch("SELECT id, secret FROM gf.webhook_endpoint WHERE tenant_id = $1", client.tenant)
            for hook in hooks:
                assert hook["secret"].startswith(PREFIX)
                with pytest.raises(KeysDestroyed):
                    open_secret(keys, hook["id"], hook["secret"])
            assert hooks
            rows = await scope.fetch("SELECT wrapped FROM gf.tenant_key WHERE tenant_id = $1", client.tenant)
            assert len(rows) == 2, "the wrapped keys are in the backup, and nothing unwraps them"
        recording.parent.mkdir(parents=True)
        recording.write_bytes(kept)
        with pytest.raises(KeysDestroyed):
            list(sealedfile.read(recording, keys, where(row["id"])))
        assert b"RIFF" not in kept
    finally:
        await plane.close()
        postgres_server.drop_database(name)


def _until(process: Command, step: str) -> list[str]:
    """Read what it says until it begins this step, or ends."""
    seen = []
    for line in process.stdout:
        seen.append(line.strip())
        if line.strip() == step:
            break
    return seen


async def _others(client: Client) -> dict[str, int]:
    """Rows of the other client by table."""
    return await left(Client(client.house, client.other, client.tenant, client.data, client.words, {}))
