"""A figure of the board, of the client or of a queue, is the number of its rows: over a rich day, counted by hand too.

Transfers, overflow, callbacks, orders, a formula that changes, conversations over midnight, a day of 25 hours.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import asyncpg

from interactions import figures as behind
from interactions.core.record import InteractionRecord
from interactions.core.record import apply as fold
from interactions.records import save
from journal.core.facts import Fact
from live import rewind
from live.core.apply import apply
from live.core.board import Board, Changes
from live.core.counts import Counts
from live.keyframes import Watched
from tenants.core.service_level import Formula, Variant
from tests.live.test_board import BLUEPRINT, LEVEL
from tests.live.test_rewind import write
from tests.support.house import TENANT_A, House

ZONE = ZoneInfo("Europe/Berlin")
DAY = datetime(2026, 10, 25, tzinfo=ZONE)
"""A day of 25 hours in that zone."""
MANY = 30
"""Interactions of a queue from which on every formula is tried."""
AGENT = str(UUID(int=2))
QUEUES = {"care": UUID(int=11), "vip": UUID(int=12), "night": UUID(int=13)}
FORMULAS = (
    (timedelta(hours=-3), {**LEVEL}),
    (timedelta(hours=9), {**LEVEL, "variant": "SL6", "threshold_s": 60, "short_abandon_s": 0}),
    (timedelta(hours=15), {**LEVEL, "variant": "SL3", "threshold_s": 10, "short_abandon_s": 30}),
)
ENDS = ("answered", "answered", "answered", "abandoned", "abandoned", "overflow", "overflow", "timeout", "callback",
        "transfer", "failed", "long", "task")  # fmt: skip
Told = tuple[datetime, str, UUID, dict[str, Any]]


def day() -> list[Fact]:
    """Tell it from three hours before midnight to three hours after the next one, in the order of time."""
    dice = random.Random(25)
    begin = DAY.astimezone(UTC) - timedelta(hours=3)
    queues = [{"id": str(key), "code": code, "name": code} for code, key in QUEUES.items()]
    told: list[Told] = [
        (DAY.astimezone(UTC) + after, "BlueprintApplied", TENANT_A,
         {**BLUEPRINT, "queues": queues, "service_level": level})
        for after, level in FORMULAS
    ]  # fmt: skip
    told.append((begin + timedelta(hours=8), "WorkOrderCreated", UUID(int=7), {"status": "submitted"}))
    for number in range(260):
        at = begin + timedelta(seconds=dice.randrange(31 * 3600))
        told += _interaction(UUID(int=1000 + number), at, dice)
    told.sort(key=lambda each: each[0])
    return [
        Fact(TENANT_A, seq, at, kind, 1, subject, {}, data) for seq, (at, kind, subject, data) in enumerate(told, 1)
    ]


def _interaction(subject: UUID, at: datetime, dice: random.Random) -> Iterator[Told]:
    """One contact: up to three queues, at most one answer, a transfer, or work without a contact."""
    end, channel = dice.choice(ENDS), {"number": "+49", "contact": "+49 1**", "channel": "voice", "flow": "main"}
    yield at, "InteractionStarted", subject, {**channel, "direction": "inbound", "flow_version": 1}
    if end == "task":
        told = {"task": "callback", "origin_id": None, "due_at": None, "queue": "care", "queue_id": str(QUEUES["care"])}
        yield at, "TaskOpened", subject, told
    for stay in range(3):
        code = dice.choice(list(QUEUES))
        at += timedelta(seconds=dice.choice((1, 5, 40)))
        yield at, "InteractionQueued", subject, {"queue": code, "queue_id": str(QUEUES[code]), "head_start_s": 0}
        wait = dice.choice((0, 5_000, 10_000, 20_000, 30_000, 60_000)) + dice.choice((0, 0, 1, 400_000))
        at += timedelta(milliseconds=wait)
        of = {"queue_id": str(QUEUES[code]), "wait_ms": wait}
        if end in {"overflow", "timeout", "callback"} and (end != "overflow" or stay < 2):
            yield at, "InteractionDequeued", subject, {**of, "reason": "callback" if end == "callback" else "timeout"}
            if end == "overflow":
                continue
            if end == "callback":
                yield at, "CallbackRequested", subject, {"queue": code, "queue_id": of["queue_id"]}
            break
        if end in {"abandoned", "failed"}:
            kind, more = ("InteractionAbandoned", {"stage": "waiting"})
            if end == "failed":
                kind, more = "InteractionDequeued", {"reason": "system_failure"}
            yield at, kind, subject, {**of, **more}
            break
        yield at, "InteractionConnected", subject, {**of, "agent_id": AGENT, "offer_id": str(UUID(int=3))}
        at += timedelta(hours=5 if end == "long" else 0, seconds=90)
        if end != "transfer" or stay:
            break
        moved = {"to": "queue", "target": "vip", "agent_id": AGENT, "to_agent_id": None}
        yield at, "InteractionTransferred", subject, moved
    over = {"ended_by": "contact", "cause": "normal", "stage": "talking", "talk_ms": 1, "agent_id": None}
    if dice.random() < 0.95:
        yield at + timedelta(seconds=1), "InteractionEnded", subject, over


# ------------------------------------------------------------------------------------------------ counted by hand


def by_hand(facts: Sequence[Fact], since: datetime, queue: str) -> dict[str, int]:
    """Count from the facts, stay by stay, with nothing of the product's: the figures of a queue, or of all ("")."""
    stories: dict[UUID, list[Fact]] = {}
    agreed: list[tuple[int, dict[str, Any]]] = []
    for fact in facts:
        stories.setdefault(fact.subject, []).append(fact)
        if fact.kind == "BlueprintApplied":
            agreed.append((fact.seq, fact.data["service_level"]))
    sums = dict.fromkeys(("offered", "answered", "hits", "abandoned", "abandoned_hits", "short", "dequeued"), 0)
    for story in stories.values():
        for came, end in _stays(story, whole=not queue):
            if came.at < since or queue not in {"", came.data["queue_id"]}:
                continue
            sums["offered"] += 1
            if end is not None:
                level = [level for seq, level in agreed if seq <= end.seq][-1]
                for name in _judged(end, level):
                    sums[name] += 1
    return sums


