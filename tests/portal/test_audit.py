"""The audit: what it shows, what is taken away, that the proof passes the verifier, and that every reading is in it."""

from __future__ import annotations

import csv
import io
import json
import re
import time
import zipfile
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import aiohttp
import asyncpg
import pytest

from app import rounds
from journal import heads, seals
from journal import service as journal
from journal.core.facts import SYSTEM, Actor, Fact
from kit import clock
from kit.signing import DocumentSigner
from portal import audit_export
from tenants.facts import StaffEntered
from tenants.service import reading
from tests.support.site import Site
from tools import glassfloor_verify as verifier
from webhooks.core.retries import Next, Verdict
from webhooks.service import deliveries

HTML = {"Accept": "text/html"}
PAGE = "/settings/audit"


async def text_of(who: aiohttp.ClientSession, path: str) -> str:
    async with who.get(path, headers=HTML, allow_redirects=False) as answer:
        assert answer.status == 200, (path, answer.status)
        return await answer.text()


async def octets_of(who: aiohttp.ClientSession, path: str, status: int = 200) -> bytes:
    async with who.get(path, allow_redirects=False) as answer:
        assert answer.status == status, await answer.text()
        return await answer.read()


async def happened(site: Site, count: int = 3, reason: str = "why") -> None:
    async with site.house.app.transaction(site.tenants["galaxy"]) as scope:
        for n in range(count):
            fact = StaffEntered(user_id=str(uuid4()), name=f"Visitor {n}", role="supervisor", grant_id=None,
                                reason=reason)  # fmt: skip
            journal.append(scope, fact, subject=uuid4(), at=clock.now(), actor=Actor("user", str(uuid4())))
    await seals.seal_new(site.house.sealer, site.tenants["galaxy"])


async def read(site: Site, *kinds: str) -> list[Fact]:
    async with site.house.app.transaction(site.tenants["galaxy"]) as scope:
        return await journal.read(scope, kinds=kinds or None)


async def manager(site: Site) -> aiohttp.ClientSession:
    return await site.person((await site.people("galaxy"))["client_manager"], "galaxy")


async def test_the_audit_shows_and_filters(site: Site) -> None:
    boss = await manager(site)
    await happened(site, reason="<script>alert(1)</script>")
    page = await text_of(boss, f"{PAGE}?lang=en")
    assert "came in" in page
    assert "<script>alert" not in page
    assert "of the settings came into force" in page
    only = await text_of(boss, f"{PAGE}?lang=en&group=staff")
    assert "came into force" not in only
    assert only.count("Visitor 0") >= 1
    (fact, *_) = await read(site, "StaffEntered")
    one = await text_of(boss, f"{PAGE}?subject={fact.subject}")
    assert (one.count("Visitor 0"), one.count("Visitor 1")) == (one.count("Visitor 0"), 0)
    mine = await text_of(boss, f"{PAGE}?person={fact.actor['id']}")
    assert "Visitor 1" not in mine
    assert 'data-state="filtered"' in await text_of(boss, f"{PAGE}?from=2020-01-01&to=2020-01-02")
    for wrong in ("subject=x", "from=yesterday", "group=none", "to=9999-12-31", "before=x", "from=%00", "person=%00"):
        assert 'data-state="error"' in await text_of(boss, f"{PAGE}?{wrong}"), wrong


async def test_pages_follow_each_other_without_a_gap(site: Site) -> None:
    boss = await manager(site)
    await happened(site, 120)
    path, seen = f"{PAGE}?group=staff", []
    while path:
        page = await text_of(boss, path)
        seen += [int(n) for n in re.findall(r'<td class="num soft" role="cell">(\d+)</td>', page)]
        found = re.search(r'class="btn btn-plain" href="([^"]*before=\d+)"', page)
        path = found.group(1).replace("&amp;", "&") if found else ""
    assert seen == sorted(seen, reverse=True)
    assert len(seen) == len(set(seen)) == 120


