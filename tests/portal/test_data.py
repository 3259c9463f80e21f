"""A client takes its data along: one manager asks, another approves, they fetch one file that the checker passes."""

from __future__ import annotations

import asyncio
import json
import zipfile
from io import BytesIO
from pathlib import Path
from uuid import UUID, uuid4

import aiohttp
import pyrage
import pytest

from exits.tasks import Builder, Tenant
from journal import seals
from journal import service as journal
from kit.objects import Folder
from kit.signing import DocumentSigner
from tests.exits.conftest import verify
from tests.support.house import KEYS
from tests.support.site import Site

PAGE = "/settings/data"


async def second_manager(site: Site, code: str) -> str:
    email = f"second@{code}.example"
    pool = await site.house.control.pool()
    user = await pool.fetchval(
        'INSERT INTO control."user" (id, email, name) VALUES ($1, $2, $3) RETURNING id', uuid4(), email, "Second"
    )
    await pool.execute(
        "INSERT INTO control.membership (user_id, tenant_id, role) VALUES ($1, $2, 'client_manager')",
        user, site.tenants[code],
    )  # fmt: skip
    return email


async def managers(site: Site) -> tuple[aiohttp.ClientSession, aiohttp.ClientSession]:
    first = await site.person((await site.people("galaxy"))["client_manager"], "galaxy")
    return first, await site.person(await second_manager(site, "galaxy"), "galaxy")


async def send(who: aiohttp.ClientSession, path: str) -> int:
    async with who.post(path, allow_redirects=False, headers={"Accept": "text/html"}) as answer:
        return answer.status


async def exports(site: Site) -> list[dict[str, object]]:
    async with site.house.app.transaction(site.tenants["galaxy"]) as scope:
        rows = await scope.fetch("SELECT * FROM gf.export WHERE tenant_id = $1 ORDER BY id DESC", scope.tenant_id)
    return [dict(row) for row in rows]


def builder(site: Site) -> Builder:
    data = site.settings.data_folder
    signer = DocumentSigner(bytes.fromhex(KEYS["GF_SIGNING_KEY"]))
    return Builder(site.house.worker, signer, data, Folder(data / "recordings"))


async def build(site: Site) -> None:
    await seals.seal_new(site.house.sealer, site.tenants["galaxy"])
    await builder(site).visit(Tenant(site.tenants["galaxy"], "galaxy", "Galaxy"))


async def ready(site: Site, first: aiohttp.ClientSession, second: aiohttp.ClientSession) -> str:
    assert await send(first, f"{PAGE}/exports") == 303
    (export, *_) = await exports(site)
    assert await send(second, f"{PAGE}/exports/{export['id']}/approve") == 303
    await build(site)
    assert (await exports(site))[0]["state"] == "built"
    return str(export["id"])


