"""Where the probe happens: the running web, both worlds, and who attacks."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import aiohttp
from fastapi import FastAPI
from yarl import URL

from kit.db import Database, Plane
from kit.ids import new_id
from kit.objects import Objects
from probe.core.messages import Answer, Request, text_of
from probe.service.world import B_PEOPLE, Side, World, checksum
from tenants.core.permissions import Role, scopes
from tenants.service import keys, sessions

TRACE = "crawl-trace-00"
_OK, _NOT_SIGNED_IN, _TOO_MANY, _LONGEST_WAIT_S = 200, 401, 429, 5
CROWD = 4
"""So many requests at once."""


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
    """A running web with both worlds behind it. ``cookie``: the name of its session cookie."""

    url: str
    app: FastAPI
    world: World
    control: Database
    plane: Plane
    folder: Path
    """Where recordings are kept."""
    cookie: str = "gf"
    keys_folder: Path | None = None
    """Where the clients' keys lie, if not beside the recordings."""
    shared: Database | None = None
    """The database of the twins, for statements outside of any tenant."""
    bucket: Objects | None = None
    """Where recordings are kept, if not in the folder."""
    attackers: dict[str, Attacker] = field(default_factory=dict)
    insiders: list[Attacker] = field(default_factory=list)
    """People and systems of A itself: their requests show that the attackers' are real ones."""
    asked: int = 0
    """How many requests were sent."""
    lost: int = 0
    """How many got no answer."""
    stirred: bool = False
    """Whether a person of B did something since everybody signed in: it may have ended somebody's session."""
    patience: int = 0
    """How often a request that comes too soon is sent again, as the answer says."""
    _http: aiohttp.ClientSession | None = None

    async def victim_state(self) -> str:
        """Return a hash of everything that the victim owns."""
        return await checksum(self.plane, self.world.a, self.folder)

    async def ask(self, who: Attacker, request: Request) -> Answer:
        """Send a request; whoever was signed out by it is signed in again."""
        for _ in range(self.patience):
            answer = await self._send(who, request)
            wait = answer.header("retry-after")
            if answer.status != _TOO_MANY or not wait.isdigit() or int(wait) > _LONGEST_WAIT_S:
                break
            await asyncio.sleep(int(wait))
        else:
            answer = await self._send(who, request)
        if who.user is not None and (
            (request.method != "GET" and not answer.refused) or answer.status == _NOT_SIGNED_IN
        ):
            self.stirred = True
        if who.user is not None and f"{self.cookie}=" in answer.header("set-cookie"):
            await self.sign_in(who)
        return answer

    async def reached(self) -> bool:
        """Say whether the web answers."""
        return (await self._send(Attacker("nobody", {}), Request("GET", "/healthz"))).status == _OK

    async def _send(self, who: Attacker, request: Request) -> Answer:
        """Send it once. No answer at all has the status 0."""
        self.asked += 1
        if self._http is None:
            connector = aiohttp.TCPConnector(keepalive_timeout=2)  # less than the server's own five seconds
            self._http = aiohttp.ClientSession(
                connector=connector, cookie_jar=aiohttp.DummyCookieJar(), auto_decompress=False
            )
        headers = {"X-Request-Id": TRACE, **request.headers, **who.headers}
        more = headers.pop("X-Cookies", "")
        if more:
            headers["Cookie"] = "; ".join(part for part in (headers.get("Cookie"), more) if part)
        url, began = URL(self.url + request.target, encoded=True), time.perf_counter()
        sending = self._http.request(request.method, url, headers=headers, data=request.body, allow_redirects=False)
        try:
            async with sending as got:
                body = await got.read()
                return Answer(got.status, tuple(got.headers.items()), text_of(body), time.perf_counter() - began)
        except (aiohttp.ClientError, TimeoutError, OSError):
            self.lost += 1
            return Answer(0, (), "")

    async def sign_in(self, who: Attacker) -> None:
        """Give a person a new session."""
        if who.user is None:
            return
        token = await sessions.open_session(self.control, who.user, datetime.now(UTC), tenant_id=who.tenant)
        who.headers = self.browser(token)

    async def sign_in_again(self) -> None:
        """Give every person of B a new session: what was tried last may have ended the old one."""
        self.stirred = False
        for who in self.attackers.values():
            await self.sign_in(who)

    def browser(self, token: str) -> dict[str, str]:
        """Return what a browser sends from our own page."""
        return {"Cookie": f"{self.cookie}={token}", "X-CSRF-Token": sessions.csrf_token(token), "Origin": self.url,
                "Sec-Fetch-Site": "same-origin"}  # fmt: skip

    async def person(self, email: str, tenant: UUID) -> Attacker:
        """Return a person by e-mail address, signed in and working for the tenant."""
        pool = await self.control.pool()
        user = await pool.fetchval('SELECT id FROM control."user" WHERE email = $1', email)
        who = Attacker(email, {}, user, tenant)
        await self.sign_in(who)
        return who

    async def key(self, side: Side, *, connection: str | None = None, revoked: bool = False) -> Attacker:
        """Return a client's system with every scope; each connection may have two keys."""
        now = datetime.now(UTC)
        wanted = keys.KeyRequest(side.tenant, connection or side.victim.connection, frozenset(scopes()), timedelta(1))
        made = await keys.create_key(self.control, wanted, now)
        if revoked:
            await keys.revoke_key(self.control, side.tenant, made.split("_")[2], now)
        return Attacker("revoked key" if revoked else "key", {"Authorization": f"Bearer {made}"})

    async def close(self) -> None:
        """Close the connections."""
        if self._http is not None:
            await self._http.close()


async def make_attackers(ground: Ground, agent_email: str) -> None:
    """Make every role of B, staff who serve only B among them, and those without any right."""
    side = ground.world.b
    pool = await ground.control.pool()
    for role in Role:
        if role in {Role.AGENT, Role.CLIENT_SYSTEM}:
            continue
        email, staff = f"{role}@{B_PEOPLE}", str(role) if not str(role).startswith("client") else None
        await pool.execute(
            'INSERT INTO control."user" (id, email, name, locale, staff_role, clients) VALUES ($1, $2, $3, $4, $5, $6)'
            " ON CONFLICT (email) DO NOTHING",
            new_id(), email, f"B {role}", "en", staff, [side.code] if staff else None,
        )  # fmt: skip
        await pool.execute('INSERT INTO control.membership (user_id, tenant_id, role) SELECT id, $2, $3'
                           ' FROM control."user" WHERE email = $1 ON CONFLICT DO NOTHING',
                           email, side.tenant, str(role))  # fmt: skip
        ground.attackers[str(role)] = replace(await ground.person(email, side.tenant), name=str(role))
    ground.attackers["agent"] = replace(await ground.person(agent_email, side.tenant), name="agent")
    ground.attackers["key"] = await ground.key(side)
    ground.attackers["revoked key"] = await ground.key(side, revoked=True)
    token = await sessions.open_session(
        ground.control, ground.attackers["client_manager"].user or new_id(), datetime.now(UTC) - timedelta(days=1)
    )
    ground.attackers["expired session"] = Attacker("expired session", ground.browser(token))
    ground.attackers["nobody"] = Attacker("nobody", {"Origin": ground.url, "Sec-Fetch-Site": "same-origin"})
