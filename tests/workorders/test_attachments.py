"""Files on work orders: sealed, scanned, and nobody else's before they are clean."""

from __future__ import annotations

import asyncio
import base64
import gzip
import io
import re
import zipfile
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest

from app import scanning
from journal import service as journal
from kit.clock import now
from kit.ids import new_id
from kit.objects import Folder
from kit.scanning.embedded import EICAR, Bounds, Embedded
from kit.scanning.port import Content, ScannerAway, Verdict
from tests.support.house import TENANT_A, House
from tests.workorders.lab import System, do_jobs
from tests.workorders.test_exchange import SEAT, escalated
from workorders import service
from workorders.attachments.core.names import cleaned
from workorders.attachments.errors import AttachmentNotClear
from workorders.attachments.schemas import NewAttachment
from workorders.attachments.service import adding, rows
from workorders.attachments.service.tidying import tidy
from workorders.schemas import NewComment

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\n" + bytes(range(256)) * 1000


@pytest.fixture(autouse=True)
def scanner(files: Folder) -> Embedded:
    made = Embedded()
    scanning.install(files, made)
    return made


def address(order: dict[str, Any], rest: str = "") -> str:
    return f"/v1/work-orders/{order['id']}/attachments{rest}"


async def upload(
    system: System, order: dict[str, Any], content: bytes = PDF, name: str = "note.pdf", key: str | None = None,
    **fields: str,
) -> httpx.Response:  # fmt: skip
    headers = system.headers({"Idempotency-Key": key or str(new_id())})
    form = {"file": (name, content, "application/x-whatever")}
    return await system.http.post(address(order), headers=headers, data=fields, files=form)


async def inside(house: House, files: Folder, order: dict[str, Any], **wanted: Any) -> dict[str, Any]:
    """Let the centre attach a text."""
    from kit.held import Held  # noqa: PLC0415 - only here

    with Held() as held:
        held.write(b"from the centre")
        held.end()
        async with house.app.transaction(TENANT_A) as scope:
            stored = await adding.store(scope, files, held, new_id(), now())
            asked = NewAttachment(name="c.txt", **wanted)
            return await adding.attach(scope, UUID(order["id"]), asked, stored, SEAT, now())


async def seen_inside(house: House, order: dict[str, Any]) -> list[dict[str, Any]]:
    async with house.app.transaction(TENANT_A) as scope:
        return [dict(row) for row in await rows.of_order(scope, UUID(order["id"]), SEAT)]


async def events(house: House, order: dict[str, Any]) -> list[str]:
    async with house.app.transaction(TENANT_A) as scope:
        found = await scope.fetch(
            "SELECT type FROM gf.webhook_event WHERE tenant_id = $1 AND subject = $2 ORDER BY sequence",
            TENANT_A, UUID(order["id"]),
        )  # fmt: skip
    return [row["type"] for row in found]