async def test_two_managers_take_everything_along(site: Site, tmp_path: Path) -> None:
    first, second = await managers(site)
    async with first.get(f"{PAGE}?lang=en") as answer:
        assert answer.status == 200
        assert "Ask for an export" in await answer.text()
    assert await send(first, f"{PAGE}/exports") == 303
    assert await send(second, f"{PAGE}/exports") == 409, "one at a time"
    export = str((await exports(site))[0]["id"])
    assert await send(first, f"{PAGE}/exports/{export}/approve") == 403, "nobody approves what they asked for"
    async with first.get(f"{PAGE}/exports/{export}/file") as answer:
        assert answer.status == 409
    await build(site)
    assert (await exports(site))[0]["state"] == "asked"
    assert await send(second, f"{PAGE}/exports/{export}/approve") == 303
    assert await send(second, f"{PAGE}/exports/{export}/approve") == 409
    await build(site)
    sealed = next((site.settings.data_folder / "exports").rglob("*.enc"))
    assert [p.name for p in sealed.parent.iterdir()] == [sealed.name]
    assert b"PK\x03\x04" not in sealed.read_bytes()[:4096]
    async with second.get(f"{PAGE}/exports/{export}/file") as answer:
        assert (answer.status, answer.content_type) == (200, "application/zip")
        content = await answer.read()
    async with second.get(f"{PAGE}/exports/{export}/file", headers={"Range": "bytes=10-19"}) as answer:
        assert (answer.status, await answer.read()) == (206, content[10:20])
    (tmp_path / "export.zip").write_bytes(content)
    async with first.get("/.well-known/glassfloor-keys.json") as answer:
        (tmp_path / "keys.json").write_bytes(await answer.read())
    checked = verify("export", "--keys", str(tmp_path / "keys.json"), str(tmp_path / "export.zip"))
    assert checked.returncode == 0, checked.stdout
    with zipfile.ZipFile(BytesIO(content)) as file:
        assert json.loads(file.read("manifest.json"))["signed"]["code"] == "galaxy"
        file.extractall(tmp_path / "out")
    checked = verify("journal", "--keys", str(tmp_path / "keys.json"), str(tmp_path / "out" / "journal"))
    assert checked.returncode == 0, checked.stdout
    async with site.house.app.transaction(site.tenants["galaxy"]) as scope:
        kinds = [fact.kind for fact in await journal.history(scope, UUID(export))]
    assert kinds == ["ExportAsked", "ExportApproved", "ExportBuilt", "ExportFetched"]


async def test_an_export_to_the_clients_own_key_is_never_in_the_clear(site: Site, tmp_path: Path) -> None:
    first, second = await managers(site)
    own = pyrage.x25519.Identity.generate()
    public, headers = str(own.to_public()), {"Accept": "text/html"}
    typo = public[:-1] + ("q" if public[-1] != "q" else "p")
    for wrong, kept in ((typo, True), ("ssh-ed25519 AAAA", True), (str(own), False), ("age1" * 900, True), ("", True)):
        async with first.post(f"{PAGE}/key", data={"key": wrong}, headers=headers) as answer:
            assert answer.status == 422
            assert not wrong or (wrong[:2000] in await answer.text()) == kept
    async with first.post(f"{PAGE}/key", data={"key": f"# public key: {public}"}, allow_redirects=False) as answer:
        assert answer.status == 303
    folder, seen = site.settings.data_folder / "exports", bytearray()
    assert await send(first, f"{PAGE}/exports") == 303
    export = str((await exports(site))[0]["id"])
    assert await send(second, f"{PAGE}/key/forget") == 303, "what was asked for keeps its key"
    assert await send(second, f"{PAGE}/exports/{export}/approve") == 303
    building = asyncio.create_task(build(site))
    while not building.done():
        seen += b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
        await asyncio.sleep(0.005)
    await building
    assert b"age-encryption.org/v1" in seen, "the unfinished file was looked at"
    assert b"README.txt" not in seen
    assert b"PK\x03\x04" not in seen
    async with second.get(f"{PAGE}/exports/{export}/file") as answer:
        assert answer.headers["Content-Disposition"].endswith('.zip.age"')
        content = await answer.read()
    with pytest.raises(pyrage.DecryptError):
        pyrage.decrypt(content, [pyrage.x25519.Identity.generate()])
    (tmp_path / "export.zip").write_bytes(pyrage.decrypt(content, [own]))
    async with first.get("/.well-known/glassfloor-keys.json") as answer:
        (tmp_path / "keys.json").write_bytes(await answer.read())
    checked = verify("export", "--keys", str(tmp_path / "keys.json"), str(tmp_path / "export.zip"))
    assert checked.returncode == 0, checked.stdout
    async with site.house.app.transaction(site.tenants["galaxy"]) as scope:
        kinds = [fact.kind for fact in await journal.history(scope, site.tenants["galaxy"])]
    assert kinds[-2:] == ["ExportKeyNamed", "ExportKeyForgotten"]
    viewer = await site.person((await site.people("galaxy"))["client_viewer"], "galaxy")
    assert await send(viewer, f"{PAGE}/key/forget") == 403


