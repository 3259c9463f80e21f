"""Taking the audit away: exactly what a filter shows, as CSV or NDJSON, and a proof that the verifier checks.

A key with the scope ``journal.read`` may fetch all of it as well. Everything is streamed page by page while the access
lasts. A file that ends early says so in its last line, its answer is broken off, and a fact and the page tell of it.
"""

from __future__ import annotations

import csv
import io
import tempfile
import zipfile
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import IO, Annotated, Any
from zoneinfo import ZoneInfo

import orjson
from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from journal import cuts, heads, search
from journal import service as journal
from journal.core.facts import Fact
from journal.errors import NothingSealed, TooManyFacts
from journal.facts import JournalExportCut, JournalExported
from kit import clock
from kit.away import MAYBE_AWAY
from kit.errors import Forbidden, Problem
from portal.audit import NAMES, PAGE, View, refuse_own, view_of
from portal.proofs import verifier
from tenants.endpoints import Access, permitted, reader_of
from tenants.streams import EndedEarly, Standing, StandingStream

router = APIRouter(include_in_schema=False)

MOST = 100_000
_STEP = 250

MayRead = Annotated[Access, Depends(permitted("journal.read"))]

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
        begin = await cuts.signed(scope, signer)
        first = _first(signed, begin, view.wanted.since)
        if not signed or signed[-1].seq < first:
            raise NothingSealed
        if signed[-1].seq - first >= MOST:
            raise TooManyFacts
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
            await _pack(file, "facts.ndjson", search.fact_lines(scope, first, signed[-1].seq))
            await _pack(file, "seals.ndjson", search.seal_lines(scope, first, signed[-1].seq))
            file.writestr("heads.ndjson", b"".join(orjson.dumps(head.document) + b"\n" for head in signed))
            if begin is not None and begin.seq == first - 1:
                file.writestr("cuts.ndjson", orjson.dumps(begin.document) + b"\n")
            file.writestr("keys.json", orjson.dumps(signer.public_keys()))
            file.writestr("glassfloor_verify.py", verifier()[0])
            file.writestr("README.txt", _READ_ME)
        told = JournalExported(form="proof", facts=signed[-1].seq - first + 1, filter=view.wanted.digest())
        journal.append(scope, told, subject=scope.tenant_id, at=now, actor=reader_of(access))
    packed.seek(0)
    headers = _headers("journal-proof", "zip", now)

    async def close() -> None:
        packed.close()

    return StandingStream(
        _chunks(packed), Standing(request, access), headers=headers, media="application/zip", at_last=close
    )


def _first(signed: list[heads.Head], begin: cuts.Cut | None, since: datetime | None) -> int:
    """Return the first fact of a proof: after the last head before ``since``, or the first that is kept."""
    if signed and since is not None and signed[0].at <= since:
        return signed[0].seq + 1
    return begin.seq + 1 if begin is not None else 1


async def _view(request: Request, access: Access) -> View:
    filters = {name: request.query_params.get(name, "") for name in NAMES}
    zone = ZoneInfo(access.principal.memberships[access.tenant_id].zone)
    async with request.app.state.plane.transaction(access.tenant_id) as scope:
        return await view_of(scope, access, filters, zone)


@dataclass(slots=True)
class _Progress:
    """How far an export came."""

    facts: int
    """How many it should hold."""
    written: int = 0
    why: str = "connection"
    whole: bool = False


async def _stream(request: Request, access: Access, form: str) -> Response:
    refuse_own(access)
    view, now = await _view(request, access), clock.now()
    async with request.app.state.plane.transaction(access.tenant_id) as scope:
        progress = _Progress(await search.count(scope, view.wanted, MOST + 1))
        if progress.facts > MOST:
            raise TooManyFacts
        newest = await journal.head(scope)
        told = JournalExported(form=form, facts=progress.facts, filter=view.wanted.digest())
        journal.append(scope, told, subject=scope.tenant_id, at=now, actor=reader_of(access))
    kind = "text/csv; charset=utf-8; header=present" if form == "csv" else "application/x-ndjson"
    standing = Standing(request, access)
    pages = _pages(request, access, view, newest + 1)

    async def note_a_cut() -> None:
        if not progress.whole:
            cut = JournalExportCut(form=form, facts=progress.facts, written=progress.written, why=progress.why)
            async with request.app.state.plane.transaction(access.tenant_id) as scope:
                journal.append(scope, cut, subject=scope.tenant_id, at=clock.now(), actor=reader_of(access))

    headers = {**_headers("journal", form, now), "Glassfloor-Facts": str(progress.facts)}
    content = _content(_csv if form == "csv" else _ndjson, _while(pages, standing, progress), view, progress)
    return StandingStream(content, standing, headers=headers, media=kind, at_last=note_a_cut)


async def _pages(request: Request, access: Access, view: View, before: int) -> AsyncIterator[list[Fact]]:
    """Yield the facts newest first."""
    while True:
        async with request.app.state.plane.transaction(access.tenant_id) as scope:
            facts = await search.find(scope, view.wanted, before, _STEP)
        yield facts
        if len(facts) < _STEP:
            return
        before = facts[-1].seq


async def _while(
    pages: AsyncIterator[list[Fact]], standing: Standing, progress: _Progress
) -> AsyncIterator[list[Fact]]:
    """Yield pages while the access lasts and they can be read."""
    try:
        async for facts in pages:
            if standing.over.is_set():
                progress.why = "access_ended"
                return
            yield facts
            progress.written += len(facts)
        progress.whole = True
    except (Problem, *MAYBE_AWAY):
        progress.why = "unavailable"


async def _content(
    lines: Callable[[AsyncIterator[list[Fact]], View], AsyncIterator[bytes]],
    pages: AsyncIterator[list[Fact]], view: View, progress: _Progress,
) -> AsyncIterator[bytes]:  # fmt: skip
    """Yield the file; one that ends early says so in its last line. Raises :class:`EndedEarly` then."""
    async for octets in lines(pages, view):
        yield octets
    if progress.whole:
        return
    said = {"incomplete": progress.why, "facts_written": progress.written, "facts_expected": progress.facts}
    row = f"INCOMPLETE,{progress.why},facts_written={progress.written},facts_expected={progress.facts}\r\n"
    yield row.encode() if lines is _csv else orjson.dumps(said) + b"\n"
    raise EndedEarly


async def _ndjson(pages: AsyncIterator[list[Fact]], view: View) -> AsyncIterator[bytes]:
    async for facts in pages:
        yield b"".join(orjson.dumps(_shown(fact, view)) + b"\n" for fact in facts)


async def _csv(pages: AsyncIterator[list[Fact]], view: View) -> AsyncIterator[bytes]:
    written = io.StringIO()
    table = csv.writer(written)
    table.writerow(_COLUMNS)
    yield written.getvalue().encode()
    async for facts in pages:
        written.seek(0)
        written.truncate()
        for fact in facts:
            shown = _shown(fact, view)
            actor, data = shown.pop("actor"), orjson.dumps(shown.pop("data")).decode()
            table.writerow([_cell(v) for v in (*shown.values(), actor.get("kind", ""), actor.get("id", ""), data)])
        yield written.getvalue().encode()


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