def _judged(end: Fact, level: dict[str, Any]) -> tuple[str, ...]:
    wait, short = end.data.get("wait_ms", 0), level["short_abandon_s"] * 1000
    in_time = wait <= level["threshold_s"] * 1000
    if end.kind == "InteractionConnected":
        return ("answered", "hits") if in_time else ("answered",)
    if end.kind == "InteractionAbandoned":
        return ("short",) if short and wait <= short else ("abandoned", "abandoned_hits") if in_time else ("abandoned",)
    return ("dequeued",) if end.kind == "InteractionDequeued" else ()


def _stays(story: Sequence[Fact], *, whole: bool) -> Iterator[tuple[Fact, Fact | None]]:
    """Each stay before the first answer, with what ended it; of the whole its first, with what came of all."""
    if any(fact.kind == "TaskOpened" for fact in story):
        return
    first: Fact | None = None
    for place, fact in enumerate(story):
        if fact.kind == "InteractionConnected":
            break
        if fact.kind == "InteractionQueued":
            first = first or fact
            over = ("InteractionConnected", "InteractionAbandoned", "InteractionDequeued", "InteractionEnded")
            if not whole:
                yield fact, next((each for each in story[place:] if each.kind in over), None)
    if whole and first is not None:
        yield first, next((f for f in story if f.kind in {"InteractionConnected", "InteractionAbandoned"}), None)


def of_level(sums: dict[str, int], variant: Variant) -> tuple[int, int]:
    """Numerator and base, from the table of the contract's formulas."""
    n, a, bs = sums["hits"], sums["answered"], sums["short"]
    bt, bl = sums["abandoned_hits"], sums["abandoned"] - sums["abandoned_hits"]
    return {
        Variant.SL1: (n, a + bs + bt + bl), Variant.SL2: (n, a + bt + bl), Variant.SL3: (n, a + bl),
        Variant.SL4: (n + bt + bs, a + bs + bt + bl), Variant.SL5: (n, a), Variant.SL6: (n + bt, a + bt + bl),
    }[variant]  # fmt: skip


