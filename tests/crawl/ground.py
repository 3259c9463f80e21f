"""Where the crawl happens: the real application over a copy of the filled database, and who attacks it."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import aiohttp
import pytest
from fastapi import FastAPI
from yarl import URL

import app.web as web_module
import tests.support.house as house_module
import tests.support.site as site_module
from kit.embedded.postgres import EmbeddedPostgres
from kit.ids import new_id
from tenants.core.permissions import Role, scopes
from tenants.service import keys, sessions
from tests.crawl.canaries import Canaries
from tests.crawl.fillers import Request
from tests.crawl.filling import fill
from tests.crawl.world import A, B, Side, World, name_ids, settle
from tests.support.house import House, open_house
from tests.support.site import Site, open_site

TRACE = "crawl-trace-00"
CROWD = 4
"""So many requests at once."""


@dataclass(frozen=True)
class Answer:
    """What came back; ``text`` is the body as latin-1, so that no byte is lost."""

    status: int
    headers: tuple[tuple[str, str], ...]
    text: str

    def header(self, name: str) -> str:
        return next((value for key, value in self.headers if key.lower() == name), "")

    @property
    def whole(self) -> str:
        """Everything that could hold a word; text is read as UTF-8 too."""
        return "\n".join([*(f"{k}: {v}" for k, v in self.headers), self.text, _utf8(self.text)])


def _utf8(text: str) -> str:
    return text.encode("latin-1").decode("utf-8", "replace")


@dataclass
class Attacker:
    """Somebody with credentials of B, or with none."""

    name: str
    headers: dict[str, str]
    user: UUID | None = None
    tenant: UUID | None = None
    """Set for a person whose session can be opened again after a sign-out."""


@dataclass
class Ground:
    """A running site with both worlds in it."""

    site: Site
    app: FastAPI
    world: World
    folder: Path
    attackers: dict[str, Attacker] = field(default_factory=dict)
    _http: aiohttp.ClientSession | None = None

    async def ask(self, who: Attacker, request: Request) -> Answer:
        """Send a request; whoever was signed out by it is signed in again."""
        if self._http is None:
            self._http = aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar(), auto_decompress=False)
        headers = {"X-Request-Id": TRACE, **request.headers, **who.headers}
        more = headers.pop("X-Cookies", "")
        if more:
            headers["Cookie"] = "; ".join(part for part in (headers.get("Cookie"), more) if part)
        url = URL(self.site.url + request.target, encoded=True)
        sending = self._http.request(request.method, url, headers=headers, data=request.body, allow_redirects=False)
        async with sending as got:
            answer = Answer(got.status, tuple(got.headers.items()), (await got.read()).decode("latin-1"))
        if who.user is not None and "gf=" in answer.header("set-cookie"):
            await self.sign_in(who)
        return answer

    async def sign_in(self, who: Attacker) -> None:
        """Give a person a new session."""
        if who.user is None:
            return
        now = datetime.now(UTC)
        token = await sessions.open_session(self.site.house.control, who.user, now, tenant_id=who.tenant)
        who.headers = self.browser(token)

    def browser(self, token: str) -> dict[str, str]:
        """Return what a browser sends from our own page."""
        return {"Cookie": f"gf={token}", "X-CSRF-Token": sessions.csrf_token(token), "Origin": self.site.url,
                "Sec-Fetch-Site": "same-origin"}  # fmt: skip

    async def person(self, email: str, code: str) -> Attacker:
        pool = await self.site.house.control.pool()
        user = await pool.fetchval('SELECT id FROM control."user" WHERE email = $1', email)
        who = Attacker(email, {}, user, self.site.tenants[code])
        await self.sign_in(who)
        return who

    async def key(self, side: Side, *, connection: str | None = None, revoked: bool = False) -> Attacker:
        """Return a client's system with every scope; each connection may have two keys."""
        control, now = self.site.house.control, datetime.now(UTC)
        wanted = keys.KeyRequest(side.tenant, connection or side.victim.connection, frozenset(scopes()), timedelta(1))
        made = await keys.create_key(control, wanted, now)
        if revoked:
            await keys.revoke_key(control, side.tenant, made.split("_")[2], now)
        return Attacker("revoked key" if revoked else "key", {"Authorization": f"Bearer {made}"})

    async def owners(self) -> list[Attacker]:
        """Return people and systems of A itself, who see what attackers must not."""
        agent = await self.site.house.control.pool()
        email = await agent.fetchval(
            'SELECT u.email FROM control.agent a JOIN control."user" u ON u.id = a.user_id WHERE a.id = $1',
            UUID(self.world.a.victim.agent),
        )
        people = [await self.person(address, A) for address in ("wang@galaxy.example", email)]
        return [*people, await self.key(self.world.a)]

    async def close(self) -> None:
        if self._http is not None:
            await self._http.close()


