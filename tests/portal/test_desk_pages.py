"""A desk page is there while it answers: over real sockets, written down for the floor (``tenants.desks``)."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from kit.clock import now
from tenants.desks import service as desk_pages
from tests.failure.plant import until
from tests.support.site import Site

HERE = '{"t":"here"}'


async def heard_at(site: Site) -> datetime | None:
    pool = await site.house.control.pool()
    found: datetime | None = await pool.fetchval("SELECT max(heard_at) FROM control.desk_page")
    return found


async def heard_after(site: Site, at: datetime | None) -> datetime:
    found: list[datetime] = []

    async def newer() -> bool:
        found.extend(each for each in [await heard_at(site)] if each is not None and (at is None or each > at))
        return bool(found)

    await until(newer, 5, "a page is heard")
    return found[-1]


async def test_a_page_is_heard_while_one_of_the_agents_answers(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk_pages, "BEATS_EVERY", timedelta(seconds=0.1))
    _, email = (await site.agents("galaxy"))[0]
    agent = await site.person(email)
    async with agent.ws_connect("/desk/feed") as first, agent.ws_connect("/desk/feed") as second:
        await first.receive()
        await first.send_str(HERE)
        await second.send_str(HERE)
        last = await heard_after(site, None)
        assert abs(now() - last) < timedelta(seconds=5)
        for _ in range(2):  # both sockets are open and told of everything; a page that hangs answers nothing
            await first.receive()
        last = await heard_after(site, last - timedelta(microseconds=1))
        await first.receive()
        assert await heard_at(site) == last
        await second.send_str(HERE)
        last = await heard_after(site, last)
        await first.send_str(HERE)
        last = await heard_after(site, last)
    async with agent.ws_connect("/desk/feed") as script:  # of before: it has never answered
        last = await heard_after(site, await heard_at(site))
        await script.receive()
        last = await heard_after(site, last)
    pool = await site.house.control.pool()
    assert await pool.fetchval("SELECT count(*) FROM control.desk_page") == 1, "of an agent, not of a page"
    assert await pool.fetchval("SELECT count(*) FROM control.desk_listener") == 1
