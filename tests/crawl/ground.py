"""Where the crawl happens: the real application over a copy of the filled database."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import asyncpg
from fastapi import FastAPI

from app import reactions
from app.web import create_app
from journal import seals
from journal import service as journal
from kit.db import AccessibleTenantId
from kit.embedded.postgres import EmbeddedPostgres
from kit.settings import Settings
from probe.core.canaries import Canaries
from probe.service.filling import ask_for_access, furnish
from probe.service.ground import Attacker, Ground, make_attackers
from probe.service.world import Side, World, files_state, state_of
from tenants.service import sessions
from tests.crawl.desks import kept_desk
from tests.crawl.settling import A, B, find_ids, settle
from tests.support.house import House, open_house
from tests.support.site import Settled, Site, open_site


@dataclass
class SiteGround(Ground):
    """A ground of the tests: the site, and who of A sees what attackers must not."""

    site: Site = field(kw_only=True)
    _superuser: asyncpg.Connection[asyncpg.Record] | None = None
    """Looks at A's rows after each member: a new connection would read the whole catalogue each time."""

    async def victim_state(self) -> str:
        if self._superuser is None:
            self._superuser = await asyncpg.connect(self.site.house.admin_dsn)
        return await state_of(self._superuser, self.world.a.tenant) + files_state(self.folder)

    async def close(self) -> None:
        if self._superuser is not None:
            await self._superuser.close()
        await super().close()

    async def somebody(self, email: str, code: str) -> Attacker:
        return await self.person(email, self.site.tenants[code])

    async def owners(self) -> list[Attacker]:
        """Return people and systems of A itself, who see what attackers must not."""
        agent = await self.control.pool()
        email = await agent.fetchval(
            "SELECT u.email FROM control.agent_alias x JOIN control.agent a ON a.id = x.agent_id"
            ' JOIN control."user" u ON u.id = a.user_id WHERE x.id = $1',
            UUID(self.world.a.victim.agent),
        )
        people = [await self.somebody(address, A) for address in ("wang@galaxy.example", email)]
        return [*people, await self.key(self.world.a)]


async def _furnished(house: House, code: str, tenant: AccessibleTenantId, words: Canaries) -> Side:
    """Furnish with the application's reactions, and seal."""
    before = list(journal._observers)
    reactions.install(None)
    try:
        side = await furnish(house.app, tenant, code, words, last_seat=code == B)
        async with house.app.transaction(tenant) as scope:
            side.files |= await kept_desk(scope, words, UUID(side.victim.interaction))
        await seals.seal_new(house.sealer, tenant)
    finally:
        journal._observers[:] = before
    await _signed_in(house, side)
    return side


async def _signed_in(house: House, side: Side) -> None:
    """Let one of the client's people be signed in."""
    pool = await house.control.pool()
    person = await pool.fetchval('SELECT id FROM control."user" WHERE email = $1', side.victim.email)
    await sessions.open_session(house.control, person, datetime.now(UTC), tenant_id=side.tenant)
    session = await pool.fetchval("SELECT id FROM control.session WHERE user_id = $1", person)
    side.victim.person, side.victim.session = str(person), str(session)


def build(server: EmbeddedPostgres, filled: str, bare: str) -> World:
    """Make two databases that tests copy: one with both worlds, and one that differs only in that A is empty."""
    words = {A: Canaries("world A", "+861991000"), B: Canaries("world B", "+852690000")}

    async def write() -> World:
        async with open_house(server, f"making_{bare}") as house:
            tenants = await settle(house, words)
            b = await _furnished(house, B, tenants[B], words[B])
            await house.close()
            server.create_database(bare, template=f"making_{bare}")
        async with open_house(server, f"making_{filled}", bare) as house:
            world = World(await _furnished(house, A, tenants[A], words[A]), b)
            await ask_for_access(house.control, world.a)
            await find_ids(house.admin_dsn, world)
            await house.close()
            server.create_database(filled, template=f"making_{filled}")
        return world

    return asyncio.run(write())


@asynccontextmanager
async def open_ground(
    server: EmbeddedPostgres, template: str, world: World, redis: str, folder: Path
) -> AsyncIterator[SiteGround]:
    """Serve the application on a copy of the template while the block runs."""
    apps: list[FastAPI] = []
    sides = (world.a, world.b)
    settled = Settled({s.code: s.tenant for s in sides}, {s.code: s.victim.connection for s in sides})

    def create(settings: Settings) -> FastAPI:
        apps.append(create_app(settings))
        return apps[-1]

    for side in sides:
        for key, content in side.files.items():
            path = folder / "recordings" / key
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    async with (
        open_house(server, f"crawl_{secrets.token_hex(6)}", template) as house,
        open_site(house, redis, folder, settled, create) as site,
    ):
        ground = SiteGround(
            site.url, apps[0], world, house.control, house.app, folder / "recordings", site=site
        )  # fmt: skip
        await make_attackers(ground, "chan.siuming@harbour.example")
        try:
            yield ground
        finally:
            await ground.close()