async def test_a_file_is_nobody_elses_until_it_is_clean(house: House, a1: System, files: Folder) -> None:
    order = await a1.create()
    sent = await upload(a1, order, name="../../etc/r\u202efdp.exe.pdf")
    assert sent.status_code == 201, sent.text
    file = sent.json()
    assert (file["name"], file["mime_type"], file["size"], file["scan_state"], file["href"]) == (
        "rfdp.exe.pdf", "application/pdf", len(PDF), "pending", None,
    )  # fmt: skip
    assert (await a1.get(sent.headers["Location"])).json() == file
    assert await seen_inside(house, order) == []
    assert (await a1.get(address(order, f"/{file['id']}/content"))).json()["code"] == "attachment_pending"
    assert (await a1.post(address(order, f"/{file['id']}/link"), None)).json()["code"] == "attachment_pending"
    stored = [(files.root / key).read_bytes() for key, _ in files.keys(f"t/{TENANT_A}/")]
    assert len(stored) == 1
    assert b"%PDF" not in stored[0]

    assert await do_jobs(house, TENANT_A) == 1
    (there,) = await seen_inside(house, order)
    assert (there["name"], there["scan_state"], there["scanner"]) == ("rfdp.exe.pdf", "clean", "embedded")
    got = await a1.get(address(order, f"/{file['id']}/content"))
    assert (got.status_code, got.content, got.headers["ETag"]) == (200, PDF, f'"{file["sha256"]}"')
    assert got.headers["Content-Disposition"].startswith('attachment; filename="rfdp.exe.pdf"')
    assert (got.headers["X-Content-Type-Options"], got.headers["Content-Security-Policy"][:7]) == ("nosniff", "sandbox")
    part = await a1.get(address(order, f"/{file['id']}/content"), headers={"Range": "bytes=100-299"})
    assert (part.status_code, part.content) == (206, PDF[100:300])
    stale = {"Range": "bytes=100-299", "If-Range": '"other"'}
    assert (await a1.get(address(order, f"/{file['id']}/content"), headers=stale)).content == PDF
    known = await a1.get(address(order, f"/{file['id']}/content"), headers={"If-None-Match": got.headers["ETag"]})
    assert (known.status_code, known.content) == (304, b"")
    assert await events(house, order) == [
        "work_order.created", "work_order.attachment.added", "work_order.attachment.scanned",
    ]  # fmt: skip
    history = (await a1.get(f"/v1/work-orders/{order['id']}/history")).json()["data"]
    assert [entry["kind"] for entry in history[1:]] == ["WorkOrderAttached", "AttachmentScanned"]
    assert (await a1.get(f"/v1/work-orders/{order['id']}")).json()["sequence"] == 3
    async with house.app.transaction(TENANT_A) as scope:
        taken = [fact for fact in await journal.read(scope, limit=500) if fact.kind == "AttachmentDownloaded"]
    assert len(taken) == 1
    refused = await a1.http.delete(address(order, f"/{file['id']}"), headers=a1.headers({}))
    assert refused.json()["code"] == "attachment_announced"


async def test_what_is_infected_is_deleted_and_both_sides_are_told(house: House, a1: System, files: Folder) -> None:
    order = await a1.create()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("inner.gz", gzip.compress(b"x" * 100_000 + EICAR))
    file = (await upload(a1, order, packed.getvalue(), "a.zip")).json()
    await do_jobs(house, TENANT_A)
    await do_jobs(house, TENANT_A)
    assert list(files.keys(f"t/{TENANT_A}/")) == []
    told = (await a1.get(address(order, f"/{file['id']}"))).json()
    assert (told["scan_state"], told["reason"], told["found"], told["href"]) == (
        "infected", "malware", "EICAR-Test-File", None,
    )  # fmt: skip
    (there,) = await seen_inside(house, order)
    assert (there["scan_state"], there["key"]) == ("infected", None)
    gone = await a1.get(address(order, f"/{file['id']}/content"))
    assert (gone.status_code, gone.json()["reason"]) == (410, "malware")
    assert (await events(house, order))[1:] == ["work_order.attachment.scanned"]


async def test_an_internal_file_and_one_of_an_internal_comment_stay_inside(
    house: House, a1: System, files: Folder
) -> None:
    order = await escalated(house)
    one = await inside(house, files, order, visibility="internal")
    other = await inside(house, files, order)
    async with house.app.transaction(TENANT_A) as scope:
        body = NewComment(body="secret", visibility="internal", attachments=[UUID(other["id"])])
        comment = await service.comment(scope, UUID(order["id"]), body, SEAT, now())
        assert comment["attachments"] == [other["id"]]
    await do_jobs(house, TENANT_A)
    assert [row["scan_state"] for row in await seen_inside(house, order)] == ["clean", "clean"]
    for path in ("", "/comments", "/history", "/attachments"):
        text = (await a1.get(f"/v1/work-orders/{order['id']}{path}")).text
        assert one["id"] not in text
        assert other["id"] not in text
    for file in (one, other):
        for method, rest in (("GET", ""), ("GET", "/content"), ("POST", "/link"), ("DELETE", "/link"), ("DELETE", "")):
            url = address(order, f"/{file['id']}{rest}")
            assert (await a1.http.request(method, url, headers=a1.headers({}))).status_code == 404
    assert await events(house, order) == ["work_order.created"]
    assert (await a1.get(f"/v1/work-orders/{order['id']}")).json()["sequence"] == 1
    mine = await upload(a1, order, visibility="internal")
    assert (mine.status_code, mine.json()["code"]) == (400, "attachment_not_clear")


