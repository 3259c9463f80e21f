"""One run: every attack on every member, within bounds of time and number."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fastapi import FastAPI

from kit.bus import Bus
from kit.db import AccessibleTenantId, Database
from kit.ids import new_id
from kit.objects import Objects
from kit.signing import DocumentSigner
from probe.core.oracles import Finding
from probe.core.tally import Group, Tally
from probe.service import bells, forged, tells
from probe.service.crawl import Crawl, Spare
from probe.service.filling import ask_for_access, one_more
from probe.service.ground import Attacker, Ground, make_attackers
from probe.service.handed import attack_calls
from probe.service.identity import attack_identity
from probe.service.ids import attack_ids, ids_of
from probe.service.links import attack_links
from probe.service.members import Member, members
from probe.service.own import attack_own
from probe.service.shared import attack_shared
from probe.service.sockets import attack_sockets
from probe.service.statements import Statements
from probe.service.stored import RECORDING, attack_files
from probe.service.twins import Grounds, settle
from probe.service.world import B_PEOPLE, World
from switchboard.inbox import inbox_name
from tenants.core.permissions import STAFF
from tenants.endpoints import PublicGuard
from tenants.service.synthetic import SYNTHETIC_FLOOR

_PATIENCE = 3
_LOST = 0.01
"""More requests than this share without an answer make a run incomplete."""


@dataclass(frozen=True, slots=True)
class Limits:
    """When a run stops by itself."""

    requests: int = 60_000
    seconds: float = 900.0


async def _shared(_client: AccessibleTenantId) -> Database | None:
    """Say that every client lives in the shared database."""
    return None


def _nothing(_member: Member, _who: Attacker) -> str:
    """Leave nothing out."""
    return ""


@dataclass(frozen=True)
class Tools:
    """What a run needs. ``app`` is only walked; requests go to ``url``, where the web answers."""

    app: FastAPI
    url: str
    cookie: str
    grounds: Grounds
    bus: Bus
    redis_url: str
    jobs: Mapping[str, forged.Job]
    listen: forged.Listen
    """The worker's ear, and the name of the only job that it takes."""
    ring: str
    signer: DocumentSigner
    """The installation's: makes the good addresses that are spoilt."""
    keys_folder: Path | None = None
    """Where the clients' keys lie, if not in the data folder."""
    home: Callable[[AccessibleTenantId], Awaitable[Database | None]] = _shared
    """Finds a client's own database, if it has one."""
    limits: Limits = Limits()
    bucket: Objects | None = None
    """Where recordings are kept, if not in the data folder."""
    spare: Spare = _nothing
    """What is left out besides what :func:`spared` says."""
    every: int = 1
    """Of the odd ways each route is tried by every so-manieth."""


class TooLongError(Exception):
    """A bound was reached; what was not tried yet is said in the result."""


@dataclass
class Run:
    """One run over everything. ``on_part`` hears which part begins, and the tally of the tries so far."""

    tools: Tools
    on_part: Callable[[Group, Tally], None] = lambda _group, _tally: None
    tally: Tally = field(default_factory=Tally)
    _began: float = 0.0

    async def go(self, client: AccessibleTenantId | None = None) -> Tally:
        """Attack the twin, then, with ``client``, ask for that client's own data."""
        self._began = time.monotonic()
        world = await settle(self.tools.grounds)
        ground = await ground_of(self.tools, world)
        self.tally.on_step = self._bounded
        try:
            await self._all(ground, client)
        except TooLongError:
            self.tally.unreached["http"] = "a bound of time or number was reached"
        finally:
            self.tally.on_step = lambda: None
            self.tally.figures.pop("visited", None)
            await end_keys(ground)
            await ground.close()
        if ground.lost > ground.asked * _LOST:
            self.tally.unreached.setdefault("http", "too many requests got no answer")
        self.tally.figures |= {
            "lost": ground.lost,
            "requests": ground.asked,
            "seconds": round(time.monotonic() - self._began, 1),
        }
        return self.tally

    def _bounded(self) -> None:
        limits = self.tools.limits
        late = time.monotonic() - self._began > limits.seconds
        if late or self.tally.attempts.total() > limits.requests:
            raise TooLongError

    def _spared(self, member: Member, who: Attacker) -> str:
        return spared(member, who) or self.tools.spare(member, who)

    async def _all(self, ground: Ground, client: AccessibleTenantId | None) -> None:
        found, tools = members(self.tools.app), self.tools
        self.tally.figures |= {"members": len(found), "attackers": len(ground.attackers)}
        if await ground.reached():
            await self._web(ground, found)
        else:
            self.tally.unreached["http"] = "the web did not answer"
        self.on_part("sql", self.tally)
        await Statements(ground, self.tally, "sql", {ground.world.a.tenant: "the synthetic client's rows"}).run()
        self.on_part("jobs", self.tally)
        await forged.attack_jobs(ground, self.tally, tools.jobs)
        await forged.forge_rings(ground, self.tally, tools.redis_url, tools.listen, tools.ring)
        self.on_part("files", self.tally)
        await attack_files(ground, self.tally, RECORDING if "http" not in self.tally.unreached else None)
        self.on_part("redis", self.tally)
        await bells.look_at_redis(ground, self.tally, tools.redis_url)
        if client is not None:
            self.on_part("own_data", self.tally)
            await attack_own(ground, self.tally, found, client, await tools.home(client))

    async def _web(self, ground: Ground, found: list[Member]) -> None:
        crawl = Crawl(ground, [], every=self.tools.every, spare=self._spared, tally=self.tally)
        ear = bells.Ear(ground, self.tally, self.tools.redis_url)
        crawl.hush = ear.mute
        floor = asyncio.create_task(_floor(self.tools.bus, ground, self.tally))
        await ear.start()
        try:
            self.on_part("http", self.tally)
            await crawl.run(found)
            await tells.assign_more(crawl, found)
            await attack_ids(crawl, found, await ids_of(ground, ground.world.a.tenant, self.tally), "http")
        finally:
            await ear.stop()
        try:
            self.on_part("sockets", self.tally)
            await attack_sockets(ground, [m for m in found if m.kind == "socket"], tally=self.tally)
            self.on_part("identity", self.tally)
            await attack_identity(ground, self.tally, [m for m in found if not spared(m, _ANYBODY)])
            await attack_links(ground, self.tally, found)
            await attack_calls(ground, self.tally, self.tools.signer)
            await attack_shared(ground, self.tally, self.tools.signer)
            self.on_part("side_channels", self.tally)
            await tells.time_routes(crawl, found)
            await tells.try_names(crawl, found)
            await tells.nothing_moves(crawl, found, lambda: one_more(ground.plane, ground.world.a))
        finally:
            floor.cancel()
            await asyncio.gather(floor, return_exceptions=True)


