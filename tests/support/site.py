"""The whole web application on a real server, database and bell, with the examples' two clients applied."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import aiohttp
import uvicorn
from fastapi import FastAPI
from pydantic import SecretStr

from app.flows import check_flow
from app.web import create_app
from journal import service as journal
from kit.db import AccessibleTenantId
from kit.embedded.machine import free_port
from kit.embedded.postgres import EmbeddedPostgres
from kit.settings import Settings
from live.sockets import TransportProtocol
from tenants.access import for_system
from tenants.core.permissions import scopes
from tenants.service import policies, sessions
from tenants.service.blueprints import Order, apply_blueprint
from tenants.service.centre import apply_centre
from tenants.service.floors import list_tenants
from tenants.service.keys import KeyRequest, create_key
from tests.support.house import KEYS, KEYS_FOLDER, House, open_house, two_tenants

HOME = os.environ.get("GLASSFLOOR_PHONE_ENGINE", str(Path(__file__).resolve().parents[2] / ".glassfloor/phone-engine"))
ESPEAK = Path(HOME) / "bin" / "espeak-ng"
EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
SITE_TEMPLATE = "site_template"
NOW = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)


@dataclass
class Site:
    """Where the application answers, and ways in."""

    url: str
    house: House
    settings: Settings
    tenants: dict[str, AccessibleTenantId]
    connections: dict[str, str]
    _open: list[aiohttp.ClientSession] = field(default_factory=list)

    async def cookie(self, email: str, tenant: str | None = None) -> tuple[str, str]:
        """A signed-in session's token and CSRF word, without the cost of a password."""
        pool = await self.house.control.pool()
        user = await pool.fetchval('SELECT id FROM control."user" WHERE email = $1', email)
        chosen = self.tenants[tenant] if tenant else None
        token = await sessions.open_session(self.house.control, user, datetime.now(UTC), tenant_id=chosen)
        return token, sessions.csrf_token(token)

    async def person(self, email: str, tenant: str | None = None) -> aiohttp.ClientSession:
        token, csrf = await self.cookie(email, tenant)
        headers = {"Cookie": f"gf={token}", "X-CSRF-Token": csrf, "Sec-Fetch-Site": "same-origin", "Origin": self.url}
        made = aiohttp.ClientSession(self.url, headers=headers, cookie_jar=aiohttp.DummyCookieJar())
        self._open.append(made)
        return made

    async def machine(self, tenant: str) -> aiohttp.ClientSession:
        wanted = KeyRequest(self.tenants[tenant], self.connections[tenant], frozenset(scopes()), timedelta(days=1))
        key = await create_key(self.house.control, wanted, datetime.now(UTC))
        made = aiohttp.ClientSession(self.url, headers={"Authorization": f"Bearer {key}"})
        self._open.append(made)
        return made

    async def people(self, tenant: str) -> dict[str, str]:
        """Role to e-mail address of a client's people."""
        pool = await self.house.control.pool()
        rows = await pool.fetch(
            'SELECT m.role, u.email FROM control.membership m JOIN control."user" u ON u.id = m.user_id'
            " WHERE m.tenant_id = $1 ORDER BY u.email DESC",
            self.tenants[tenant],
        )
        return {row["role"]: row["email"] for row in rows}

    async def agents(self, tenant: str = "") -> list[tuple[UUID, str]]:
        """Every agent's id and e-mail address, by seat; with a tenant its own agents, by its own ids."""
        pool = await self.house.control.pool()
        rows = await pool.fetch(
            'SELECT coalesce(x.id, a.id) AS id, u.email FROM control.agent a JOIN control."user" u ON u.id = a.user_id'
            " LEFT JOIN control.agent_alias x ON x.agent_id = a.id AND x.tenant_id = $1"
            " WHERE $1 IS NULL OR x.id IS NOT NULL ORDER BY a.seat_id",
            self.tenants.get(tenant),
        )
        return [(row["id"], row["email"]) for row in rows]

    async def close(self) -> None:
        for session in self._open:
            await session.close()