async def test_a_comment_names_files_of_its_own_side_once(house: House, a1: System, files: Folder) -> None:
    order = await escalated(house)
    theirs = await inside(house, files, order)
    mine = (await upload(a1, order)).json()
    path = f"/v1/work-orders/{order['id']}/comments"
    for wrong in ([theirs["id"]], [str(new_id())]):
        assert (await a1.post(path, {"body": "see", "attachments": wrong})).status_code == 400
    said = await a1.post(path, {"body": "see", "attachments": [mine["id"]]})
    assert (said.status_code, said.json()["attachments"]) == (201, [mine["id"]])
    assert (await a1.post(path, {"body": "see", "attachments": [mine["id"]]})).status_code == 400
    async with house.app.transaction(TENANT_A) as scope:
        page = await service.comments(scope, UUID(order["id"]), service.Wanted(), SEAT)
        assert page.data[0]["attachments"] == []
    await do_jobs(house, TENANT_A)
    async with house.app.transaction(TENANT_A) as scope:
        page = await service.comments(scope, UUID(order["id"]), service.Wanted(), SEAT)
        assert page.data[0]["attachments"] == [mine["id"]]
    later = (await upload(a1, order, comment_id=said.json()["id"])).json()
    assert later["comment_id"] == said.json()["id"]


async def test_announced_first_and_filled_later_once(house: House, a1: System, files: Folder) -> None:
    order = await a1.create()
    announced = await a1.post(address(order), {"name": "late.txt"})
    assert (announced.status_code, announced.json()["size"]) == (201, None)
    url = address(order, f"/{announced.json()['id']}/content")

    async def put(content: bytes) -> httpx.Response:
        return await a1.http.put(url, content=content, headers=a1.headers({"Content-Type": "text/html"}))

    assert (await put(b"")).json()["code"] == "attachment_not_clear"
    filled = await put(b"hello there")
    assert (filled.status_code, filled.json()["mime_type"]) == (200, "text/plain")
    assert (await put(b"hello there")).json() == filled.json()
    assert (await put(b"something else")).json()["code"] == "attachment_filled"
    await do_jobs(house, TENANT_A)
    assert (await a1.get(url)).content == b"hello there"
    assert len(list(files.keys(f"t/{TENANT_A}/"))) == 1


async def test_a_retry_makes_one_file(house: House, a1: System, files: Folder) -> None:
    order, key = await a1.create(), str(new_id())
    first = await upload(a1, order, key=key)
    again = await upload(a1, order, key=key)
    assert (again.status_code, again.content, again.headers["Idempotency-Replayed"]) == (201, first.content, "true")
    assert (await upload(a1, order, PDF + b"x", key=key)).status_code == 422
    await do_jobs(house, TENANT_A)
    assert len((await a1.get(address(order))).json()["data"]) == 1
    assert len(list(files.keys(f"t/{TENANT_A}/"))) == 1
    missing = await a1.http.post(address(order), headers=a1.headers({}), files={"file": ("a.pdf", PDF)})
    assert missing.status_code == 400


@pytest.mark.parametrize(
    ("content", "name", "found"),
    [
        (b"MZ\x90\0\x03" + bytes(300), "photo.png", "application/vnd.microsoft.portable-executable"),
        (b"<!doctype html><html><script>1</script>", "page.pdf", "text/html"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"></svg>', "i.png", "image/svg+xml"),
        (b"#!/bin/sh\necho", "a.txt", "text/x-script"),
        (b"\xef\xbb\xbf\n <SCRIPT>1</script>", "a.txt", "text/html"),
        (b"Rar!\x1a\x07\0" + bytes(99), "a.zip", None),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(999), "a.doc", None),
    ],
)  # fmt: skip
async def test_a_type_that_is_not_taken(a1: System, content: bytes, name: str, found: str | None) -> None:
    refused = await upload(a1, await a1.create(), content, name)
    assert (refused.status_code, refused.json()["code"]) == (415, "attachment_type_refused")
    assert found in (None, refused.json()["found"])


