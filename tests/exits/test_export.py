"""An export is everything, readable and provable without us, or it is nothing."""

from __future__ import annotations

import asyncio
import csv
import gzip
import hashlib
import json
import signal
from pathlib import Path

import asyncpg
import pyrage

from exits.service.tables import INSIDE
from kit.signing import DocumentSigner
from tests.exits.conftest import SOUND, Client, lines, verify
from tests.support.desks import EVENTS
from tests.support.house import KEYS


def keys_file(folder: Path) -> str:
    path = folder / "keys.json"
    path.write_text(json.dumps(DocumentSigner(bytes.fromhex(KEYS["GF_SIGNING_KEY"])).public_keys()))
    return str(path)


def attached_as_it_came(out: Path, client: Client) -> None:
    with (out / "attachments" / "index.csv").open() as file:
        (attached,) = csv.DictReader(file)
    assert (attached["name"], attached["state"]) == (f"{client.words.word('name of a file')}.txt", "whole")
    assert (out / attached["file"]).read_text() == client.words.word("attached file") * 9


async def test_everything_of_a_client_and_nothing_of_another(client: Client, tmp_path: Path) -> None:
    await client.keep_desk()
    code, said = await client.run("tenants", "export-data", "galaxy", "--to", str(tmp_path / "out"))
    assert code == 0, said
    out = tmp_path / "out"
    assert not (tmp_path / "out.part").exists()
    manifest = json.loads((out / "manifest.json").read_text())["signed"]
    tables = {path.stem for path in (out / "tables").glob("*.ndjson")}
    connection = await asyncpg.connect(client.house.admin_dsn)
    for table, number in manifest["tables"].items():
        sql = f"SELECT count(*) FROM gf.{table} WHERE tenant_id = $1"
        stored = await connection.fetchval(sql + " AND visibility <> 'internal'" * (table in INSIDE), client.tenant)
        if table in {"journal", "journal_head", "seal"}:
            continue
        assert len(lines(out / "tables" / f"{table}.ndjson")) == number == stored, table
        tables.discard(table)
    await connection.close()
    assert tables == set()
    (interaction, *_) = [row for row in lines(out / "tables" / "interaction.ndjson") if row["disposition"]]
    assert (interaction["note"], interaction["contact_number"][:9]) == (client.words.word("note"), "+86139555")
    orders = lines(out / "tables" / "work_order.ndjson")
    assert {order["title"] for order in orders} == {client.words.word("order title")}
    assert client.words.word("shared comment") in {
        c["body"] for c in lines(out / "tables" / "work_order_comment.ndjson")
    }
    (event, *_) = lines(out / "tables" / "webhook_event.ndjson")
    assert event["body"]["data"]["title"] == client.words.word("order title")
    opened = {line["seq"]: line["data"] for line in lines(out / "journal" / "opened.ndjson")}
    sealed = [fact for fact in lines(out / "journal" / "facts.ndjson") if fact["kind"] == "DispositionChosen"]
    assert sealed[0]["data"]["note"].startswith("gf1:")
    assert opened[sealed[0]["seq"]]["note"] == client.words.word("note")
    with (out / "recordings" / "index.csv").open() as file:
        desk, recording = sorted(csv.DictReader(file), key=lambda row: "_desktop_" not in row["file"])
    assert (out / recording["file"]).read_bytes() == SOUND
    assert (json.loads(gzip.decompress((out / desk["file"]).read_bytes())), desk["state"]) == (EVENTS, "whole")
    assert hashlib.sha256(SOUND).hexdigest() != recording["sha256"]
    attached_as_it_came(out, client)
    (spoken,) = (out / "prompts").iterdir()
    assert spoken.read_bytes().decode() == client.words.word("prompt's recording")
    assert recording["state"] == "changed", "the row's digest is of another sound, and that is said"
    every = b"".join(path.read_bytes() for path in out.rglob("*") if path.is_file())
    for word in (
        str(client.other),
        "whsec_",
        "@harbour.example",
        '"8007"',
        client.words.word("key server's secret"),
        client.words.word("internal comment"),
    ):
        assert word.encode() not in every, word
    assert every.count(b"gf1:") == (out / "journal" / "facts.ndjson").read_bytes().count(b"gf1:") + 1
    assert "ExportWritten" in await client.kinds()


