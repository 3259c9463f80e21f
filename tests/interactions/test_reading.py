"""Reading interactions back: pages, one in full, recordings, and nothing of another tenant."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlmodel import select

from interactions import service
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
