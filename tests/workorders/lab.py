"""A small web application around the real routes, and client systems with keys that call it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
from aiohttp import web
from fastapi import FastAPI
from fastapi.middleware import Middleware

import exchange.tmf621.endpoints
import exchange.tmf621.hub
import webhooks.endpoints
import workorders.asking.endpoints
import workorders.attachments.endpoints
import workorders.attachments.files
import workorders.cancelling.endpoints
import workorders.clocks.endpoints
import workorders.context.endpoints
import workorders.endpoints
import workorders.seat_tasks.endpoints
from app import problems, reactions
from app.http import BodyLimit, StrictJson
from journal import service as journal
from kit import outbox
from kit.clock import now
from kit.db import AccessibleTenantId
from kit.ids import new_id
from kit.objects import Objects
from kit.settings import Settings
from kit.signing import DocumentSigner
from tenants.service.keys import KeyRequest, create_key
from tests.support.house import KEY, House

SCOPES = frozenset({"work_order.read", "work_order.create", "work_order.change", "work_order.comment"})


@asynccontextmanager
async def reacting() -> AsyncIterator[None]:
    """React to facts as the real processes do, without bells, and stop it afterwards."""
    before = list(journal._observers)
    reactions.install(None)
    yield
    journal._observers[:] = before


async def add_connection(house: House, tenant_id: AccessibleTenantId, code: str, url: str = "") -> None:
    async with house.app.transaction(tenant_id) as scope:
        await scope.fetch(
            "INSERT INTO gf.connection (tenant_id, id, code, name, url) VALUES ($1, $2, $3, $3, $4)",
            tenant_id, new_id(), code, url,
        )  # fmt: skip


ROUTERS = (
    workorders.endpoints.router, workorders.asking.endpoints.router, workorders.cancelling.endpoints.router,
    workorders.seat_tasks.endpoints.router, workorders.seat_tasks.endpoints.waiting,
    workorders.attachments.endpoints.router,
    workorders.attachments.files.router,
    exchange.tmf621.endpoints.router, exchange.tmf621.hub.router, webhooks.endpoints.router,
    workorders.clocks.endpoints.router,
    workorders.context.endpoints.router,
)  # fmt: skip


def make_app(house: House, files: Objects | None = None) -> FastAPI:
    app = FastAPI(openapi_url="/v1/openapi.json", middleware=[Middleware(BodyLimit), Middleware(StrictJson)])
    app.state.control, app.state.plane = house.control, house.app
    app.state.settings = Settings(secure_cookies=False, allow_private_webhooks=True, client_certificates=True)
    problems.install(app)
    app.state.recordings, app.state.signer = files, DocumentSigner(KEY)
    for router in ROUTERS:
        app.include_router(router)
    return app


async def do_jobs(house: House, tenant_id: AccessibleTenantId) -> int:
    """Do what is due in the outbox, as the worker does; return how much there was."""
    async with house.worker.transaction(tenant_id) as scope:
        errands = await outbox.claim(scope)
    for errand in errands:
        async with house.worker.transaction(tenant_id) as scope:
            await reactions.JOBS[errand.job](scope, errand.payload)
            await outbox.done(scope, errand)
    return len(errands)


@dataclass
class System:
    """A client's system: one key of one connection."""

    http: httpx.AsyncClient
    key: str

    async def get(self, path: str, **kwargs: Any) -> httpx.Response:
        return await self.http.get(path, headers=self.headers(kwargs.pop("headers", {})), **kwargs)

    async def post(self, path: str, body: Any, *, key: str | None = "new", **headers: str) -> httpx.Response:
        extra = {name.replace("_", "-"): value for name, value in headers.items()}
        if key is not None:
            extra["Idempotency-Key"] = str(new_id()) if key == "new" else key
        return await self.http.post(path, json=body, headers=self.headers(extra))

    async def send(self, method: str, path: str, body: Any, **headers: str) -> httpx.Response:
        """Send a PATCH or PUT, with the ETag of now if none is given and ``If_Match`` is not "none"."""
        extra = {name.replace("_", "-"): value for name, value in headers.items()}
        if "If-Match" not in extra:
            extra["If-Match"] = (await self.get("/".join(path.split("/")[:4]))).headers.get("ETag", "")
        if extra["If-Match"] == "none":
            del extra["If-Match"]
        return await self.http.request(method, path, json=body, headers=self.headers(extra))

    def headers(self, extra: dict[str, str]) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.key}", **extra}

    async def create(self, title: str = "call back", **fields: Any) -> dict[str, Any]:
        made = await self.post("/v1/work-orders", {"type": "callback", "title": title, **fields})
        assert made.status_code == 201, made.text
        return dict(made.json())

    async def move(self, order: dict[str, Any], to: str, **fields: Any) -> httpx.Response:
        tag = (await self.get(f"/v1/work-orders/{order['id']}")).headers["ETag"]
        return await self.post(f"/v1/work-orders/{order['id']}/transitions", {"to": to, **fields}, If_Match=tag)


@asynccontextmanager
async def calling(house: House, files: Objects) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=make_app(house, files))
    async with httpx.AsyncClient(transport=transport, base_url="http://gf.test") as http:
        yield http


async def system(house: House, http: httpx.AsyncClient, tenant_id: AccessibleTenantId, connection: str) -> System:
    return System(http, await create_key(house.control, KeyRequest(tenant_id, connection, SCOPES), now()))


@dataclass
class Receiver:
    """A client's webhook address that can be told how to answer."""

    taken: list[dict[str, Any]] = field(default_factory=list)
    """Every message that was answered with 2xx."""
    seen: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    status: int = 204
    answers: dict[str, int] = field(default_factory=dict)
    """Statuses for the messages about one subject."""
    headers: dict[str, str] = field(default_factory=dict)
    delay_s: float = 0.0
    page: str = ""
    """What it answers with."""
    port: int = 0
    runner: web.AppRunner | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook"

    async def start(self) -> None:
        app = web.Application()
        app.router.add_post("/hook", self._hook)
        self.runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self.runner.setup()
        site = web.TCPSite(self.runner, "127.0.0.1", self.port, reuse_address=True)
        await site.start()
        self.port = self.runner.addresses[0][1]

    async def stop(self) -> None:
        if self.runner is not None:
            await self.runner.cleanup()
            self.runner = None

    async def wait_for(self, count: int, within_s: float = 10.0) -> None:
        async with asyncio.timeout(within_s):
            await until(lambda: len(self.taken) >= count)

    async def _hook(self, request: web.Request) -> web.Response:
        body = await request.read()
        self.seen.append(({k.lower(): v for k, v in request.headers.items()}, body))
        if self.delay_s:
            await asyncio.sleep(self.delay_s)
        event = await request.json()
        status = self.answers.get(event.get("subject", ""), self.status)
        if 200 <= status < 300:
            self.taken.append(event)
        return web.Response(status=status, headers=self.headers, text=self.page or None)


async def until(met: Callable[[], bool | Awaitable[bool]]) -> None:
    """Look every hundredth of a second until the condition is met."""
    while True:
        answer = met()
        if answer if isinstance(answer, bool) else await answer:
            return
        await asyncio.sleep(0.01)


@asynccontextmanager
async def receiving() -> AsyncIterator[Receiver]:
    receiver = Receiver()
    await receiver.start()
    try:
        yield receiver
    finally:
        await receiver.stop()
