"""Everything that goes over Redis while both tenants work: ids only, and B's work rings nothing of A."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import orjson
import redis.asyncio as aioredis

from kit.bus import Bus
from probe.core.families import strange_keys
from probe.service.crawl import TOLD, Crawl
from probe.service.fillers import fill
from probe.service.members import members
from tests.crawl.ground import SiteGround

NAMED = re.compile(r'^"?(PUBLISH|SUBSCRIBE|SET|LPUSH|BRPOP|EXPIRE|GETDEL|DEL)"? "?([^" ]+)"?', re.IGNORECASE)
"""The commands of kit.bus, with the key or channel that they name."""


async def test_only_ids_travel_and_b_rings_only_b(ground: SiteGround) -> None:
    async with _overheard(ground) as lines:
        posts = [m for m in members(ground.app) if m.method == "POST" and str(m) not in TOLD]
        await Crawl(ground, [], oddly=False).run(posts)
        own = [await ground.ask(ground.attackers[name], request) for name in ("client_manager", "key")
               for member in members(ground.app) if member.method == "POST" and "work" in member.path
               for request in fill(member, ground.world.b.victim)]  # fmt: skip
        assert any(answer.status < 400 for answer in own)
        only_b = "\n".join(lines)
        owner = (await ground.owners())[0]
        comment = next(m for m in members(ground.app) if str(m) == "POST /work-orders/{order_id}/comments")
        assert (await ground.ask(owner, fill(comment, ground.world.a.victim)[0])).status == 303
        await asyncio.sleep(0.2)
    assert f"t:{ground.world.b.tenant}:journal" in only_b
    assert ground.world.a.victim.tenant not in only_b
    assert f"t:{ground.world.a.tenant}:journal" in "\n".join(lines)
    for side in (ground.world.a, ground.world.b):
        assert side.words.contact_only().found_in(*lines) == set()
    names = [match.group(2) for line in lines if (match := NAMED.match(line))]
    assert len(names) > 10
    assert strange_keys(names) == []
    await _nothing_stays(ground)


async def _nothing_stays(ground: SiteGround) -> None:
    client = aioredis.from_url(ground.site.settings.redis_url.get_secret_value())
    async for key in client.scan_iter():
        assert strange_keys([key.decode()]) == []
        value = await client.dump(key)
        for side in (ground.world.a, ground.world.b):
            assert side.words.contact_only().found_in((value or b"").decode("latin-1")) == set()
    await client.aclose()


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


@asynccontextmanager
async def _overheard(ground: SiteGround) -> AsyncIterator[list[str]]:
    """Collect every command that the server gets."""
    lines: list[str] = []
    client = aioredis.from_url(ground.site.settings.redis_url.get_secret_value(), socket_timeout=None)
    async with client.monitor() as monitor:

        async def listen() -> None:
            async for command in monitor.listen():
                lines.append(str(command["command"]))  # noqa: PERF401 - read while it grows

        listening = asyncio.create_task(listen())
        yield lines
        if listening.done():
            listening.result()
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)
    await client.aclose()
