"""What the desk tells its floor: whose session it is, whatever the request says."""

from __future__ import annotations

import asyncio

import orjson

from kit.bus import Bus
from probe.service.crawl import Crawl
from probe.service.fillers import fill
from probe.service.members import members
from tests.crawl.ground import SiteGround


async def test_a_command_carries_the_agent_of_the_session_and_nobody_elses(ground: SiteGround) -> None:
    """The switchboard trusts ``agent``: it must come from the session, whatever the body says."""
    heard: list[dict[str, object]] = []

    async def floor(command: object) -> dict[str, object]:
        heard.append(dict(command))  # type: ignore[call-overload] # a mapping
        return {"ok": False, "code": "not_yours", "detail": "not yours"}

    bus = Bus(ground.site.settings.redis_url.get_secret_value())
    serving = asyncio.create_task(bus.serve("floor:main", floor))
    desk = [m for m in members(ground.app) if m.method == "POST" and m.path.startswith("/desk") and not m.named("form")]
    assert await Crawl(ground, [], oddly=False).run(desk) == []
    forged = {"agent": ground.world.a.victim.agent, "interaction": ground.world.a.victim.interaction}
    for member in desk:
        request = fill(member, ground.world.a.victim)[0]
        if "application/json" not in request.headers.values():  # a button of a page: it carries no field at all
            continue
        request.body = orjson.dumps({**orjson.loads(request.body or b"{}"), **forged})
        named = member.path == "/desk/call"  # there it is the colleague who is called in
        assert (await ground.ask(ground.attackers["agent"], request)).status == (404 if named else 400), member
    serving.cancel()
    await asyncio.gather(serving, return_exceptions=True)
    await bus.close()
    pool = await ground.site.house.control.pool()
    mine = await pool.fetchval("SELECT id::text FROM control.agent WHERE user_id = $1", ground.attackers["agent"].user)
    assert heard
    assert {command["agent"] for command in heard} == {mine}