async def test_what_is_taken_away_is_the_filter_and_a_fact(site: Site) -> None:
    boss = await manager(site)
    await happened(site, 3, reason="=cmd()")
    lines = [json.loads(line) for line in (await octets_of(boss, f"{PAGE}/facts.ndjson?group=staff")).splitlines()]
    assert {line["kind"] for line in lines} == {"StaffEntered"}
    table = list(csv.DictReader(io.StringIO((await octets_of(boss, f"{PAGE}/facts.csv?group=staff")).decode())))
    assert [int(row["seq"]) for row in table] == [line["seq"] for line in lines]
    assert json.loads(table[0]["data"])["reason"] == "=cmd()"
    whole = (await octets_of(boss, f"{PAGE}/facts.ndjson")).splitlines()
    assert len(whole) == (await read(site))[-1].seq - 1  # all but the fact of taking them away
    told = await read(site, "JournalExported")
    assert [(f.data["form"], f.data["facts"]) for f in told][:2] == [("ndjson", 3), ("csv", 3)]


async def test_the_proof_passes_the_verifier_and_a_changed_one_does_not(site: Site, tmp_path: Path) -> None:
    boss = await manager(site)
    await octets_of(boss, f"{PAGE}/proof.zip", 409)
    await happened(site)
    packed = tmp_path / "proof.zip"
    packed.write_bytes(await octets_of(boss, f"{PAGE}/proof.zip?group=staff"))
    keys = tmp_path / "keys.json"
    keys.write_bytes(await octets_of(boss, "/.well-known/glassfloor-keys.json"))
    words = ["journal", "--keys", str(keys), str(packed)]
    assert verifier.main(words) == 0
    kept = tmp_path / "kept.json"
    kept.write_bytes(json.dumps(json.loads(await octets_of(boss, "/v1/journal/heads"))["data"][0]).encode())
    assert verifier.main([*words, "--head", str(kept)]) == 0
    with zipfile.ZipFile(packed) as file, zipfile.ZipFile(tmp_path / "forged.zip", "w") as forged:
        for name in file.namelist():
            content = file.read(name)
            forged.writestr(name, content.replace(b"Visitor 1", b"Visitor 9") if name == "facts.ndjson" else content)
    assert verifier.main(["journal", "--keys", str(keys), str(tmp_path / "forged.zip")]) == 1


async def test_a_proof_of_a_time_begins_at_the_head_before_it(site: Site, tmp_path: Path) -> None:
    boss = await manager(site)
    await happened(site)
    await octets_of(boss, f"{PAGE}/proof.zip")
    admin = site.house.admin_dsn
    connection = await asyncpg.connect(admin)
    await connection.execute("UPDATE gf.signed_head SET at = at - interval '3 days'")
    await connection.close()
    await happened(site)
    today = clock.now().date().isoformat()
    packed, keys = tmp_path / "proof.zip", tmp_path / "keys.json"
    packed.write_bytes(await octets_of(boss, f"{PAGE}/proof.zip?from={today}"))
    keys.write_bytes(await octets_of(boss, "/.well-known/glassfloor-keys.json"))
    with zipfile.ZipFile(packed) as file:
        assert json.loads(file.read("facts.ndjson").splitlines()[0])["seq"] > 1
    assert verifier.main(["journal", "--keys", str(keys), str(packed)]) == 0


async def test_only_who_may_read_the_journal_does(site: Site) -> None:
    people = await site.people("galaxy")
    sup = await site.person("sup@harbour.example", "galaxy")
    await octets_of(sup, PAGE)
    await octets_of(sup, f"{PAGE}/proof.zip", 403)
    (_, agent_email), *_ = await site.agents()
    refused = [(await site.person(people[role], "galaxy")) for role in ("client_viewer", "client_developer")]
    for who in [*refused, await site.person(agent_email, "galaxy")]:
        for path in (PAGE, f"{PAGE}/facts.csv", f"{PAGE}/facts.ndjson", f"{PAGE}/proof.zip", "/v1/journal/heads"):
            await octets_of(who, path, 403)
    system = await site.machine("galaxy")
    await octets_of(system, f"{PAGE}/facts.ndjson")
    await octets_of(system, "/v1/journal/heads")


