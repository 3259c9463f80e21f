"""Taking the audit away: exactly what a filter shows, as CSV or NDJSON, and a proof that the verifier checks.

A key with the scope ``journal.read`` may fetch all of it as well. Everything is streamed page by page, and each page
asks again who reads: an access that ends in the middle ends the file there, without its last line.
"""

from __future__ import annotations

import csv
import io
import tempfile
import zipfile
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from typing import IO, Annotated, Any
from zoneinfo import ZoneInfo

import orjson
from fastapi import APIRouter, Depends, Request
from starlette.background import BackgroundTask
from starlette.responses import Response, StreamingResponse

from journal import heads, search
from journal import service as journal
from journal.core.facts import Fact
from journal.errors import NothingSealed, TooManyFacts
from journal.facts import JournalExported
from kit import clock
from kit.errors import Forbidden
from portal.audit import NAMES, PAGE, View, refuse_own, view_of
from portal.proofs import verifier
from tenants.endpoints import Access, permitted, reader_of

router = APIRouter(include_in_schema=False)

MOST = 100_000
_STEP = 1000
_may_read = permitted("journal.read")

MayRead = Annotated[Access, Depends(_may_read)]

_COLUMNS = ("seq", "at", "kind", "version", "subject", "actor_kind", "actor_id", "data")
_READ_ME = """Proof of a journal. In a terminal, with Python 3.9 or newer:

    python3 glassfloor_verify.py journal --keys KEYS.json THIS.zip

Use a KEYS.json that you fetched yourself from /.well-known/glassfloor-keys.json, and add --head FILE for every signed
head that you kept: only a head that you hold shows that a journal's end was cut off. facts.ndjson holds every fact of
the time as it was hashed, so texts about contacts are sealed in it; the same facts in plain words are in the CSV.
"""


@router.get(PAGE + "/facts.csv")
async def as_csv(request: Request, access: MayRead) -> Response:
    """Send the facts of the filter as a table (RFC 4180); data is JSON in one column."""
    return await _stream(request, access, "csv")


@router.get(PAGE + "/facts.ndjson")
async def as_ndjson(request: Request, access: MayRead) -> Response:
    """Send the facts of the filter, one JSON object a line."""
    return await _stream(request, access, "ndjson")


@router.get(PAGE + "/proof.zip")
async def proof(request: Request, access: MayRead) -> Response:
    """Send every fact of the filter's time with seals and signed heads; only to who may see facts whole."""
    refuse_own(access)
    if access.grant.masked:
        raise Forbidden
    view = await _view(request, access)
    signer, now, plane = request.app.state.signer, clock.now(), request.app.state.plane
    async with plane.transaction(access.tenant_id) as scope:
        await heads.sign(scope, signer, heads.EXPORT, now)
    packed: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=4 * 1024 * 1024)  # noqa: SIM115 - the answer closes it
    async with plane.transaction(access.tenant_id) as scope:
        signed = list(await heads.around(scope, view.wanted.since, view.wanted.until))
        since = view.wanted.since
        first = signed[0].seq + 1 if signed and since is not None and signed[0].at <= since else 1
        if not signed or signed[-1].seq < first:
            raise NothingSealed
        if signed[-1].seq - first >= MOST:
            raise TooManyFacts
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
            await _pack(file, "facts.ndjson", search.fact_lines(scope, first, signed[-1].seq))
            await _pack(file, "seals.ndjson", search.seal_lines(scope, first, signed[-1].seq))
            file.writestr("heads.ndjson", b"".join(orjson.dumps(head.document) + b"\n" for head in signed))
            file.writestr("keys.json", orjson.dumps(signer.public_keys()))
            file.writestr("glassfloor_verify.py", verifier()[0])
            file.writestr("README.txt", _READ_ME)
        told = JournalExported(form="proof", facts=signed[-1].seq - first + 1, filter=view.wanted.digest())
        journal.append(scope, told, subject=scope.tenant_id, at=now, actor=reader_of(access))
    packed.seek(0)
    headers = _headers("journal-proof", "zip", now)
    return StreamingResponse(_chunks(packed), headers=headers, media_type="application/zip",
                             background=BackgroundTask(packed.close))  # fmt: skip


