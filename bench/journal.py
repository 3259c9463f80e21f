"""Facts per second of ``journal.append_now`` by the size of the group, against bare statements on a bare table.

The bare table has the same columns and indexes, no row-level security, no numbers and no head row. One connection
everywhere; the disk's sync is real.
"""

from __future__ import annotations

import os
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import asyncpg
import orjson

from bench.ground import Ground, grounded
from bench.measure import Figure, Goal, Meter, Sample, Side, compare
from bench.run import Run
from interactions.facts import OfferEnded
from journal import service as journal
from journal.core.facts import NewFact
from kit.ids import new_id

_BARE = """
CREATE SCHEMA bare;
CREATE TABLE bare.event (tenant_id uuid, seq bigint, kind text, version int, subject uuid, at timestamptz, actor jsonb,
  data jsonb, PRIMARY KEY (tenant_id, seq));
CREATE INDEX ON bare.event (tenant_id, subject, seq);
"""
_INSERT = "INSERT INTO bare.event VALUES ($1, $2, $3, $4, $5, $6, $7::text::jsonb, $8::text::jsonb)"
COPY_ROWS = 500
GROUPS = (1, 10, 100)

Write = Callable[[int], Awaitable[None]]


async def run(given: Run) -> None:
    """Compare and print."""
    async with grounded(given.folder, 1, given.say) as ground:
        bare = await asyncpg.connect(ground.admin_dsn)
        try:
            await bare.execute(_BARE)
            await _compare(given, ground, bare)
        finally:
            await bare.close()


async def _compare(given: Run, ground: Ground, bare: Any) -> None:  # noqa: ANN401 - asyncpg's connection
    numbers = iter(range(1, 1 << 40))
    client = ground.clients[0]

    def side(name: str, facts: int, write: Write) -> Side:
        async def once() -> Sample:
            meter = Meter(process=lambda: [os.getpid()], postgres=ground.backends)
            began = time.perf_counter()
            await write(facts)
            wall = time.perf_counter() - began
            sample = meter.sample(facts, wall)
            total = sum(sample.cost.values())
            return Sample(facts, wall, {**sample.cost, "both": total})

        return Side(name, once)

    def grouped(size: int) -> Write:
        async def write(facts: int) -> None:
            for _ in range(facts // size):
                async with ground.plane.transaction(client.id) as scope:
                    await journal.append_now(scope, [_fact() for _ in range(size)])

        return write

    async def inserts(facts: int) -> None:
        for _ in range(facts):
            await bare.execute(_INSERT, *_row(client.id, next(numbers), as_text=True))

    async def copies(facts: int) -> None:
        for _ in range(facts // COPY_ROWS):
            rows = [_row(client.id, next(numbers)) for _ in range(COPY_ROWS)]
            await bare.copy_records_to_table("event", schema_name="bare", records=rows)

    await bare.set_type_codec("jsonb", encoder=_jsonb, decoder=bytes, schema="pg_catalog", format="binary")
    singly, many = given.count(600, 40), given.count(10_000, 1_000)
    sides = [side(f"by {size}", singly if size == 1 else many, grouped(size)) for size in GROUPS]
    sides += [side("insert", singly, inserts), side("copy", many, copies)]
    for each in sides:  # connections, plans and pages are warm
        await each.run()
    rounds = await compare(sides, given.rounds)
    given.figures(
        rounds,
        Figure("I2a", "journal, one fact per commit, to a bare INSERT per commit", "by 1", "insert", gate="both"),
        Figure("I2b", "journal by 10 to a bare INSERT per commit", "by 10", "insert", gate="both"),
        Figure("I2", "journal by 100 to a bare INSERT per commit", "by 100", "insert", Goal("x20 by wall", 20),
               gate="wall"),
        Figure("I1", "journal by 100 to a bare COPY of 500", "by 100", "copy", Goal("0.45", 0.45), gate="both",
               also=("process", "postgres")),
    )  # fmt: skip
    for size in GROUPS:
        name = f"by {size}"
        given.tell(f"    journal by {size}: {1 / rounds.median(name, 'wall'):,.0f} facts/s on one connection")


def _fact() -> NewFact:
    return NewFact(OfferEnded(str(new_id()), str(new_id()), "answered"), new_id(), datetime.now(UTC))


def _row(tenant_id: UUID, seq: int, *, as_text: bool = False) -> tuple[Any, ...]:
    """Make one row from a fact as the journal does, so that both sides pay for the same objects and codecs."""
    fact = _fact()
    actor, data = orjson.dumps(fact.actor.data()), orjson.dumps(fact.payload.data())
    head = (tenant_id, seq, fact.kind, fact.payload.VERSION, fact.subject, fact.at)
    return (*head, actor.decode(), data.decode()) if as_text else (*head, actor, data)


def _jsonb(text: bytes) -> bytes:
    return b"\x01" + text  # the one version of jsonb's binary form
