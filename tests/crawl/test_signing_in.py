"""What a stranger's try to sign in as one of A's people leaves behind: facts that name the person by id, no more."""

from __future__ import annotations

import asyncio

import asyncpg

from journal import service as journal
from probe.core.messages import Request
from probe.service.crawl import TOLD
from probe.service.fillers import fill
from probe.service.members import members
from probe.service.world import rows_of
from tests.crawl.ground import SiteGround

JOURNALS = ("gf.journal", "gf.journal_head", "gf.seal")


async def _rows(ground: SiteGround) -> dict[str, list[str]]:
    connection = await asyncpg.connect(ground.site.house.admin_dsn)
    try:
        return await rows_of(connection, ground.world.a.tenant)
    finally:
        await connection.close()


async def test_a_try_to_sign_in_is_a_fact_and_nothing_else(ground: SiteGround) -> None:
    assert set(TOLD) == {"POST /sign-in"}
    before, nobody = await _rows(ground), ground.attackers["nobody"]
    member = next(m for m in members(ground.app) if str(m) == "POST /sign-in")
    request: Request = fill(member, ground.world.a.victim)[0]
    assert (await ground.ask(nobody, request)).status == 401
    plane, tenant = ground.site.house.app, ground.world.a.tenant
    async with asyncio.timeout(5):
        while True:
            async with plane.transaction(tenant) as scope:
                facts = await journal.read(scope, kinds=["SignInFailed"])
            if facts:
                break
            await asyncio.sleep(0.05)
    assert [dict(fact.data) for fact in facts] == [{"user_id": ground.world.a.victim.person, "step": "password"}]
    after = await _rows(ground)
    changed = {table for table, rows in after.items() if rows != before[table]}
    assert changed <= set(JOURNALS)