async def test_the_checker_of_clients_passes_it_and_finds_what_was_changed(client: Client, tmp_path: Path) -> None:
    code, said = await client.run("tenants", "export-data", "galaxy", "--to", str(tmp_path / "out"))
    assert code == 0, said
    keys = keys_file(tmp_path)
    checked = verify("export", "--keys", keys, str(tmp_path / "out"))
    assert checked.returncode == 0, checked.stdout
    checked = verify("journal", "--keys", keys, str(tmp_path / "out" / "journal"))
    assert checked.returncode == 0, checked.stdout
    facts = tmp_path / "out" / "journal" / "facts.ndjson"
    facts.write_text(facts.read_text().replace("inbound", "outbond", 1))
    assert verify("export", "--keys", keys, str(tmp_path / "out")).returncode == 1
    assert verify("journal", "--keys", keys, str(tmp_path / "out" / "journal")).returncode == 1


async def test_a_client_with_a_key_of_its_own_gets_one_file_that_only_this_key_opens(
    client: Client, tmp_path: Path
) -> None:
    own, to = pyrage.x25519.Identity.generate(), tmp_path / "out.zip.age"
    code, said = await client.run("tenants", "key", "for-exports", "galaxy", str(own)[:-1])
    assert (code, "not kept" in said or "secret half" in said) == (1, True), said
    code, said = await client.run("tenants", "key", "for-exports", "galaxy", str(own.to_public()))
    assert code == 0, said
    process = client.start("tenants", "export-data", "galaxy", "--to", str(to))
    while not (part := tmp_path / "out.zip.age.part").exists():
        assert process.poll() is None
        await asyncio.sleep(0.01)
    process.kill()
    await asyncio.to_thread(process.finish)
    assert not to.exists()
    assert b"age-encryption.org/v1".startswith(part.read_bytes()[:20])
    code, said = await client.run("tenants", "export-data", "galaxy", "--to", str(to))
    assert code == 0, said
    assert not part.exists()
    for word in (client.words.word("note"), "manifest.json", "RIFF"):
        assert word.encode() not in to.read_bytes()
    (tmp_path / "out.zip").write_bytes(pyrage.decrypt(to.read_bytes(), [own]))
    assert verify("export", "--keys", keys_file(tmp_path), str(tmp_path / "out.zip")).returncode == 0
    (tmp_path / "next.age.part").write_bytes(b"a letter of mine")
    code, said = await client.run("tenants", "export-data", "galaxy", "--to", str(tmp_path / "next.age"))
    assert (code, (tmp_path / "next.age.part").read_bytes()) == (1, b"a letter of mine"), said


async def test_a_killed_export_leaves_nothing_that_passes_for_one(client: Client, tmp_path: Path) -> None:
    out, part = tmp_path / "out", tmp_path / "out.part"
    killed = 0
    for wait in (0.0, 0.02, 0.05, 0.1, 0.2):
        process = client.start("tenants", "export-data", "galaxy", "--to", str(out))
        for _ in range(400):
            if part.exists() or process.poll() is not None:
                break
            await asyncio.sleep(0.01)
        await asyncio.sleep(wait)
        process.kill()
        code, _ = await asyncio.to_thread(process.finish)
        if code == -signal.SIGKILL:
            killed += 1
            assert not out.exists()
            assert not (part / "manifest.json").exists() or (part / ".unfinished").exists()
        elif out.exists():
            break
    assert killed > 1
    if not out.exists():
        code, said = await client.run("tenants", "export-data", "galaxy", "--to", str(out))
        assert code == 0, said
    assert not part.exists()
    assert verify("export", "--keys", keys_file(tmp_path), str(out)).returncode == 0


async def test_a_folder_that_is_not_ours_is_left_alone(client: Client, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "letter.txt").write_text("mine")
    code, said = await client.run("tenants", "export-data", "galaxy", "--to", str(tmp_path / "out"))
    assert (code, (tmp_path / "out" / "letter.txt").read_text()) == (1, "mine"), said
    (tmp_path / "new.part").mkdir()
    (tmp_path / "new.part" / "letter.txt").write_text("mine")
    code, said = await client.run("tenants", "export-data", "galaxy", "--to", str(tmp_path / "new"))
    assert (code, (tmp_path / "new.part" / "letter.txt").read_text()) == (1, "mine"), said
    assert not (tmp_path / "new").exists()
    code, said = await client.run("tenants", "export-data", "nobody", "--to", str(tmp_path / "new"))
    assert code == 1
    assert "nobody" in said


async def test_without_the_keys_there_is_no_export(client: Client, tmp_path: Path) -> None:
    code, said = await client.run(
        "tenants", "export-data", "galaxy", "--to", str(tmp_path / "out"), GF_KEYS_FOLDER=str(tmp_path / "none")
    )
    assert code == 1, said
    assert "keys" in said
    assert not (tmp_path / "out").exists()
    assert not (tmp_path / "out.part").exists()
