"""Build an export: everything of one tenant as of one moment, a page of rows at a time (isolation.md, section 4).

All is read in one REPEATABLE READ transaction with fresh contexts, so that tables, journal and manifest agree. The
manifest comes last: what was interrupted has none, and is thrown away by whoever starts again.
"""

from __future__ import annotations

import asyncio
from typing import Any

import orjson

from exits.core.readable import schema
from exits.core.readme import readme
from exits.service import attached, recorded
from exits.service.order import Order, Progress, Work, fetch
from exits.service.sinks import Sink
from exits.service.tables import ELSEWHERE, FOR_SPREADSHEETS, LEFT_OUT, Table, count, csv_line, rows, tables
from journal import cuts
from journal import service as journal
from journal.core.chain import canonical
from journal.core.inside import outward
from journal.heads import TYPE
from kit import vault
from kit.db import Plane
from kit.tenantkeys import PREFIX
from tenants.service.files import render_readable

KIND = "glassfloor/export-manifest/1"
_FACTS = 1000
_SEALS = """
SELECT first_seq, last_seq, prev, hashes FROM gf.seal
WHERE tenant_id = $1 AND first_seq > $2 ORDER BY first_seq LIMIT 50
"""
_HEADS = "SELECT document::text AS document FROM gf.signed_head WHERE tenant_id = $1 AND seq >= $2 ORDER BY seq"


async def build(plane: Plane, order: Order, sink: Sink, progress: Progress) -> bytes:
    """Write everything into the sink and return the signed manifest's bytes.

    Raises ``OSError``, ``KeysAway``, ``KeysDestroyed``, and what the database raises; there is no manifest then.
    """
    async with plane.transaction(order.tenant_id) as scope:
        await scope.freeze()
        work = Work(order, scope, sink, progress)
        found = await tables(scope)
        for table in found:
            work.counted[table.name] = await count(scope, table)
        shown = [table for table in found if table.name not in ELSEWHERE and table.name not in LEFT_OUT]
        work.total = sum(work.counted[t.name] for t in shown) + work.counted["journal"] + work.counted["recording"]
        await progress(0, work.total)
        with sink.file("README.txt") as page:
            page.write(readme(order.name, order.code, order.at.isoformat()).encode())
        for table in shown:
            await _table(work, table)
        await _configuration(work)
        await _prompts(work)
        head = await _journal(work)
        await recorded.write(work)
        await attached.write(work)
        await progress(work.total, work.total)
    document = {
        "type": KIND, "tenant": str(order.tenant_id), "code": order.code, "name": order.name,
        "at": order.at.isoformat(), "journal": head, "files": sink.files, "left_out": LEFT_OUT,
        "tables": {name: n for name, n in work.counted.items() if name not in LEFT_OUT},
    }  # fmt: skip
    manifest = orjson.dumps(order.signer.sign(document), option=orjson.OPT_INDENT_2)
    await asyncio.to_thread(sink.finish, manifest)
    return manifest


async def _table(work: Work, table: Table) -> None:
    with work.sink.file(f"tables/{table.name}.schema.json") as file:
        file.write(orjson.dumps(schema(table.name, table.shown), option=orjson.OPT_INDENT_2))
    with work.sink.file(f"tables/{table.name}.ndjson") as file:
        async for row in rows(work.scope, table):
            file.write(orjson.dumps(row) + b"\n")
            await work.step()
    if table.name in FOR_SPREADSHEETS:
        with work.sink.file(f"tables/{table.name}.csv") as file:
            file.write(csv_line(list(table.shown)))
            async for row in rows(work.scope, table):
                file.write(csv_line([_flat(row.get(name)) for name in table.shown]))


