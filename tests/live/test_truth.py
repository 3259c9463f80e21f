"""At the end of every interval the product sees that its boards are what the journal says; here some are not."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import orjson
import pytest

from app.rounds import BoardChecks
from journal import service as journal
from journal.core.facts import Fact
from kit.bus import Bus
from kit.clock import millis
from kit.db import Scope
from live import feed, keyframes, truth
from live.core import keyframe
from live.core.alerts import BOARD_DIFFERED, alerts
from live.core.apply import apply
from live.core.board import Board, Changes
from live.core.difference import counted
from live.core.stored import StoredCall
from live.feed import Feed
from live.keyframes import Watched
from live.service import open_board
from live.truth import check, closed_at, compare
from tenants.core.alerts import AlertLimits
from tests.failure.plant import until
from tests.live.screens import Wire
from tests.live.test_board import Story
from tests.live.test_rewind import WATCHED, ZONE, story_over_the_end_of_summer_time, write
from tests.support.house import TENANT_A, House


async def told(house: House, kind: str) -> list[dict[str, object]]:
    async with house.app.transaction(TENANT_A) as scope:
        return [dict(fact.data) for fact in await journal.stored(scope, after=0, limit=10_000) if fact.kind == kind]


async def spoil(house: House, *seqs: int) -> None:
    """Let stored boards count one arrival too many."""
    admin = await asyncpg.connect(house.admin_dsn)
    for seq in seqs:
        row = await admin.fetchrow("SELECT packed FROM gf.board_keyframe WHERE seq = $1", seq)
        assert row is not None
        stored = orjson.loads(zlib.decompress(row["packed"]))
        stored["counts"]["offered"] += 1
        wrong = zlib.compress(orjson.dumps(stored))
        await admin.execute("UPDATE gf.board_keyframe SET packed = $2 WHERE seq = $1", seq, wrong)
    await admin.close()


async def kept(house: House) -> list[int]:
    async with house.app.transaction(TENANT_A) as scope:
        return [row["seq"] for row in await scope.fetch("SELECT seq FROM gf.board_keyframe ORDER BY seq")]


async def as_recorded(scope: Scope, _known: Iterable[str]) -> tuple[int, dict[str, StoredCall]]:
    """The rows of a story that no switchboard recorded: what its whole journal makes of each conversation."""
    board = Board("A", ZONE)
    for fact in await journal.stored(scope, after=0, limit=100_000):
        apply(board, fact)
    names = [field.name for field in fields(StoredCall)]
    rows = {key: StoredCall(*(getattr(call, name) for name in names)) for key, call in board.calls.items()}
    return board.seq, rows


async def test_a_wrong_board_is_found_told_and_made_anew(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keyframes, "EVERY", 100)
    facts = story_over_the_end_of_summer_time()
    await write(house, facts)
    now = max(fact.at for fact in facts) + timedelta(minutes=15)
    assert await check(house.worker, WATCHED, now, as_recorded) is None, "from the beginning"
    await keyframes.keep(house.worker, WATCHED)
    assert await check(house.worker, WATCHED, now, as_recorded) is None
    assert await check(house.worker, WATCHED, now + timedelta(days=1), as_recorded) is None, (
        "nothing happened in that interval"
    )
    assert await told(house, "BoardDiffered") == []
    right = keyframe.to_json(await truth.project(house.app, WATCHED, await _opened(house), len(facts), now))

    await spoil(house, 1200)
    found = await check(house.worker, WATCHED, now, as_recorded)
    assert found == truth.Finding("keyframe", len(facts), ("counts.offered",))
    assert await kept(house) == list(range(100, 1101, 100))
    (fact,) = await told(house, "BoardDiffered")
    assert fact == {"source": "keyframe", "seq": len(facts), "differing": ["counts.offered"]}
    healed = await open_board(house.app, WATCHED)
    assert alarms(healed, now) == [("A", millis(now))]
    healed.begin_day(now, Changes())
    shown = keyframe.to_json(healed)
    assert {key for key in right if shown[key] != right[key]} == {"seq", "differed_at"}

    await keyframes.keep(house.worker, WATCHED)
    assert await check(house.worker, WATCHED, now, as_recorded) is None
    assert len(await told(house, "BoardAgreed")) == 1
    assert alarms(await open_board(house.app, WATCHED), now) == []
    assert await check(house.worker, WATCHED, now, as_recorded) is None
    assert len(await told(house, "BoardAgreed")) == 1, "said once"

    await spoil(house, 1100, 1200)  # one by which the other would be proved: the database counts otherwise
    today = await check(house.worker, WATCHED, now, as_recorded)
    assert today is not None
    assert (today.source, today.differing) == ("figures", ("offered",))
    assert await kept(house) == []


def alarms(board: Board, now: datetime) -> list[tuple[str, int]]:
    """What the outsourcer's supervisors are told; the story's queues have no ids that alerts could name."""
    board.queues, queues = {}, board.queues
    found = [each for each in alerts(board, AlertLimits(), millis(now)) if each.kind == BOARD_DIFFERED]
    board.queues = queues
    return [(each.name, each.since) for each in found]


async def _opened(house: House) -> keyframes.Opened:
    async with house.app.transaction(TENANT_A) as scope:
        return await keyframes.nearest(scope, WATCHED)


async def test_the_database_counts_as_the_board_does_through_a_whole_story(house: House) -> None:
    """At the close of each interval of some days, facts up to then."""
    facts = story_over_the_end_of_summer_time()
    board = Board("A", ZONE)
    done, compared = 0, 0
    for number, fact in enumerate(facts[:-1], 1):
        if closed_at(fact.at) != closed_at(facts[number].at) and number - done > 60:
            await write_more(house, facts[done:number])
            done, now = number, fact.at
            board.begin_day(now, Changes())
            async with house.app.transaction(TENANT_A) as scope:
                figures = await truth.figures(scope, WATCHED, now, board)
            assert figures["head"] == board.seq + 1 == number
            apply(board, fact)
            assert counted(board, figures, truth.FIGURES) == [], now
            compared += 1
            continue
        apply(board, fact)
    assert compared > 10


async def write_more(house: House, facts: list[Fact]) -> None:
    admin = await asyncpg.connect(house.admin_dsn)
    await admin.executemany(
        "INSERT INTO gf.journal (tenant_id, seq, at, kind, version, subject, actor, data)"
        " VALUES ($1, $2, $3, $4, 1, $5, '{}', $6)",
        [(TENANT_A, f.seq, f.at, f.kind, f.subject, orjson.dumps(f.data).decode()) for f in facts],
    )
    await admin.close()


@asynccontextmanager
async def running(house: House, redis: str) -> AsyncIterator[Feed]:
    bus = Bus(redis)
    made = Feed(house.app, bus, WATCHED)
    task = asyncio.create_task(made.run())
    yield made
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await bus.close()


async def test_a_feed_whose_board_is_wrong_opens_it_again_and_every_screen_gets_it(
    house: House, redis: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed, "HEARTBEAT_S", 0.02)
    story = Story(datetime.now(UTC) - timedelta(seconds=30), ZONE)
    story.start(1)
    await write(house, story.facts)
    wire = Wire()
    async with running(house, redis) as other, running(house, redis) as made:
        made.watchers.add(wire)
        other.watchers.add(Wire())
        await until(lambda: made.board and other.board and wire.frames, 10, "both feeds have a board")
        assert made.board is not None
        assert await compare(house.app, WATCHED, made.board, datetime.now(UTC)) is None
        made.board.counts.offered = 77  # a bit that fell over
        made._compare_at = 0.0
        wire.frames.clear()

        def snaps() -> list[dict[str, Any]]:
            return [frame for frame in wire.frames if frame["t"] == "snap"]

        await until(snaps, 10, "the board is told anew")
        assert made.board.counts.offered == snaps()[-1]["board"]["totals"]["offered"] == 1
        await until(lambda: other.board and made.board and other.board.seq == made.board.seq, 10, "both are at the end")
    (fact,) = await told(house, "BoardDiffered")
    assert (fact["source"], fact["differing"]) == ("feed", ["counts.offered"])


async def test_the_worker_checks_each_client_once_an_interval(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    checked: list[UUID] = []

    async def note(_plane: object, watched: Watched, _now: datetime, _rows: object) -> None:
        checked.append(watched.tenant_id)

    monkeypatch.setattr("app.rounds.check", note)
    round_ = BoardChecks(house.control, house.worker).round
    await round_()
    await round_()
    clients = len(checked)
    assert clients == len(set(checked)) > 0
    monkeypatch.setattr("app.rounds.closed_at", lambda now: closed_at(now) + truth.INTERVAL)
    await round_()
    assert len(checked) == 2 * clients
