"""An export of a client with many facts: seconds, megabytes a second, and how much memory it takes beyond the start.

Four fifths of the facts are made in the database, the others by the journal, each with a sealed note. The small client
is there to show that memory does not grow with the facts: the peak is the process's own (VmHWM), reset before each.
"""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
from pydantic import SecretStr

from app.wiring import install_vault
from bench.ground import Client, Ground, grounded
from bench.run import Run
from exits.service.build import build
from exits.service.order import Order
from exits.service.sinks import FolderSink, Sink, ZipSink
from interactions.facts import DispositionChosen
from journal import seals
from journal import service as journal
from journal.core.facts import NewFact
from kit.db import Database
from kit.ids import new_id
from kit.objects import Folder
from kit.settings import Settings
from kit.signing import DocumentSigner

_MIB = 1024 * 1024
_SOMEBODYS_KEY = "age1fmz6gpm7m32xx86eewjx3rg6mypzqcls6x2ajj9g6k03jmnesqrq2avtm5"
_NOTE = "Asked for the parcel of last week; it is at the neighbour's, and he rings him up"
_FACTS = """
WITH made AS (UPDATE gf.journal_head SET seq = seq + $2 WHERE tenant_id = $1 RETURNING seq - $2 AS base)
INSERT INTO gf.journal (tenant_id, seq, kind, version, subject, at, actor, data)
SELECT $1, base + n, 'OfferEnded', 1, uuidv7(), now(), '{"id": "glassfloor", "kind": "system"}',
  jsonb_build_object('offer_id', uuidv7(), 'agent_id', uuidv7(), 'outcome', 'answered')
FROM made, generate_series(1, $2::int) AS n
"""


async def run(given: Run) -> None:
    """Measure and print."""
    many = given.count(200_000, 4_000)
    async with grounded(given.folder, 2, given.say) as ground:
        install_vault(Settings(master_key=SecretStr("7b" * 32), data_folder=given.folder))
        small, large = ground.clients
        for client, facts in ((small, many // 10), (large, many)):
            given.say(f"{facts:,} facts of {client.code}")
            await _fill(ground, client, facts)
        for client, facts in ((small, many // 10), (large, many)):
            for how in ("folder", "zip", "age"):
                given.tell(f"E1  {facts:,} facts to {how:<7} {await _export(ground, client, how)}")


async def _fill(ground: Ground, client: Client, facts: int) -> None:
    admin = await asyncpg.connect(ground.admin_dsn)
    await admin.execute(_FACTS, client.id, facts * 4 // 5)
    await admin.close()
    for _ in range(facts // 5 // 500 or 1):
        made = [NewFact(DispositionChosen("", "solved", _NOTE), new_id(), datetime.now(UTC)) for _ in range(500)]
        async with ground.plane.transaction(client.id) as scope:
            await journal.append_now(scope, made)
    sealer = Database(ground.prepared.dsns["gf_sealer"], ground.prepared.signer)
    await seals.seal_new(sealer, client.id)
    await sealer.close()


async def _export(ground: Ground, client: Client, how: str) -> str:
    place = ground.folder / f"out-{client.code}-{how}"
    sink: Sink
    if how == "folder":
        place.mkdir()
        sink = FolderSink(place)
    else:
        sink = ZipSink(place, _SOMEBODYS_KEY if how == "age" else None)
    order = Order(client.id, client.code, client.code, datetime.now(UTC), Folder(ground.folder / "none"),
                  DocumentSigner(bytes(32)))  # fmt: skip

    async def nobody(_done: int, _total: int) -> None:
        return

    _forget_peak()
    before, began = _peak(), time.perf_counter()
    await build(ground.plane, order, sink, nobody)
    wall = time.perf_counter() - began
    plain = sum(int(str(file["bytes"])) for file in sink.files) / _MIB
    return (
        f"{wall:6.1f} s | {plain:6.1f} MiB of content, {plain / wall:5.1f} MiB/s | memory +{_peak() - before:.1f} MiB"
    )


def _forget_peak() -> None:
    """Let VmHWM begin again at what the process has now (proc(5), clear_refs)."""
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def _peak() -> float:
    found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text(encoding="ascii"))
    return int(found.group(1)) / 1024 if found else 0.0
