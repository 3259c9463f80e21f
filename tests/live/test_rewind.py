"""Boards of the past are the live board's own, from keyframes that are made once and made again alike."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import orjson
import pytest

from journal.core.facts import Fact
from kit.clock import millis
from live import keyframes, marks, rewind
from live.core import keyframe, view
from live.core.apply import apply
from live.core.board import Board, Changes
from live.core.marks import ABANDONED, LEVEL_MISSED, WAITS_LONG, Mark, Scan
from live.errors import MomentAhead, MomentGone
from live.feed import LATE
from live.keyframes import Watched
from live.service import open_board
from tenants.core.alerts import AlertLimits
from tests.live.test_board import BLUEPRINT, Story, random_step
from tests.support.house import TENANT_A, TENANT_B, House

ZONE = "Europe/Berlin"
NOW = datetime(2026, 11, 1, tzinfo=UTC)
WATCHED = Watched(TENANT_A, "A", ZONE)
STEPS = ("start", "connect", "abandon", "dequeue", "end", "handled", "offer", "offer_ended")


def story_over_the_end_of_summer_time() -> list[Fact]:
    """Some days of facts around the hour that comes twice: several at one moment, some recorded late."""
    dice, story = random.Random(7), Story(datetime(2026, 10, 23, 20, tzinfo=UTC), ZONE)
    while len(story.facts) < 1250:
        story.at += timedelta(seconds=dice.choice((0, 0, 1, 10, 40, 80)) + dice.random(), milliseconds=-500)
        call = UUID(int=100 + len(story.facts) // 40 * 5 + dice.randrange(5))
        random_step(story, dice.choice(STEPS), call, dice.randrange(400_000))
    story.at = datetime(2026, 10, 24, 22, tzinfo=UTC)  # exactly midnight, long after that, and only recorded now
    story.tell("InteractionStarted", UUID(int=5), {"contact": "+86 138****1234"}, after_s=0)
    return story.facts


async def write(house: House, facts: Sequence[Fact]) -> None:
    """Put facts into the journal as they are, in one go."""
    admin = await asyncpg.connect(house.admin_dsn)
    await admin.executemany(
        "INSERT INTO gf.journal (tenant_id, seq, at, kind, version, subject, actor, data)"
        " VALUES ($1, $2, $3, $4, 1, $5, '{}', $6)",
        [(TENANT_A, f.seq, f.at, f.kind, f.subject, orjson.dumps(f.data).decode()) for f in facts],
    )
    await admin.execute("UPDATE gf.journal_head SET seq = $2 WHERE tenant_id = $1", TENANT_A, len(facts))
    await admin.close()


def live_at(facts: Sequence[Fact], at: datetime) -> Board:
    """The board of somebody who watched live: each fact as it came, the day begun each second."""
    board, reached = Board("A", ZONE), facts[0].at
    for fact in facts:
        reached = max(reached, fact.at)
        if reached > at:
            break
        board.begin_day(reached, Changes())
        apply(board, fact)
    board.begin_day(at - LATE, Changes())
    return board


async def kept(house: House) -> list[dict[str, Any]]:
    async with house.app.transaction(TENANT_A) as scope:
        rows = await scope.fetch(
            "SELECT seq, at, version, packed, marks::text AS marks, kinds FROM gf.board_keyframe ORDER BY seq"
        )
    return [dict(row) for row in rows]


async def test_any_moment_is_what_the_live_board_showed(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keyframes, "EVERY", 100)
    monkeypatch.setattr(rewind, "PAGE", 37)
    facts = story_over_the_end_of_summer_time()
    await write(house, facts)
    await rewound(house, facts)  # from the journal alone
    assert await keyframes.keep(house.worker, WATCHED, pages=3)
    assert [row["seq"] for row in await kept(house)] == [100, 200, 300]
    await rewound(house, facts)  # while they are being made
    assert not await keyframes.keep(house.worker, WATCHED)
    made = await kept(house)
    assert [row["seq"] for row in made] == list(range(100, 1201, 100))
    assert [row["at"] for row in made] == sorted(row["at"] for row in made)
    await rewound(house, facts)
    assert keyframe.to_json(await open_board(house.app, WATCHED)) == keyframe.to_json(live_at(facts, facts[-2].at))
    await played(house, facts)
    await told(house, facts)
    await made_again_alike(house, made, monkeypatch)
    await refused(house, facts)


async def rewound(house: House, facts: Sequence[Fact]) -> None:
    dice, little = random.Random(3), timedelta(microseconds=1)
    moments = [dice.choice(facts).at + timedelta(seconds=dice.randrange(300)) for _ in range(12)]
    midnights = [border + late for border in marks.borders(date(2026, 10, 25), ZONE) for late in (timedelta(), LATE)]
    for border in (*midnights, datetime(2026, 10, 25, 1, tzinfo=UTC), facts[700].at):
        moments += [border - little, border, border + little]
    for at in moments:
        board = await rewind.board_at(house.app, WATCHED, at, NOW)
        assert keyframe.to_json(board) == keyframe.to_json(live_at(facts, at)), at


async def played(house: House, facts: Sequence[Fact]) -> None:
    """Going on from a moment is the same as opening a later one, and what changed is told."""
    past = await rewind.past_at(house.app, WATCHED, facts[333].at, NOW)
    for seconds in (0, 1, 900, 86_400):
        at = facts[333].at + timedelta(seconds=seconds)
        changed = await past.go(at)
        assert keyframe.to_json(past.board) == keyframe.to_json(live_at(facts, at))
    assert changed.whole, "midnight"


async def told(house: House, facts: Sequence[Fact]) -> None:
    """Marks beside keyframes and of the facts after them are those of one look at everything, wherever one begins."""
    scan = Scan(Board("A", ZONE), 0)
    for fact in facts:
        scan.take(fact)
    every = sorted(scan.marks)
    assert {mark.kind for mark in every} == {ABANDONED, LEVEL_MISSED, WAITS_LONG}
    since, until = facts[150].at, facts[1220].at
    between = [mark for mark in every if millis(since) <= mark.at < millis(until)]
    assert await marks.events_between(house.app, WATCHED, since, until) == between[: marks.MOST]
    at, found = facts[0].at, []
    while (mark := await marks.event_after(house.app, WATCHED, at, [LEVEL_MISSED], NOW)) is not None:
        found.append(mark)
        at = datetime.fromtimestamp(mark.at / 1000, UTC)
    missed = sorted({mark for mark in every if mark.kind == LEVEL_MISSED})
    assert found == missed
    back: list[Mark] = []
    while (mark := await marks.event_before(house.app, WATCHED, at + timedelta(seconds=1) if not back else at,
                                            [LEVEL_MISSED], NOW)) is not None:  # fmt: skip
        back.append(mark)
        at = datetime.fromtimestamp(mark.at / 1000, UTC)
    assert back == missed[::-1]
    day = await marks.day_of(house.app, WATCHED, date(2026, 10, 25), NOW)
    assert len(day["quarters"]) == 25 * 4, "the hour that comes twice"
    assert (
        sum(each["offered"] for each in day["quarters"])
        == live_at(facts, marks.borders(date(2026, 10, 25), ZONE)[1] - timedelta(milliseconds=1)).counts.offered
    )
    assert max(each["waiting"] for each in day["quarters"]) > 0


async def made_again_alike(house: House, made: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch) -> None:
    await keyframes.forget(house.worker, TENANT_A)
    assert await kept(house) == []
    await killed_between(house, monkeypatch)
    await asyncio.gather(*(keyframes.keep(house.worker, WATCHED) for _ in range(2)))  # two workers
    await keyframes.keep(house.worker, WATCHED)
    assert await kept(house) == made
    monkeypatch.setattr(keyframe, "VERSION", keyframe.VERSION + 1)  # the rows changed their meaning
    assert await keyframes.keep(house.worker, WATCHED, pages=5)
    assert [row["version"] - keyframe.VERSION for row in await kept(house)] == [0] * 5 + [-1] * 7
    await keyframes.keep(house.worker, WATCHED)
    assert {row["version"] for row in await kept(house)} == {keyframe.VERSION}


async def killed_between(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """The worker dies with its fourth keyframe under way: in its transaction, so that none of it is there."""
    stored, packed = [], keyframes.marks_of

    def dies(scan: Scan) -> dict[str, object]:
        stored.append(scan.board.seq)
        if len(stored) > 3:
            raise asyncio.CancelledError
        return packed(scan)

    with monkeypatch.context() as until_it_dies:
        until_it_dies.setattr(keyframes, "marks_of", dies)
        with pytest.raises(asyncio.CancelledError):
            await keyframes.keep(house.worker, WATCHED)
    assert [row["seq"] for row in await kept(house)] == [100, 200, 300]


async def refused(house: House, facts: Sequence[Fact]) -> None:
    for at, watched, why in (
        (facts[0].at - timedelta(microseconds=1), WATCHED, MomentGone), (NOW, Watched(TENANT_B, "B", ZONE), MomentGone),
        (NOW + timedelta(seconds=1), WATCHED, MomentAhead),
    ):  # fmt: skip
        with pytest.raises(why):
            await rewind.board_at(house.app, watched, at, NOW)


def test_a_wait_is_marked_when_it_grew_too_long_and_once_while_it_lasts() -> None:
    scan, began = Scan(Board("A", ZONE), 0), datetime(2026, 10, 24, 12, tzinfo=UTC)
    told: list[tuple[str, int, dict[str, Any], int]] = [("BlueprintApplied", 1, BLUEPRINT, 0)]
    for call, at in ((2, 10), (3, 20)):
        told += [("InteractionStarted", call, {"contact": ""}, at), ("InteractionQueued", call, {"queue_id": "q1"}, at)]
    gone = {"queue_id": "q1", "wait_ms": 300_000, "stage": "waiting"}
    told += [("InteractionAbandoned", call, gone, at) for call, at in ((2, 310), (3, 2000))]
    for seq, (kind, subject, data, at) in enumerate(told, 1):
        scan.take(Fact(TENANT_A, seq, began + timedelta(seconds=at), kind, 1, UUID(int=subject), {}, data))
    first = millis(began) + 10_000 + AlertLimits().wait_s * 1000
    assert [(mark.at, mark.kind, mark.name) for mark in sorted(scan.marks) if mark.kind != LEVEL_MISSED] == [
        (first, WAITS_LONG, "客服"), *((millis(began) + at, ABANDONED, "客服") for at in (310_000, 2_000_000)),
    ]  # fmt: skip
    assert list(scan.waiting.values()) == [2, 1, 1]


def test_a_wait_is_a_breach_by_the_limit_of_its_second_wherever_one_begins_to_look() -> None:
    """The client's limit is 60 s, then 300, then 90: who waits from 0 to 400 s passes three of them."""
    began, facts = datetime(2026, 10, 24, 12, tzinfo=UTC), []
    told: list[tuple[str, int, dict[str, Any], int]] = [
        ("BlueprintApplied", 1, {**BLUEPRINT, "alerts": {"wait_s": 60}}, -5),
        ("InteractionStarted", 2, {"contact": ""}, 0),
        ("InteractionQueued", 2, {"queue_id": "q1"}, 0),
        ("BlueprintApplied", 1, {**BLUEPRINT, "alerts": {"wait_s": 300}}, 100),
        ("BlueprintApplied", 1, {**BLUEPRINT, "alerts": {"wait_s": 90}}, 200),
        ("BlueprintApplied", 1, {**BLUEPRINT, "alerts": {"wait_s": 30}}, 210),
        ("BlueprintApplied", 1, BLUEPRINT, 220),
        ("InteractionAbandoned", 2, {"queue_id": "q1", "wait_ms": 400_000, "stage": "waiting"}, 400),
    ]  # fmt: skip
    for seq, (kind, subject, data, at) in enumerate(told, 1):
        facts.append(Fact(TENANT_A, seq, began + timedelta(seconds=at), kind, 3, UUID(int=subject), {}, data))
    late = [millis(began) + seconds * 1000 for seconds in (60, 200)]
    for cut in range(len(facts) + 1):  # a keyframe after any of them changes nothing
        scan, found = Scan(Board("A", ZONE), 0), []
        for fact in facts[:cut]:
            scan.take(fact)
        found += scan.marks
        scan = Scan(keyframe.from_json(orjson.loads(orjson.dumps(keyframe.to_json(scan.board))), "A", ZONE), scan.at)
        for fact in facts[cut:]:
            scan.take(fact)
        assert [mark.at for mark in [*found, *scan.marks] if mark.kind == WAITS_LONG] == late, cut
    assert view.snapshot(scan.board)["limits"] == {"wait_s": 120, "told": False}, "as from before it was told"