async def test_bad_forms(a1: System) -> None:
    order = await a1.create()
    headers = a1.headers({"Idempotency-Key": str(new_id()), "Content-Type": "multipart/form-data; boundary=x"})

    async def post(body: bytes, **more: str) -> tuple[int, str]:
        got = await a1.http.post(address(order), content=body, headers={**headers, **more})
        return got.status_code, got.json()["code"]

    long = {"Content-Type": f"multipart/form-data; boundary={'x' * 300}"}
    assert await post(b"", **long) == (400, "attachment_not_clear")
    field = b'--x\r\nContent-Disposition: form-data; name="visibility"\r\n\r\nshared\r\n'
    file = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nhello\r\n'
    wrong = 400, "attachment_not_clear"
    for body in (
        b"", b"nonsense", field + b"--x--\r\n", file + file + b"--x--\r\n", field + field + file + b"--x--\r\n", file,
        file.replace(b"hello", b"") + b"--x--\r\n", file.replace(b'"a"', b'"' + b"a" * 5000 + b'"') + b"--x--\r\n",
        field.replace(b"visibility", b"tenant_id") + file + b"--x--\r\n", field.replace(b"shared", b"\xff") + file,
        field.replace(b"shared", b"all") + file + b"--x--\r\n", file.replace(b'"a"', b'"a\0b"') + b"--x--\r\n",
    ):  # fmt: skip
        assert await post(body) == wrong, body[:80]
    assert await post(file, **{"Content-Type": "multipart/form-data"}) == wrong
    assert (await post(b"{}", **{"Content-Type": "text/plain"}))[0] == 415
    json = {"Content-Type": "application/json"}
    for body in (
        b"{", b"[]", b'{"name": 5}', b'{"tenant_id": "x"}', b'{"kind": "recording_moment"}', b'{"from_s": 1}',
        b'{"name": "\\u0000"}', b'{"kind":"recording_moment","from_s":1,"to_s":2}',
    ):  # fmt: skip
        assert await post(body, **json) == wrong, body
    assert await post(b"\xff\xfe", **json) == (400, "validation_failed")
    assert (await post(b'{"name": "' + b"a" * 70_000 + b'"}', **json))[0] == 413


async def test_a_file_that_is_too_large_is_refused_while_it_comes(a1: System, files: Folder) -> None:
    a1.http._transport.app.state.settings = a1.http._transport.app.state.settings.model_copy(  # type: ignore[attr-defined]
        update={"attachment_mb": 1}
    )
    order, sent = await a1.create(), 0

    async def body() -> Any:
        nonlocal sent
        yield b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n'
        for _ in range(1000):
            sent += 1
            yield b"a" * 65536

    headers = a1.headers({"Idempotency-Key": "k", "Content-Type": "multipart/form-data; boundary=x"})
    refused = await a1.http.post(address(order), content=body(), headers=headers)
    assert (refused.status_code, refused.json()["code"], refused.json()["most"]) == (
        413, "attachment_too_large", 1024 * 1024,
    )  # fmt: skip
    assert list(files.keys(f"t/{TENANT_A}/")) == []