async def test_nobody_else_gets_it(site: Site) -> None:
    first, second = await managers(site)
    export = await ready(site, first, second)
    others = await site.people("harbour-light")
    stranger = await site.person(others["client_manager"], "harbour-light")
    viewer = await site.person((await site.people("galaxy"))["client_viewer"], "galaxy")
    machine = await site.machine("galaxy")
    for who, expected in ((stranger, 404), (viewer, 403), (machine, 403)):
        for path in (f"{PAGE}/exports/{export}/file",):
            async with who.get(path) as answer:
                assert answer.status == expected, path
        async with who.post(f"{PAGE}/exports/{export}/approve") as answer:
            assert answer.status == expected
    async with stranger.get(f"{PAGE}/exports/{uuid4()}/file") as answer:
        random = (answer.status, await answer.text())
    async with stranger.get(f"{PAGE}/exports/{export}/file") as answer:
        assert answer.status == random[0]
    for path in ("..%2f..%2fkeys", "%2e%2e", "x"):
        async with first.get(f"{PAGE}/exports/{path}/file") as answer:
            assert answer.status in {400, 404}


async def test_its_time_ends_and_the_file_with_it(site: Site) -> None:
    first, second = await managers(site)
    export = await ready(site, first, second)
    async with site.house.app.transaction(site.tenants["galaxy"]) as scope:
        await scope.fetch(
            "UPDATE gf.export SET expires_at = now() - interval '1 s' WHERE tenant_id = $1", scope.tenant_id
        )
    async with first.get(f"{PAGE}/exports/{export}/file") as answer:
        assert answer.status == 409
    await build(site)
    assert not list((site.settings.data_folder / "exports").rglob("*.enc"))
    assert (await exports(site))[0]["state"] == "deleted"


async def test_a_builder_that_died_is_followed_by_another(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = await managers(site)
    assert await send(first, f"{PAGE}/exports") == 303
    export = str((await exports(site))[0]["id"])
    assert await send(second, f"{PAGE}/exports/{export}/approve") == 303
    monkeypatch.setattr("exits.tasks.LEASE_S", 1)
    folder = site.settings.data_folder / "exports" / "t" / str(site.tenants["galaxy"])

    async def dies(*_args: object) -> bytes:
        assert (folder / f"{export}.part").exists()
        (folder / f"{export}.part2").write_bytes(b"what a killed one leaves")
        raise asyncio.CancelledError

    with monkeypatch.context() as patched:
        patched.setattr("exits.tasks.build", dies)
        with pytest.raises(asyncio.CancelledError):
            await build(site)
    (folder / f"{export}.part").write_bytes(b"half")
    await build(site)
    assert (await exports(site))[0]["state"] == "building", "its lease is not over"
    await asyncio.sleep(1.1)
    await build(site)
    row = (await exports(site))[0]
    assert (row["state"], row["attempts"]) == ("built", 2)
    assert [p.name for p in folder.iterdir()] == [f"{export}.enc"]


async def test_a_full_disk_fails_it_and_leaves_nothing(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = await managers(site)
    assert await send(first, f"{PAGE}/exports") == 303
    export = str((await exports(site))[0]["id"])
    assert await send(second, f"{PAGE}/exports/{export}/approve") == 303
    monkeypatch.setattr("exits.tasks.ATTEMPTS", 2)

    def full(*_args: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("exits.service.sinks.Writing.write", full)
    await build(site)
    row = (await exports(site))[0]
    assert (row["state"], row["error"]) == ("approved", "os_28")
    await build(site)
    assert (await exports(site))[0]["state"] == "failed"
    assert not [p for p in (site.settings.data_folder / "exports").rglob("*") if p.is_file()]
    async with first.get(f"{PAGE}?lang=en") as answer:
        assert "could not be built" in await answer.text()