async def test_heads_are_signed_once_an_hour_and_only_if_something_happened(site: Site) -> None:
    from zoneinfo import ZoneInfo  # noqa: PLC0415 - one test

    tenant, zone = site.tenants["galaxy"], ZoneInfo("Asia/Shanghai")
    signer = DocumentSigner(bytes.fromhex(site.settings.signing_key.get_secret_value()))

    async def round_at(hour: float) -> heads.Head | None:
        from datetime import UTC, datetime, timedelta  # noqa: PLC0415 - one test

        await seals.seal_new(site.house.sealer, tenant)
        async with site.house.worker.transaction(tenant) as scope:
            at = datetime(2026, 11, 21, 13, tzinfo=UTC) + timedelta(hours=hour)
            return await heads.sign_if_due(scope, signer, zone, at)

    first = await round_at(0)
    assert first is not None
    assert first.why == "hourly"
    assert signer.check(first.document, heads.TYPE)["seq"] == first.seq
    assert await round_at(0.5) is None
    unchanged = await round_at(1)
    assert unchanged is not None
    assert unchanged.seq == first.seq
    await happened(site)
    second, third = await round_at(2), None
    await happened(site)
    third = await round_at(5)
    assert second is not None
    assert third is not None
    assert (second.why, third.why) == ("hourly", "day_end")
    assert first.seq < second.seq < third.seq
    assert len(await read(site, "JournalHeadSigned")) == 3


@pytest.mark.parametrize("who", ["person", "system"])
async def test_refreshing_is_one_reading(site: Site, who: str) -> None:
    reader = await manager(site) if who == "person" else await site.machine("galaxy")
    for _ in range(3):
        await octets_of(reader, "/v1/interactions")
    await octets_of(reader, "/v1/interactions?limit=7")
    told = await read(site, "ContactsListed")
    assert len(told) == 2
    assert {f.actor["kind"] for f in told} == {"user" if who == "person" else "key"}
    assert SYSTEM.id not in {f.actor["id"] for f in told}


async def test_what_was_read_a_moment_ago_writes_nothing_when_it_is_read_again(site: Site) -> None:
    reader, subject = Actor("user", str(uuid4())), uuid4()
    written = []
    for _ in range(2):
        async with site.house.app.transaction(site.tenants["galaxy"]) as scope:
            await reading.listed(scope, reader, "work_orders", 1, {})
            await reading.work_order_opened(scope, reader, subject)
            (row,) = await scope.fetch("SELECT pg_current_xact_id_if_assigned()::text AS id")
            written.append(row["id"] is not None)
    assert written == [True, False]
    assert [len(await read(site, kind)) for kind in ("ContactsListed", "WorkOrderOpened")] == [1, 1]


async def taken(site: Site) -> list[bytes]:
    """Take what waits for the client's system, in order, as the courier would; return the bodies."""
    tenant, kept = site.tenants["galaxy"], []
    async with site.house.worker.transaction(tenant) as scope:
        (endpoint,) = await scope.fetch("SELECT id FROM gf.webhook_endpoint WHERE tenant_id = $1", tenant)
        while parcels := await deliveries.claim(scope, endpoint["id"], 10, timedelta(minutes=1)):
            attempt = deliveries.Attempt(clock.now(), timedelta(0), 204)
            landed = [deliveries.Landed(parcel, attempt, Next(Verdict.DELIVERED)) for parcel in parcels]
            settled = await deliveries.settle(scope, endpoint["id"], landed, timedelta(minutes=1))
            assert settled == {parcel.id for parcel in parcels}
            kept += [parcel.body for parcel in parcels]
    return kept