async def test_a_link_opens_without_a_key_until_it_is_ended(house: House, a1: System, b1: System) -> None:
    order = await a1.create()
    file = (await upload(a1, order)).json()
    await do_jobs(house, TENANT_A)
    made = (await a1.post(address(order, f"/{file['id']}/link"), None)).json()
    path = re.sub(r"^https?://[^/]+", "", made["url"])
    got = await a1.http.get(path)
    assert (got.status_code, got.content) == (200, PDF)
    assert (await a1.http.get(path[:-2] + "AA")).json()["code"] == "file_link_unknown"
    async with house.app.transaction(TENANT_A) as scope:
        facts = [fact for fact in await journal.read(scope, limit=500) if fact.kind == "AttachmentDownloaded"]
        assert [fact.actor["kind"] for fact in facts] == ["link"]
        await scope.fetch("UPDATE gf.work_order_link SET revoked_at = NULL WHERE tenant_id = $1", TENANT_A)
    assert (await a1.http.delete(address(order, f"/{file['id']}/link"), headers=a1.headers({}))).status_code == 204
    over = await a1.http.get(path)
    assert (over.status_code, over.json()["code"]) == (410, "file_link_over")
    async with house.app.transaction(TENANT_A) as scope:
        rows_ = await scope.fetch("SELECT expires_at - made_at AS life FROM gf.work_order_link")
    assert [row["life"] for row in rows_] == [timedelta(minutes=15)]


class Away:
    """A scanner that cannot be asked until it is back."""

    def __init__(self) -> None:
        self.away = True

    def name(self) -> str:
        if self.away:
            raise ScannerAway("nobody there")
        return "back"

    def scan(self, content: Content) -> Verdict:
        return Embedded().scan(content)


async def test_a_scanner_that_is_away_makes_nothing_clean(house: House, a1: System, files: Folder) -> None:
    away = Away()
    scanning.install(files, away)
    order = await a1.create()
    file = (await upload(a1, order)).json()

    async def due() -> int:
        async with house.worker.transaction(TENANT_A) as scope:
            await scope.fetch("UPDATE gf.outbox SET due_at = clock_timestamp() WHERE tenant_id = $1", TENANT_A)
        return await do_jobs(house, TENANT_A)

    for _ in range(12):  # more often than a job is tried
        assert await due() == 1
    assert (await a1.get(address(order, f"/{file['id']}"))).json()["scan_state"] == "pending"
    async with house.worker.transaction(TENANT_A) as scope:
        await scope.fetch(
            "UPDATE gf.work_order_attachment SET stored_at = stored_at - interval '1 hour' WHERE tenant_id = $1",
            TENANT_A,
        )  # fmt: skip
    await due()
    await due()
    async with house.app.transaction(TENANT_A) as scope:
        late = [fact for fact in await journal.read(scope, limit=500) if fact.kind == "AttachmentScanDelayed"]
    assert [fact.data["tries"] for fact in late] == [13]
    away.away = False
    await due()
    assert (await a1.get(address(order, f"/{file['id']}"))).json()["scanner"] == "back"
    assert await due() == 0


async def test_a_scan_that_is_done_twice_at_once_is_told_once(house: House, a1: System) -> None:
    order = await a1.create()
    file = (await upload(a1, order)).json()

    async def scan() -> None:
        async with house.worker.transaction(TENANT_A) as scope:
            await scanning.scan(scope, {"subject": file["id"]})

    await asyncio.gather(scan(), scan(), scan())
    assert len(await events(house, order)) == 3


async def test_own_files_are_taken_away_and_nothing_is_left_behind(house: House, a1: System, files: Folder) -> None:
    order = await a1.create()
    file = (await upload(a1, order)).json()
    await a1.post(address(order), {"name": "never.txt"})
    removed = await a1.http.delete(address(order, f"/{file['id']}"), headers=a1.headers({}))
    assert removed.status_code == 204
    await do_jobs(house, TENANT_A)
    assert list(files.keys(f"t/{TENANT_A}/")) == []
    assert await events(house, order) == ["work_order.created"]
    files.put(f"t/{TENANT_A}/attachment/2026/11/{new_id()}.enc", lambda to: to.write(b"left by a killed process"))
    assert await tidy(house.worker, TENANT_A, files, now()) == 0
    assert await tidy(house.worker, TENANT_A, files, now() + timedelta(days=2)) == 1
    assert (await a1.get(address(order))).json()["data"] == []


def packed(*entries: tuple[str, bytes], encrypted: bool = False) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries:
            archive.writestr(name, content)
    made = bytearray(out.getvalue())
    if encrypted:  # both headers say so
        for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
            made[made.index(mark) + at] |= 1
    return bytes(made)


