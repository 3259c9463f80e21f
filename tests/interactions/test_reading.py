"""Reading interactions back: pages, one in full, recordings, and nothing of another tenant."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
from sqlmodel import select

from interactions import records, search, service, tags
from interactions.core.query import SORTS
from interactions.models import AgentState, Interaction, Recording
from interactions.service import Filters
from kit.db import AccessibleTenantId
from kit.errors import NotFound, ValidationFailed
from tenants.core.masks import Shown
from tests.support.house import House
from tests.switchboard.world import SALES, START, World, open_world, seconds


@pytest.fixture
async def world(house: House, tmp_path: Path) -> AsyncIterator[World]:
    """Two answered calls and one that was given up, of Alpha; one answered of Beta."""
    async with open_world(house, tmp_path) as made:
        li, bo = await made.phone("8001"), await made.phone("8002")
        await made.available(made.li)
        for _ in range(2):
            contact, _ = await made.talk(li)
            await made.advance(10)
            await contact.hang_up()
            await made.advance(31)
        await made.ask(made.li, "set_state", state="on_break", reason="meal")
        lost = await made.dial()
        await made.advance(3)
        await lost.hang_up()
        await made.advance(0)
        await made.available(made.bo)
        contact, _ = await made.talk(bo, SALES)
        await contact.hang_up()
        await made.quiet()
        yield made


async def listed(world: World, tenant: AccessibleTenantId, **filters: Any) -> list[dict[str, Any]]:
    async with world.house.app.transaction(tenant) as scope:
        return (await service.list_interactions(scope, Filters(**filters))).rows


async def test_a_list_is_newest_first_and_only_the_tenants_own(world: World) -> None:
    rows = await listed(world, world.alpha)
    assert [row["outcome"] for row in rows] == ["abandoned", "answered", "answered"]
    assert {row["contact"] for row in rows} == {"+86 138****5678"}
    assert [row["agent"] for row in rows] == [None, "A1", "A1"]
    assert [row["recording"] for row in rows] == [False, True, True]
    assert len(await listed(world, world.beta)) == 1
    assert "contact_number" not in rows[0]


async def test_filters(world: World) -> None:
    queue = UUID(str((await listed(world, world.alpha))[0]["queue_id"]))
    assert len(await listed(world, world.alpha, outcome="answered")) == 2
    assert len(await listed(world, world.alpha, agent=world.known_as(world.alpha, world.li))) == 2
    assert len(await listed(world, world.alpha, agent=world.known_as(world.alpha, world.bo))) == 0
    assert len(await listed(world, world.alpha, queue=queue)) == 3
    assert len(await listed(world, world.beta, queue=queue)) == 0
    assert len(await listed(world, world.alpha, since=START + seconds(60))) == 1
    assert len(await listed(world, world.alpha, until=START + seconds(60))) == 2
    assert len(await listed(world, world.alpha, text="5678")) == 3
    with pytest.raises(ValidationFailed):
        await listed(world, world.alpha, text="+8613812345678")
    async with world.house.app.transaction(world.alpha) as scope:
        page = await service.list_interactions(scope, Filters(text="+8613812345678"), shown=Shown.FULL)
    assert len(page.rows) == 3


async def test_pages_follow_each_other_without_a_gap(world: World) -> None:
    seen: list[str] = []
    after = None
    async with world.house.app.transaction(world.alpha) as scope:
        for _ in range(3):
            page = await service.list_interactions(scope, Filters(), after=after, limit=1)
            seen += [row["id"] for row in page.rows]
            after = page.next
    assert after is None
    assert seen == [row["id"] for row in await listed(world, world.alpha)]


async def test_one_interaction_with_its_history_and_recording(world: World) -> None:
    answered = UUID((await listed(world, world.alpha, outcome="answered"))[0]["id"])
    async with world.house.app.transaction(world.alpha) as scope:
        found = await service.interaction(scope, answered)
        kinds = [fact.kind for fact in await service.history(scope, answered)]
    assert (found["talk_ms"], found["path"], found["because"]["rule"]) == (10000, ["care"], "only_candidate")
    (recording,) = found["recordings"]
    assert (world.folder / "data" / "recordings" / recording["key"]).is_file()
    assert kinds[0] == "InteractionStarted"
    assert "InteractionHandled" in kinds
    for tenant, wanted in ((world.beta, answered), (world.alpha, uuid4())):
        async with world.house.app.transaction(tenant) as scope:
            with pytest.raises(NotFound):
                await service.interaction(scope, wanted)


async def test_the_rows_are_mapped(world: World) -> None:
    async with world.house.app.session(world.alpha) as session:
        interactions = (await session.execute(select(Interaction))).scalars().all()
        states = (await session.execute(select(AgentState))).scalars().all()
        recordings = (await session.execute(select(Recording))).scalars().all()
    assert len(interactions) == 3
    seen = {world.known_as(world.alpha, world.li): "on_break", world.known_as(world.alpha, world.bo): "available"}
    assert {state.agent_id: state.state for state in states} == seen
    assert len(recordings) == 2
    assert "13812345678" not in repr(interactions)


NOTED = (
    # what is looked for in the note below, and whether it is found
    ("refund", True), ("REFUND ordered", True), ("résumé", True), ("resume", True), ("refunds", False), ("退款", True),
    ("要求退款", True), ("款退", False), ("要", True), ("Ｒef７", True), ("订单", False),
)  # fmt: skip


async def test_a_search_of_everything_else(world: World) -> None:
    """Each filter alone, what belongs to it, and nothing of the other client's; both ends of ranges; every order."""
    rows = await listed(world, world.alpha)
    first = UUID(rows[-1]["id"])
    async with world.house.app.transaction(world.alpha) as scope:
        record = (await records.load(scope, [first]))[first]
        noted = replace(record, note="Refund ordered, résumé; 客户要求退款 ref7", disposition="solved")
        await records.save(scope, [noted], {})
        await tags.save_supervised(scope, [first])
    for words, found in NOTED:
        assert bool(await listed(world, world.alpha, note=words)) is found, words
        assert await listed(world, world.beta, note=words) == []
    async with world.house.app.transaction(world.alpha) as scope:
        stored = await scope.fetch("SELECT tag FROM gf.interaction_tag WHERE tenant_id = $1", world.alpha)
    assert not any(word in row["tag"] for row in stored for word in ("refund", "退", "resume", "13812345678"))
    one = {"supervised": True}, {"disposition": "solved"}, {"node": "care", "since": rows[-1]["started_at"]}
    counts = [len(await listed(world, world.alpha, **each)) for each in one]
    assert counts == [1, 1, 3]
    for narrowed, n in (
        ({"supervised": False}, 2), ({"recorded": True}, 2), ({"recorded": False}, 1), ({"direction": "inbound"}, 3),
        ({"direction": "outbound"}, 0), ({"flow": rows[0]["path"] and "main"}, None), ({"node": "nowhere"}, 0),
        ({"talk_min": 10, "talk_max": 10}, 2), ({"talk_min": 11}, 0), ({"talk_max": 9}, 1), ({"wait_max": 0}, 2),
        ({"wait_min": 3, "wait_max": 3}, 1), ({"task": "callback"}, 0), ({"node": "care", "key": "1"}, 0),
    ):  # fmt: skip
        matching = await listed(world, world.alpha, **narrowed)
        assert n is None or len(matching) == n, (narrowed, [(row["wait_ms"], row["talk_ms"]) for row in matching])
    for sort in SORTS:
        whole = [row["id"] for row in await listed(world, world.alpha, sort=sort)]
        paged, after = [], None
        async with world.house.app.transaction(world.alpha) as scope:
            for _ in range(3):
                page = await service.list_interactions(scope, Filters(sort=sort), after=after, limit=1)
                paged += [row["id"] for row in page.rows]
                after = page.next
        assert (paged, after, len(set(paged))) == (whole, None, 3), sort
    for wrong in ({"note": "!?"}, {"key": "1"}, {"note": "\0"}):
        with pytest.raises(ValidationFailed):
            await listed(world, world.alpha, **wrong)


