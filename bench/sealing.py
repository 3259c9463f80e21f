"""What sealing costs: ten facts with a note in one commit, and reading them again, against the same facts unsealed.

Both kinds have the same fields and the same text of 80 characters; of one the text is personal. The vault is the
product's, its key open in memory as in any process that has worked for a moment.
"""

from __future__ import annotations

import os
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import ClassVar

from pydantic import SecretStr

from app.wiring import install_vault
from bench.ground import Ground, grounded
from bench.measure import Figure, Meter, Sample, Side, compare
from bench.run import Run
from journal import service as journal
from journal.core.facts import NewFact, Payload, fact_kind
from kit.ids import new_id
from kit.settings import Settings

GROUP, PAGE = 10, 500
_NOTE = "Asked for the parcel of last week; it is at the neighbour's, and he rings him up"


@fact_kind()
class BenchNoted(Payload):
    """A note that is sealed."""

    PERSONAL: ClassVar[tuple[str, ...]] = ("note",)
    code: str
    note: str


@fact_kind()
class BenchRemarked(Payload):
    """The same, and it is not."""

    code: str
    note: str


Kind = type[BenchNoted] | type[BenchRemarked]


async def run(given: Run) -> None:
    """Compare and print."""
    async with grounded(given.folder, 2, given.say) as ground:
        install_vault(Settings(master_key=SecretStr("7b" * 32), data_folder=given.folder))
        facts = given.count(3_000, 200)
        kinds: tuple[tuple[str, Kind], ...] = (("sealed", BenchNoted), ("open", BenchRemarked))
        writing = [_side(name, _write(ground, at, kind, facts), ground, facts) for at, (name, kind) in enumerate(kinds)]
        for each in writing:  # keys, connections and plans are warm, and there is something to read
            await each.run()
        written = await compare(writing, given.rounds)
        times = given.count(20, 2)
        reading = [_side(name, _read(ground, at, times), ground, PAGE * times) for at, (name, _) in enumerate(kinds)]
        for each in reading:
            await each.run()
        read = await compare(reading, given.rounds)
    for rounds, number, title in (
        (written, "K1", "ten facts with a sealed note in one commit to ten without sealing"),
        (read, "K2", f"reading {PAGE} facts of which each holds a sealed note to {PAGE} without"),
    ):
        given.figures(rounds, Figure(number, title, "sealed", "open", gate="both", inverse=True, also=("process",)))


def _side(name: str, act: Callable[[], Awaitable[None]], ground: Ground, facts: int) -> Side:
    async def once() -> Sample:
        meter, began = Meter(process=lambda: [os.getpid()], postgres=ground.backends), time.perf_counter()
        await act()
        sample = meter.sample(facts, time.perf_counter() - began)
        return Sample(facts, sample.wall_s, {**sample.cost, "both": sum(sample.cost.values())})

    return Side(name, once)


def _write(ground: Ground, at: int, kind: Kind, facts: int) -> Callable[[], Awaitable[None]]:
    async def write() -> None:
        for _ in range(facts // GROUP):
            async with ground.plane.transaction(ground.clients[at].id) as scope:
                made = [NewFact(kind("solved", _NOTE), new_id(), datetime.now(UTC)) for _ in range(GROUP)]
                await journal.append_now(scope, made)

    return write


def _read(ground: Ground, at: int, times: int) -> Callable[[], Awaitable[None]]:
    async def read() -> None:
        async with ground.plane.transaction(ground.clients[at].id) as scope:
            for _ in range(times):
                found = await journal.read(scope, limit=PAGE)
                assert {fact.data["note"] for fact in found} == {_NOTE}

    return read