def _flat(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    return orjson.dumps(value).decode() if isinstance(value, dict | list) else value


async def _configuration(work: Work) -> None:
    for row in await fetch(work.scope, "SELECT version, content::text AS content, source FROM gf.blueprint"
                                        " WHERE tenant_id = $1 ORDER BY version"):  # fmt: skip
        with work.sink.file(f"blueprints/v{row['version']:04d}.yaml") as file:
            file.write((row["source"] or render_readable(orjson.loads(row["content"]))).encode())
    for row in await fetch(work.scope, "SELECT code, version, content::text AS content FROM gf.flow"
                                        " WHERE tenant_id = $1 ORDER BY code, version"):  # fmt: skip
        with work.sink.file(f"flows/{_safe(row['code'])}/v{row['version']:04d}.json") as file:
            file.write(orjson.dumps(orjson.loads(row["content"]), option=orjson.OPT_INDENT_2))


async def _prompts(work: Work) -> None:
    """Write every recording of a prompt, under the digest by which blueprints name it; one at a time is in memory."""
    digests = "SELECT digest FROM gf.prompt_sound WHERE tenant_id = $1"
    for row in await fetch(work.scope, digests):
        sound = "SELECT sound FROM gf.prompt_sound WHERE tenant_id = $1 AND digest = $2"
        with work.sink.file(f"prompts/{row['digest']}.wav") as file:
            file.write((await fetch(work.scope, sound, row["digest"]))[0]["sound"])


def _safe(code: str) -> str:
    """Return a code as a name of a folder: codes are plain, this only makes sure."""
    return "".join(each if each.isalnum() or each in "-_" else "_" for each in code) or "_"


async def _journal(work: Work) -> dict[str, Any]:
    seals = await fetch(work.scope, "SELECT max(last_seq) AS last FROM gf.seal WHERE tenant_id = $1")
    last = int(seals[0]["last"] or 0)
    begin = await _beginning(work)
    head = await _seals(work, begin, last)
    await _facts(work, begin, last, "journal/facts.ndjson")
    await _facts(work, last, None, "journal/unsealed.ndjson")
    await _open_facts(work, begin)
    document = {"type": TYPE, "tenant": str(work.order.tenant_id), "at": work.order.at.isoformat(), **head}
    with work.sink.file("journal/heads.ndjson") as file:
        for signed in [*await _kept_heads(work, begin), orjson.dumps(work.order.signer.sign(document))] if last else []:
            file.write(signed + b"\n")
    return head


async def _beginning(work: Work) -> int:
    """Return the last fact that is no longer kept, with the signed document that says so; 0: all are there."""
    await work.scope.stay()
    cut = await cuts.signed(work.scope, work.order.signer)
    if cut is None:
        return 0
    work.counted["journal"] = await journal.head(work.scope) - cut.seq  # some before it may still be being deleted
    with work.sink.file("journal/cuts.ndjson") as file:
        file.write(orjson.dumps(cut.document) + b"\n")
    return cut.seq


async def _seals(work: Work, after: int, last: int) -> dict[str, Any]:
    head = b""
    with work.sink.file("journal/seals.ndjson") as file:
        while after < last:
            for row in await fetch(work.scope, _SEALS, after):
                hashes = [bytes(each).hex() for each in row["hashes"]]
                line = {"first_seq": row["first_seq"], "last_seq": row["last_seq"], "prev": bytes(row["prev"]).hex()}
                file.write(orjson.dumps({**line, "hashes": hashes}) + b"\n")
                after, head = row["last_seq"], bytes(row["hashes"][-1])
    return {"seq": last, "hash": head.hex()}


async def _facts(work: Work, after: int, last: int | None, name: str) -> None:
    with work.sink.file(name) as file:
        while last is None or after < last:
            await work.scope.stay()
            limit = _FACTS if last is None else min(_FACTS, last - after)
            facts = await journal.stored(work.scope, after=after, limit=limit)
            if not facts:
                return
            file.write(b"".join(canonical(fact) + b"\n" for fact in facts))
            after = facts[-1].seq
            await work.step(len(facts))


async def _open_facts(work: Work, after: int) -> None:
    with work.sink.file("journal/opened.ndjson") as file:
        while True:
            await work.scope.stay()
            facts = await journal.stored(work.scope, after=after, limit=_FACTS)
            if not facts:
                return
            sealed = [fact for fact in facts if PREFIX in str(fact.data)]
            if sealed:
                opened = await vault.opened(work.scope, lambda keys, s=sealed: [journal.open_fact(keys, f) for f in s])  # type: ignore[misc]
                file.write(b"".join(orjson.dumps({"seq": f.seq, "data": outward(f.data)}) + b"\n" for f in opened))
            after = facts[-1].seq


async def _kept_heads(work: Work, begin: int) -> list[bytes]:
    """Return the heads that were signed before, as they were given to the client, from the journal's beginning on."""
    kept = await fetch(work.scope, _HEADS, begin)
    return [row["document"].encode() for row in kept]