async def test_who_took_part_and_where_a_running_conversation_has_been(world: World) -> None:
    li, bo = (world.known_as(world.alpha, each) for each in (world.li, world.bo))
    rows = await listed(world, world.alpha)
    answered = [row["id"] for row in rows if row["outcome"] == "answered"]
    async with world.house.app.transaction(world.alpha) as scope:
        await scope.fetch(  # as if the first agent had handed it over
            "UPDATE gf.interaction SET agent_id = $3 WHERE tenant_id = $1 AND id = $2", world.alpha, answered[0], bo
        )
    assert [row["id"] for row in await listed(world, world.alpha, agent=li)] == answered
    assert [row["id"] for row in await listed(world, world.alpha, agent=bo)] == answered[:1]
    assert [row["id"] for row in await listed(world, world.alpha, last_agent=li)] == answered[1:]
    assert await listed(world, world.beta, agent=li) == []
    await world.dial()
    await world.advance(3)
    await world.quiet()
    (running,) = [row for row in await listed(world, world.alpha) if row["outcome"] is None]
    async with world.house.app.transaction(world.alpha) as scope:
        await scope.fetch(  # it has passed a menu, and waits
            "UPDATE gf.interaction SET path = $3::jsonb WHERE tenant_id = $1 AND id = $2", world.alpha,
            UUID(running["id"]), '["hello", "menu:1"]',
        )  # fmt: skip
    for given in ({"node": "hello"}, {"node": "menu"}, {"node": "menu", "key": "1"}):
        assert [row["id"] for row in await listed(world, world.alpha, **given)] == [running["id"]], given
        assert await listed(world, world.beta, **given) == []
    for given in ({"node": "men"}, {"node": "menu", "key": "2"}, {"node": "menu:"}, {"node": "hello", "key": "1"}):
        assert await listed(world, world.alpha, **given) == [], given
    assert len(await listed(world, world.alpha, node="care")) == 3