@dataclass(frozen=True)
class Settled:
    """The examples' two clients in a database: ids by code, each one's first connection, key files."""

    tenants: dict[str, AccessibleTenantId]
    connections: dict[str, str]
    keys: dict[str, bytes] = field(default_factory=dict)

    def restore_keys(self) -> None:
        """Give a copy of the database its keys: a test before may have destroyed them."""
        for name, content in self.keys.items():
            (KEYS_FOLDER / name).write_bytes(content)
            (KEYS_FOLDER / name).with_suffix(".destroyed").unlink(missing_ok=True)


async def make_site_template(server: EmbeddedPostgres) -> Settled:
    """Apply the examples beside two bare tenants, once per server, for sites to copy."""
    async with open_house(server, "site_draft") as house:
        await two_tenants(house)
        tenants, connections = await settle(house)
        await house.close()
        server.create_database(SITE_TEMPLATE, template="site_draft")
    names = [f"{tenant}.key" for tenant in tenants.values()]
    keys = {name: (KEYS_FOLDER / name).read_bytes() for name in names if (KEYS_FOLDER / name).exists()}
    return Settled(tenants, connections, keys)


async def settle(house: House) -> tuple[dict[str, AccessibleTenantId], dict[str, str]]:
    """Apply the examples; return the tenants' ids and each one's first connection."""
    await apply_centre(house.control, house.app, (EXAMPLES / "centre.yaml").read_text(encoding="utf-8"), NOW)
    for name in ("galaxy", "harbour-light"):
        source = (EXAMPLES / f"{name}.yaml").read_text(encoding="utf-8")
        await apply_blueprint(house.control, house.app, source, Order(by="tests", at=NOW, check_flow=check_flow))
    tenants = {t.code: for_system(t.id, "tests") for t in await list_tenants(house.control)}
    connections = {}
    for code, tenant_id in tenants.items():
        async with house.app.transaction(tenant_id) as scope:
            rows = await scope.fetch("SELECT code FROM gf.connection WHERE tenant_id = $1 ORDER BY code", tenant_id)
            connections[code] = rows[0]["code"] if rows else ""
    return tenants, connections


@asynccontextmanager
async def open_site(
    house: House,
    redis_url: str,
    data: Path,
    settled: Settled,
    create: Callable[[Settings], FastAPI] = create_app,
    port: int = 0,
) -> AsyncIterator[Site]:
    """Serve the application, that ``create`` makes, on a free port while the block runs; or on the one of before."""
    settled.restore_keys()
    policies._kept.clear()  # each test's database has the same versions, in which a test may have written
    port = port or free_port()
    settings = Settings(
        mail_domain="orders.centre.example",
        app_dsn=SecretStr(house.dsns["gf_app"]), control_dsn=SecretStr(house.dsns["gf_control"]),
        REDIS_URL=SecretStr(redis_url), context_key=SecretStr(house.signer.key.hex()), data_folder=data,
        keys_folder=KEYS_FOLDER,
        signing_key=SecretStr(KEYS["GF_SIGNING_KEY"]), master_key=SecretStr(KEYS["GF_MASTER_KEY"]),
        public_url=f"http://127.0.0.1:{port}", port=port, secure_cookies=False, allow_private_webhooks=True,
        allow_private_idps=True, rate_read_per_minute=1_000_000, rate_write_per_minute=1_000_000,
        rate_expensive_per_minute=1_000_000, sign_in_tries_per_address=1_000_000,  # all share one address
        phone_ws_url="ws://127.0.0.1:9/ws", speech_command=str(ESPEAK),
    )  # fmt: skip
    before = list(journal._observers)
    app = create(settings)
    config = uvicorn.Config(
        app, host="127.0.0.1", port=port, ws=TransportProtocol, ws_per_message_deflate=False,
        log_level="warning", access_log=False, loop="asyncio", timeout_graceful_shutdown=1,
    )  # fmt: skip
    server = uvicorn.Server(config)
    server.install_signal_handlers = lambda: None  # type: ignore[attr-defined] # pytest keeps its own
    serving = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
        if serving.done():
            serving.result()
    site = Site(settings.public_url, house, settings, settled.tenants, settled.connections)
    try:
        yield site
    finally:
        await site.close()
        server.should_exit = True
        await serving
        journal._observers[:] = before  # they ring bells of this test's loop