def judged(content: bytes, bounds: Bounds | None = None) -> str:
    held = Content(len(content), lambda start, end: iter([content[start:end]] if start < end else []))
    return Embedded(bounds).scan(held).reason


def test_the_embedded_scanner_looks_into_archives_within_bounds() -> None:
    assert judged(b"hello") == ""
    assert judged(b"a" * 65_500 + EICAR + b"\n") == "malware"
    assert judged(packed(("a.txt", b"fine"), ("b.txt", EICAR))) == "malware"
    assert judged(gzip.compress(packed(("x", gzip.compress(EICAR))))) == "malware"
    assert judged(b"\xff\xd8\xff\xe0 a picture " + packed(("b.txt", EICAR))) == "malware"
    assert judged(packed(("a.txt", b"fine"), encrypted=True)) == "encrypted"
    assert judged(packed(("a.txt", b"fine"))[:60]) == "unreadable"
    assert judged(gzip.compress(b"fine")[:-4]) == "unreadable"
    bomb = gzip.compress(bytes(60_000_000))
    assert judged(bomb) == "bomb"
    assert judged(packed(("bomb", bytes(60_000_000)))) == "bomb"
    assert judged(packed(*((f"{n}", b"") for n in range(2001)))) == "bomb"
    nest = b"x"
    for _ in range(5):
        nest = packed(("in.zip", nest))
    assert judged(nest) == "bomb"
    assert judged(packed(("big.zip", packed(("a", b"y" * 100)))), replace(Bounds(), nested=50)) == "bomb"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("C:\\Users\\x\\a b.pdf", "a b.pdf"), ("../..", "file"), ("", "file"), ("a\r\n\t\0b.txt", "ab.txt"),
        ("\u202etxt.exe\u2066", "txt.exe"), ("账单 2026.pdf", "账单 2026.pdf"), ('a<b>:"|?*.txt', "a_b______.txt"),
        (".htaccess ", "htaccess"), ("x" * 300 + ".pdf", "x" * 146 + ".pdf"), ("e\u0301.txt", "é.txt"),
    ],
)  # fmt: skip
def test_a_name_is_only_a_name(given: str, kept: str) -> None:
    assert cleaned(given) == kept


async def test_a_moment_of_the_recording_is_a_reference(house: House, a1: System) -> None:
    order = await a1.create()
    refused = await a1.post(address(order), {"kind": "recording_moment", "from_s": 1, "to_s": 2})
    assert (refused.status_code, refused.json()["code"]) == (400, AttachmentNotClear.code)


async def test_a_contract_may_allow_less_than_the_installation(house: House, a1: System) -> None:
    async with house.app.transaction(TENANT_A) as scope:
        await scope.fetch(
            "INSERT INTO gf.blueprint (tenant_id, version, digest, content, applied_by, applied_at) VALUES ($1, 1, 'x',"
            ' \'{"tenant": {"zone": "UTC"}, "calendars": [], "contract": {"attachment_mb": 1}}\', \'tests\', now())',
            TENANT_A,
        )  # fmt: skip
    order, most = await a1.create(), 1024 * 1024
    announced = (await a1.post(address(order), {"name": "a.txt"})).json()["id"]
    large = b"a" * (most + 1)
    ticket = {"description": "d", "severity": "minor", "ticketType": "refund", "attachment": [
        {"name": "a.txt", "content": base64.b64encode(large).decode()}]}  # fmt: skip
    for refused in (
        await upload(a1, order, large, "a.txt"),
        await a1.http.put(address(order, f"/{announced}/content"), content=large, headers=a1.headers({})),
    ):
        told = refused.json()
        assert (refused.status_code, told["code"], told["most"], told["limit"]) == (
            413, "attachment_too_large", most, "contract",
        )  # fmt: skip
    beside = await a1.post("/tmf-api/troubleTicket/v5/troubleTicket", ticket)
    assert (beside.status_code, beside.json()["code"]) == (413, "attachment_too_large")
    assert (await upload(a1, order, large[:most], "a.txt")).status_code == 201