async def test_what_an_older_version_stored_becomes_searchable(world: World) -> None:
    async with world.house.app.transaction(world.alpha) as scope:
        await scope.fetch("DELETE FROM gf.interaction_tag WHERE tenant_id = $1", world.alpha)
        await scope.fetch("UPDATE gf.interaction SET tagged = 0 WHERE tenant_id = $1", world.alpha)
        assert await tags.waiting(scope)
    assert await listed(world, world.alpha, text="5678") == []
    assert await tags.visit(world.house.app, world.alpha) == 3
    assert await tags.visit(world.house.app, world.alpha) == 0
    assert len(await listed(world, world.alpha, text="5678")) == 3
    assert len(await listed(world, world.alpha, node="care")) == 3


MANY = """
INSERT INTO gf.interaction (tenant_id, id, number, contact, contact_bidx, channel, direction, flow, flow_version, state,
  started_at, ended_at, wait_ms, talk_ms, outcome, disposition, task, path, queue_id, agent_id, tagged)
SELECT $1, uuidv7(make_interval(secs => -n)), '+86', '+86 138****' || lpad((n % 10000)::text, 4, '0'),
  sha256(n::text::bytea), 'voice', CASE WHEN n % 90 = 0 THEN 'outbound' ELSE 'inbound' END,
  CASE WHEN n % 90 = 0 THEN 'night' ELSE 'main' END, 1, 'ended', now() - make_interval(secs => n), now(),
  n * 10, n * 10,
  CASE WHEN n % 90 = 0 THEN 'abandoned' ELSE 'answered' END, CASE WHEN n % 90 = 0 THEN 'rare' ELSE 'solved' END,
  CASE WHEN n % 90 = 0 THEN 'callback' END, '[]', CASE WHEN n % 90 = 0 THEN $2::uuid END,
  CASE WHEN n % 90 = 0 THEN $3::uuid ELSE uuidv7() END, 1 FROM generate_series(1, 6000) n
"""
TAGS = """
INSERT INTO gf.interaction_tag (tenant_id, tag, interaction_id)
SELECT tenant_id, 't' || row_number() OVER () % 500, id FROM gf.interaction WHERE tenant_id = $1
"""
INDEXED: dict[str, dict[str, Any]] = {
    "queue_id": {"queue": ...}, "agent_id": {"last_agent": ...}, "outcome": {"outcome": "abandoned"},
    "started_at": {"since": START, "until": START + seconds(60)}, "disposition": {"disposition": "rare"},
    "task": {"task": "callback"}, "wait_ms": {"wait_min": 5, "wait_max": 6}, "talk_ms": {"talk_min": 5, "talk_max": 5},
    "direction": {"direction": "outbound"}, "flow": {"flow": "night"}, "contact_bidx": {"text": "+8613812345678"},
    "id": {"text": str(uuid4())},
}  # fmt: skip
TAGGED: tuple[dict[str, Any], ...] = (
    {"note": "refund"}, {"node": "care"}, {"node": "care", "key": "1"}, {"supervised": True}, {"text": "5678"},
)  # fmt: skip


async def test_each_filter_has_an_index_that_row_level_security_leaves_alive(world: World) -> None:
    """As the application's login: what is looked for is a condition of an index, not a filter over all rows."""
    queue = UUID(str((await listed(world, world.alpha))[0]["queue_id"]))
    here: dict[str, Any] = {"queue": queue, "last_agent": uuid4()}
    admin = await asyncpg.connect(world.house.admin_dsn)
    try:
        await admin.execute(MANY, world.alpha, queue, here["last_agent"])
        await admin.execute(TAGS, world.alpha)
        await admin.execute("ANALYZE gf.interaction, gf.interaction_tag")
    finally:
        await admin.close()
    async with world.house.app.transaction(world.alpha) as scope:

        async def conditions(given: dict[str, Any]) -> list[str]:
            asked = Filters(**{name: here[name] if value is ... else value for name, value in given.items()})
            wanted = await search.wanted(scope, asked, Shown.FULL)
            sql = f"EXPLAIN SELECT i.id FROM gf.interaction i WHERE i.tenant_id = $1{wanted.sql}"
            told = [row["QUERY PLAN"] for row in await scope.fetch(sql, scope.tenant_id, *wanted.values)]
            assert not any("Seq Scan" in line for line in told), "\n".join(told)
            return [line for line in told if "Index Cond" in line]

        for column, given in INDEXED.items():
            found = await conditions(given)
            assert any(f"{column} " in line for line in found), (column, found)
        took_part = await conditions({"agent": uuid4()})
        assert len([line for line in took_part if "agent_id = " in line]) == 2, (
            took_part,
            "those it has, those it left",
        )
        for given in TAGGED:
            assert any("(tag = " in line or "tag =" in line for line in await conditions(given)), given
        for sort in SORTS:
            order = search.order(Filters(sort=sort))
            sql = f"EXPLAIN SELECT i.id FROM gf.interaction i WHERE i.tenant_id = $1 ORDER BY {order} LIMIT 51"
            told = [row["QUERY PLAN"] for row in await scope.fetch(sql, scope.tenant_id)]
            assert not any("Sort" in line or "Seq Scan" in line for line in told), (sort, told)