# ------------------------------------------------------------------------------------------------ board, rows, hand


async def test_each_figure_of_a_rich_day_is_the_number_of_its_rows(house: House) -> None:
    facts, board = day(), Board("A", ZONE.key)
    admin = await asyncpg.connect(house.admin_dsn)
    await admin.executemany(
        "INSERT INTO gf.queue (tenant_id, id, code, name, needs, ring_s, max_wait_s, wrap_up_s, dispositions)"
        " VALUES ($1, $2, $3, $3, '{}', 20, 600, 0, '[]')",
        [(TENANT_A, key, code) for code, key in QUEUES.items()],
    )
    await admin.close()
    compared, told = 0, 0
    for hours in (0.2, 16, 25.1):
        now = DAY.astimezone(UTC) + timedelta(hours=hours)
        upto = sum(fact.at <= now for fact in facts)
        for fact in facts[told:upto]:
            board.begin_day(fact.at, Changes())
            apply(board, fact)
        await _stored(house, facts, told, upto)
        told = upto
        board.begin_day(now, Changes())
        midnight = now.astimezone(ZONE).replace(hour=0, minute=0, second=0, microsecond=0).astimezone(UTC)
        for queue in ("", *map(str, QUEUES.values())):
            counts = board.queues[queue].counts if queue else board.counts
            compared += await _alike(house, (facts[:upto], midnight, queue), counts, board.formula)
    assert compared == 3 * (4 * 4 + 3) + 5 * 4
    await _alike_in_the_past(house, facts)


async def _alike_in_the_past(house: House, facts: Sequence[Fact]) -> None:
    """A figure on the board of a past second opens what it counted then, whatever came of its rows since."""
    watched, compared = Watched(TENANT_A, "A", ZONE.key), 0
    for hours in (0.1, 5, 12.4, 24.9):
        now = DAY.astimezone(UTC) + timedelta(hours=hours)
        board = await rewind.board_at(house.app, watched, now, DAY + timedelta(days=2))
        midnight = now.astimezone(ZONE).replace(hour=0, minute=0, second=0, microsecond=0).astimezone(UTC)
        for queue in ("", *map(str, QUEUES.values())):
            counts = board.queues[queue].counts if queue else board.counts
            compared += await _alike(house, (facts[: board.seq], midnight, queue), counts, board.formula)
    assert compared > 4 * (4 * 4 + 3)


async def _alike(house: House, of: tuple[Sequence[Fact], datetime, str], counts: Counts, formula: Formula) -> int:
    facts, midnight, queue = of
    sums, compared, upto = by_hand(facts, midnight, queue), 0, facts[-1].seq
    async with house.app.transaction(TENANT_A) as scope:

        async def rows(figure: str, of: Formula) -> tuple[int, int]:
            found = await behind.behind(scope, behind.Asked(figure, midnight, of, upto, queue), limit=1000)
            assert len(found.rows) == found.count
            assert sum(row.hit for row in found.rows) == found.hits
            return found.hits, found.count

        for figure in ("offered", "answered", "abandoned", *(["dequeued"] if queue else [])):
            _, count = await rows(figure, formula)
            assert (count, getattr(counts, figure)) == (sums[figure],) * 2, (figure, queue, midnight)
            compared += 1
        for variant in Variant if sums["offered"] > MANY else (formula.variant,):
            agreed = replace(formula, variant=variant)
            level = counts.level(agreed)
            said = level["num"], level["den"]
            assert (await rows("level", agreed), said) == (of_level(sums, variant),) * 2, (variant, queue, midnight)
            compared += 1
    return compared


async def _stored(house: House, facts: Sequence[Fact], told: int, upto: int) -> None:
    """Put the next facts into the journal, and the rows of all that they are about."""
    await write(house, facts[told:upto])
    touched = {fact.subject for fact in facts[told:upto]}
    records: dict[UUID, InteractionRecord | None] = {}
    for fact in facts[:upto]:
        if fact.subject in touched:
            records[fact.subject] = fold(records.get(fact.subject), fact)
    async with house.app.transaction(TENANT_A) as scope:
        await save(scope, [record for record in records.values() if record is not None], {})