async def test_heads_are_brought_to_the_clients_own_systems_and_show_a_cut_tail(site: Site, tmp_path: Path) -> None:
    boss, system, tenant = await manager(site), await site.machine("galaxy"), site.tenants["galaxy"]
    sup = await site.person("sup@harbour.example", "galaxy")
    signer = DocumentSigner(bytes.fromhex(site.settings.signing_key.get_secret_value()))

    async def asked(who: aiohttp.ClientSession) -> str:
        await happened(site)
        async with who.post(f"{PAGE}/heads", allow_redirects=False) as answer:
            return answer.headers["Location"] if answer.status == 303 else str(answer.status)

    assert await asked(boss) == f"{PAGE}?sent=0#h-heads"
    assert await asked(sup) == "403"
    async with site.house.app.transaction(tenant) as scope:
        await scope.fetch("UPDATE gf.connection SET events = '{journal_heads}' WHERE code = $1",
                          site.connections["galaxy"])  # fmt: skip
    assert await asked(boss) == f"{PAGE}?sent=1#h-heads"
    early = tmp_path / "early.zip"
    early.write_bytes(await octets_of(boss, f"{PAGE}/proof.zip"))
    await happened(site)
    async with system.post("/v1/journal/heads") as answer:
        told = await answer.json()
    assert (answer.status, told["sent"]) == (201, 1)
    late, keys = tmp_path / "late.zip", tmp_path / "keys.json"
    late.write_bytes(await octets_of(boss, f"{PAGE}/proof.zip"))
    keys.write_bytes(await octets_of(boss, "/.well-known/glassfloor-keys.json"))
    kept = await taken(site)
    bodies = [json.loads(body) for body in kept]
    assert [body["type"] for body in bodies] == ["journal.head", "journal.head"]
    assert bodies[1]["data"] == told["head"]
    assert bodies[0]["sequence"] < bodies[1]["sequence"]
    held = tmp_path / "held"
    held.mkdir()
    for n, body in enumerate(kept):
        (held / f"{n}.json").write_bytes(body)
    lines = tmp_path / "webhooks.ndjson"
    lines.write_bytes(b'{"type": "work_order.created", "data": {}}\n' + b"\n".join(kept) + b"\n")
    for kept_in in (held, lines):
        assert verifier.main(["journal", "--keys", str(keys), str(late), "--head", str(kept_in)]) == 0
        assert verifier.main(["journal", "--keys", str(keys), str(early), "--head", str(kept_in)]) == 1
    assert ">已接收<" in (await text_of(boss, f"{PAGE}?lang=zh-CN")).replace("\n", "").replace("</svg>", ">")
    assert await daily(site, signer) == 3


async def daily(site: Site, signer: DocumentSigner) -> int:
    """Let the day of an hour's head be over with nothing after it, and the worker look twice; return what went out."""
    await happened(site)
    async with site.house.worker.transaction(site.tenants["galaxy"]) as scope:
        assert await heads.sign(scope, signer, heads.HOURLY, clock.now())
    connection = await asyncpg.connect(site.house.admin_dsn)
    await connection.execute("UPDATE gf.signed_head SET at = at - interval '1 day'")
    await connection.close()
    for _ in range(2):
        await rounds.sign_heads(site.house.control, site.house.worker, signer)
    async with site.house.app.transaction(site.tenants["galaxy"]) as scope:
        rows = await scope.fetch("SELECT count(*) AS n FROM gf.webhook_delivery WHERE tenant_id = $1", scope.tenant_id)
    return int(rows[0]["n"])


async def until_it_breaks(answer: aiohttp.ClientResponse) -> tuple[bytes, bool]:
    """Read the rest of an answer; return it, and whether the server broke it off."""
    got = b""
    try:
        while more := await answer.content.readany():
            got += more
    except aiohttp.ClientPayloadError:
        return got, True
    return got, False


async def test_an_export_whose_access_ends_stops_and_says_so(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit_export, "_STEP", 1)  # so that it lasts longer than the two seconds
    boss, sup = await manager(site), await site.person("sup@harbour.example", "galaxy")
    await happened(site, 3000)
    pool = await site.house.control.pool()
    for form, last in (("ndjson", '{"incomplete":"access_ended"'), ("csv", "INCOMPLETE,access_ended")):
        got = b""
        async with sup.get(f"{PAGE}/facts.{form}?group=staff") as answer:
            assert int(answer.headers["Glassfloor-Facts"]) >= 3000
            got += await answer.content.readany()
            began = time.monotonic()
            await pool.execute("UPDATE control.staff_grant SET until_at = clock_timestamp()")
            rest, broken = await until_it_breaks(answer)
        assert broken  # no client takes the part for the whole
        assert time.monotonic() - began < 3
        got += rest
        assert got.decode().splitlines()[-1].startswith(last)
        await pool.execute("UPDATE control.staff_grant SET until_at = NULL")
    cut = await read(site, "JournalExportCut")
    assert [(f.data["form"], f.data["why"]) for f in cut] == [("ndjson", "access_ended"), ("csv", "access_ended")]
    assert all(0 < f.data["written"] < f.data["facts"] for f in cut)
    assert f"{cut[-1].data['written']} of {cut[-1].data['facts']} facts" in await text_of(sup, f"{PAGE}?lang=en")
    assert "ended early" not in await text_of(boss, f"{PAGE}?lang=en&from=2020-01-01&to=2020-01-02")
