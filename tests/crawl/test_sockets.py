"""Boards and desks side by side, while agents who serve both clients change their state: no frame holds the other's."""

from __future__ import annotations

import asyncio
import re
from datetime import UTC, datetime
from uuid import UUID

from interactions.facts import AgentStateChanged, InteractionQueued, InteractionStarted
from journal import service as journal
from journal.core.facts import SYSTEM
from kit.ids import new_id
from live.walls import service as walls
from live.walls.schemas import ScreenLook
from probe.service.ground import Attacker
from probe.service.members import members
from probe.service.sockets import attack_sockets, frames_of
from probe.service.world import Side
from tests.crawl.ground import SiteGround
from tests.crawl.settling import A

SHARED = "wong.kayan@harbour.example"


async def test_no_socket_shows_another_tenant(ground: SiteGround) -> None:
    sockets = [member for member in members(ground.app) if member.kind == "socket"]
    assert len(sockets) >= 2
    assert await attack_sockets(ground, sockets) == []


async def test_two_boards_side_by_side_while_shared_agents_work(ground: SiteGround) -> None:
    a, b = ground.world.a, ground.world.b
    watchers = {
        "board of A": await ground.somebody("wang@galaxy.example", A),
        "board of B": ground.attackers["client_manager"],
        "system of B": ground.attackers["key"],
        "desk of B": ground.attackers["agent"],
    }
    watchers["screen of B"], screen = await _screen(ground, b)
    paths = {name: "/desk/feed" if name.startswith("desk") else "/live/feed" for name in watchers}
    paths["screen of B"] = screen
    listening = {name: asyncio.create_task(frames_of(ground, who, paths[name], 2.5)) for name, who in watchers.items()}
    await asyncio.sleep(0.4)
    for number in range(3):
        await _shared_agents_turn_to(ground, a, b, f"12{number}")
        await asyncio.sleep(0.25)
        await _shared_agents_turn_to(ground, b, a, f"34{number}")
        await asyncio.sleep(0.25)
    heard = {name: "\n".join((await task)[1]) for name, task in listening.items()}
    assert len(re.findall('"t":"d"', heard["board of A"])) >= 4
    assert len(re.findall('"t":"d"', heard["board of B"])) >= 4
    assert len(re.findall('"t": ?"d"', heard["screen of B"])) >= 4
    seen = b.words.found_in(heard["screen of B"])
    assert "alias 0" in seen
    assert not {"number", "masked number"} & seen, "a screen shows no contact, not even its own"
    assert '"elsewhere"' in heard["board of A"]
    assert '"elsewhere"' in heard["board of B"]
    assert a.words.found_in(heard["board of A"]) >= {"alias 0", "masked number"}
    assert b.words.found_in(heard["board of A"]) == set()
    for name in ("board of B", "system of B", "desk of B", "screen of B"):
        assert a.words.found_in(heard[name]) == set(), name
        assert heard[name], name
    raw = {word for side in (a, b) for word, kind in side.words.kinds.items() if kind == "number"}
    assert not [word for word in raw for text in heard.values() if word in text]


async def _screen(ground: SiteGround, side: Side) -> tuple[Attacker, str]:
    """Hang up a screen with every page; return what its browser sends, and the path of its feed."""
    maker = walls.Maker(str(new_id()), "tests", "client_manager", staff=False)
    look = ScreenLook(pages=["figures", "queues", "seats", "tallies"], figures=["waiting"], zone="UTC")
    async with ground.site.house.app.transaction(side.tenant) as scope:
        place = await walls.make(scope, (walls.SCREEN, "Hall", look), maker, datetime.now(UTC))
    token = walls.address(ground.app.state.signer, walls.SCREEN, place)
    sent = {"Cookie": f"gf_wall={token}", "Origin": ground.url}
    return Attacker("screen", sent), f"/wall/s/{place.view_id}/feed"


async def _shared_agents_turn_to(ground: SiteGround, here: Side, there: Side, suffix: str) -> None:
    """Let a call of the one ring at a shared seat, and let the other see that the agent is elsewhere."""
    agent, seat = await _shared_agent(ground, here)
    call, contact = new_id(), here.words.masked(here.words.block + f"9{suffix}")
    here.words.kinds[contact] = "masked number"
    here.words.ids |= {str(call)}
    queue = here.victim.queue
    started = InteractionStarted(number=here.words.number(), contact=contact, channel="voice", direction="inbound",
                                 flow="main", flow_version=1)  # fmt: skip
    async with ground.site.house.app.transaction(here.tenant) as scope:
        now = datetime.now(UTC)
        journal.append(scope, started, subject=call, at=now, actor=SYSTEM)
        queued = InteractionQueued(queue="q", queue_id=queue, head_start_s=0)
        journal.append(scope, queued, subject=call, at=now, actor=SYSTEM)
        talking = AgentStateChanged(agent_id=str(agent), seat=seat, state="talking", reason=None,
                                    interaction_id=str(call))  # fmt: skip
        journal.append(scope, talking, subject=agent, at=now, actor=SYSTEM)
    agent, seat = await _shared_agent(ground, there)
    async with ground.site.house.app.transaction(there.tenant) as scope:
        away = AgentStateChanged(agent_id=str(agent), seat=seat, state="on_break", reason="elsewhere",
                                 interaction_id=None)  # fmt: skip
        journal.append(scope, away, subject=agent, at=datetime.now(UTC), actor=SYSTEM)


async def _shared_agent(ground: SiteGround, side: Side) -> tuple[UUID, str]:
    """The agent's id and seat, as this tenant knows them."""
    pool = await ground.site.house.control.pool()
    row = await pool.fetchrow('SELECT x.id, x.seat FROM control.agent_alias x JOIN control.agent a ON a.id = x.agent_id'
                              ' JOIN control."user" u ON u.id = a.user_id WHERE u.email = $1 AND x.tenant_id = $2',
                              SHARED, side.tenant)  # fmt: skip
    assert row is not None
    return row["id"], row["seat"]