async def make_attackers(ground: Ground) -> None:
    """Make every role of B, staff who serve only B among them, and those without any right."""
    control, side = ground.site.house.control, ground.world.b
    pool = await control.pool()
    for role in Role:
        if role in {Role.AGENT, Role.CLIENT_SYSTEM}:
            continue
        user, staff = new_id(), str(role) if not str(role).startswith("client") else None
        await pool.execute(
            'INSERT INTO control."user" (id, email, name, locale, staff_role, clients) VALUES ($1, $2, $3, $4, $5, $6)',
            user, f"{role}@attacker.example", f"B {role}", "en", staff, [B] if staff else None,
        )  # fmt: skip
        await pool.execute("INSERT INTO control.membership (user_id, tenant_id, role) VALUES ($1, $2, $3)",
                           user, side.tenant, str(role))  # fmt: skip
        ground.attackers[str(role)] = await ground.person(f"{role}@attacker.example", B)
    ground.attackers["agent"] = await ground.person("chan.siuming@harbour.example", B)
    ground.attackers["key"] = await ground.key(side)
    ground.attackers["revoked key"] = await ground.key(side, revoked=True)
    token = await sessions.open_session(
        control, ground.attackers["client_manager"].user or new_id(), datetime.now(UTC) - timedelta(days=1)
    )
    ground.attackers["expired session"] = Attacker("expired session", ground.browser(token))
    ground.attackers["nobody"] = Attacker("nobody", {"Origin": ground.site.url, "Sec-Fetch-Site": "same-origin"})


def build(server: EmbeddedPostgres, filled: str, bare: str) -> World:
    """Make two databases that tests copy: one with both worlds, and one that differs only in that A is empty."""
    words = {A: Canaries("world A", "+861991000"), B: Canaries("world B", "+852690000")}

    async def write() -> World:
        async with open_house(server, f"making_{bare}") as house:
            tenants = await settle(house, words)
            b = await fill(house, B, tenants[B], words[B])
            await house.close()
            server.create_database(bare, template=f"making_{bare}")
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(house_module, "TEMPLATE", bare)
            async with open_house(server, f"making_{filled}") as house:
                world = World(await fill(house, A, tenants[A], words[A]), b)
                await name_ids(house.admin_dsn, world)
                await house.close()
                server.create_database(filled, template=f"making_{filled}")
        return world

    return asyncio.run(write())


@asynccontextmanager
async def open_ground(
    server: EmbeddedPostgres, template: str, world: World, redis: str, folder: Path
) -> AsyncIterator[Ground]:
    """Serve the application on a copy of the template while the block runs."""
    apps: list[FastAPI] = []
    patched = pytest.MonkeyPatch()
    real = web_module.create_app

    def create(*args: Any, **kwargs: Any) -> FastAPI:
        apps.append(real(*args, **kwargs))
        return apps[-1]

    async def settled(_house: House) -> tuple[dict[str, Any], dict[str, str]]:
        sides = (world.a, world.b)
        return {s.code: s.tenant for s in sides}, {s.code: s.victim.connection for s in sides}

    patched.setattr(site_module, "create_app", create)
    patched.setattr(site_module, "settle", settled)
    patched.setattr(house_module, "TEMPLATE", template)
    for side in (world.a, world.b):
        for key, content in side.files.items():
            path = folder / "recordings" / key
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    try:
        async with (
            open_house(server, f"crawl_{secrets.token_hex(6)}") as house,
            open_site(house, redis, folder) as site,
        ):
            ground = Ground(site, apps[0], world, folder / "recordings")
            await make_attackers(ground)
            try:
                yield ground
            finally:
                await ground.close()
    finally:
        patched.undo()