async def _view(request: Request, access: Access) -> View:
    filters = {name: request.query_params.get(name, "") for name in NAMES}
    zone = ZoneInfo(access.principal.memberships[access.tenant_id].zone)
    async with request.app.state.plane.transaction(access.tenant_id) as scope:
        return await view_of(scope, access, filters, zone)


async def _stream(request: Request, access: Access, form: str) -> Response:
    refuse_own(access)
    view, now = await _view(request, access), clock.now()
    async with request.app.state.plane.transaction(access.tenant_id) as scope:
        number = await search.count(scope, view.wanted, MOST + 1)
        if number > MOST:
            raise TooManyFacts
        newest = await journal.head(scope)
        told = JournalExported(form=form, facts=number, filter=view.wanted.digest())
        journal.append(scope, told, subject=scope.tenant_id, at=now, actor=reader_of(access))
    lines = _csv if form == "csv" else _ndjson
    kind = "text/csv; charset=utf-8; header=present" if form == "csv" else "application/x-ndjson"
    pages = _pages(request, access, view, newest + 1)
    return StreamingResponse(lines(pages, view), headers=_headers("journal", form, now), media_type=kind)


async def _pages(request: Request, access: Access, view: View, before: int) -> AsyncIterator[list[Fact]]:
    """Yield the facts newest first; each page is read only while the reader still may."""
    while True:
        async with request.app.state.plane.transaction(access.tenant_id) as scope:
            facts = await search.find(scope, view.wanted, before, _STEP)
        yield facts
        if len(facts) < _STEP:
            return
        before = facts[-1].seq
        again = await _may_read(request)
        if again.tenant_id != access.tenant_id or again.grant != access.grant:
            raise Forbidden


async def _ndjson(pages: AsyncIterator[list[Fact]], view: View) -> AsyncIterator[bytes]:
    async for facts in pages:
        yield b"".join(orjson.dumps(_shown(fact, view)) + b"\n" for fact in facts)


async def _csv(pages: AsyncIterator[list[Fact]], view: View) -> AsyncIterator[bytes]:
    written = io.StringIO()
    table = csv.writer(written)
    table.writerow(_COLUMNS)
    async for facts in pages:
        for fact in facts:
            shown = _shown(fact, view)
            actor, data = shown.pop("actor"), orjson.dumps(shown.pop("data")).decode()
            table.writerow([_cell(v) for v in (*shown.values(), actor.get("kind", ""), actor.get("id", ""), data)])
        yield written.getvalue().encode()
        written.seek(0)
        written.truncate()


def _shown(fact: Fact, view: View) -> dict[str, Any]:
    at = fact.at.astimezone(UTC).isoformat()
    return {"seq": fact.seq, "at": at, "kind": fact.kind, "version": fact.version, "subject": str(fact.subject),
            "actor": dict(fact.actor), "data": view.data(fact)}  # fmt: skip


def _cell(value: object) -> str:
    """Return a cell that no spreadsheet runs as a formula (OWASP: CSV injection)."""
    text = str(value)
    return f"'{text}" if text[:1] in "=+-@\t\r" and text else text


async def _pack(file: zipfile.ZipFile, name: str, lines: AsyncIterator[bytes]) -> None:
    with file.open(name, "w") as part:
        async for line in lines:
            part.write(line)


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    while chunk := file.read(64 * 1024):
        yield chunk


def _headers(name: str, form: str, now: datetime) -> dict[str, str]:
    stamp = now.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    return {
        "Content-Disposition": f'attachment; filename="{name}-{stamp}.{form}"',
        "Cache-Control": "private, no-store",
        "X-Content-Type-Options": "nosniff",
    }