_ANYBODY = Attacker("somebody", {})


def spared(member: Member, who: Attacker) -> str:
    """Say why something is not tried on a running house: it would be allowed, and would change what is real."""
    if member.method == "GET":
        return ""
    if any(guard.permission == "probe.run" for guard in member.guards):
        return "it would start the probe itself"
    if any(isinstance(guard, PublicGuard) for guard in member.guards) and who.name != "nobody":
        return "the same for everybody: tried as nobody"
    if member.of_centre and who.name in STAFF:
        return "its role allows this for the whole centre"
    return ""


async def ground_of(tools: Tools, world: World) -> Ground:
    """Return the ground with its attackers and A's own people signed in."""
    grounds = tools.grounds
    ground = Ground(
        tools.url, tools.app, world, grounds.control, grounds.plane, grounds.folder, tools.cookie,
        tools.keys_folder, grounds.shared, tools.bucket,
    )  # fmt: skip
    ground.patience = _PATIENCE
    await end_keys(ground)
    await make_attackers(ground, f"agent-{world.b.code}@{B_PEOPLE}")
    await _asked_for(ground)
    ground.insiders = [
        await ground.person(f"manager-a@{B_PEOPLE}", world.a.tenant),
        await ground.person(f"agent-{world.a.code}@{B_PEOPLE}", world.a.tenant),
        await ground.key(world.a),
    ]
    return ground


async def _asked_for(ground: Ground) -> None:
    """Let somebody of the outsourcer, who is nobody else here, ask for access to A: one more of A's ids."""
    pool = await ground.control.pool()
    asker = await pool.fetchval(
        'INSERT INTO control."user" (id, email, name, locale, staff_role, clients) VALUES ($1, $2, $3, $4, $5, $6)'
        " ON CONFLICT (email) DO UPDATE SET name = EXCLUDED.name RETURNING id",
        new_id(), f"asker@{B_PEOPLE}", "A asker", "en", "supervisor", [],
    )  # fmt: skip
    await ask_for_access(ground.control, ground.world.a, asker)


async def end_keys(ground: Ground) -> None:
    """Remove the sessions and keys of the synthetic people, also those that a killed run left."""
    pool = await ground.control.pool()
    await pool.execute(
        'DELETE FROM control.session s USING control."user" u WHERE u.id = s.user_id AND u.email LIKE $1',
        f"%@{B_PEOPLE}",
    )
    await pool.execute("DELETE FROM control.api_key WHERE tenant_id = ANY($1::uuid[])",
                       [ground.world.a.tenant, ground.world.b.tenant])  # fmt: skip


async def _floor(bus: Bus, ground: Ground, tally: Tally) -> None:
    """Answer the desk's commands on the synthetic floor: each must name B's own agent, whatever the request said."""
    pool = await ground.control.pool()
    own = await pool.fetchval("SELECT agent_id::text FROM control.agent_alias WHERE tenant_id = $1 AND id::text = $2",
                              ground.world.b.tenant, ground.world.b.victim.agent)  # fmt: skip

    async def refuse(command: Mapping[str, Any]) -> Mapping[str, Any]:
        if command.get("agent") not in {None, own}:
            tally.find("http", Finding("another's name", "a desk command", "agent", ""))
        return {"ok": False, "code": "not_yours", "detail": "The synthetic floor takes no calls"}

    await bus.serve(inbox_name(SYNTHETIC_FLOOR), refuse)
