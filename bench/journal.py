"""Facts per second of ``journal.append_now`` by the size of the group, against bare statements on a bare table.

The bare table has the same columns and indexes, no row-level security, no numbers and no head row. One connection
everywhere; the disk's sync is real.
"""

from __future__ import annotations

import itertools
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


class Writers:
    """Everything that writes facts, ours and bare."""

    def __init__(self, ground: Ground, bare: Any) -> None:  # noqa: ANN401 - asyncpg's connection
        """``bare`` is a connection that row-level security does not hold."""
        self._ground, self._bare = ground, bare
        self._client = ground.clients[0]
        self._numbers = itertools.count(1)

    def side(self, name: str, facts: int, write: Write) -> Side:
        """Return a side that writes so many facts."""

        async def once() -> Sample:
            meter = Meter(process=lambda: [os.getpid()], postgres=self._ground.backends)
            began = time.perf_counter()
            await write(facts)
            sample = meter.sample(facts, time.perf_counter() - began)
            return Sample(facts, sample.wall_s, {**sample.cost, "both": sum(sample.cost.values())})

        return Side(name, once)

    def grouped(self, size: int) -> Write:
        """Append to the journal, so many facts in a transaction."""

        async def write(facts: int) -> None:
            for _ in range(facts // size):
                async with self._ground.plane.transaction(self._client.id) as scope:
                    await journal.append_now(scope, [_fact() for _ in range(size)])

        return write

    async def inserts(self, facts: int) -> None:
        """Commit each row."""
        for _ in range(facts):
            await self._bare.execute(_INSERT, *_row(self._client.id, next(self._numbers), as_text=True))

    async def copies(self, facts: int) -> None:
        """Copy 500 rows at a time."""
        for _ in range(facts // COPY_ROWS):
            rows = [_row(self._client.id, next(self._numbers)) for _ in range(COPY_ROWS)]
            await self._bare.copy_records_to_table("event", schema_name="bare", records=rows)


async def _compare(given: Run, ground: Ground, bare: Any) -> None:  # noqa: ANN401 - asyncpg's connection
    writers = Writers(ground, bare)
    await bare.set_type_codec("jsonb", encoder=_jsonb, decoder=bytes, schema="pg_catalog", format="binary")
    singly, many = given.count(600, 40), given.count(10_000, 1_000)
    sides = [writers.side(f"by {size}", singly if size == 1 else many, writers.grouped(size)) for size in GROUPS]
    sides += [writers.side("insert", singly, writers.inserts), writers.side("copy", many, writers.copies)]
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
