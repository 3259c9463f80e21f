"""One uvicorn with our work orders and, beside them, two references.

Run by ``bench.workorders`` as a process of its own. All sides have the same server, loop, parser and number of
connections to PostgreSQL. ``/bare``: FastAPI and asyncpg on a bare table, without authentication, row-level security,
journal and events. ``/raw``: the very statements of our requests, without anything around them (bench.replayed).
"""

import asyncio
import secrets
import time
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
import uvicorn
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient
from pydantic import BaseModel, SecretStr
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

import exchange.tmf621.endpoints
import webhooks.endpoints
import workorders.endpoints
from app import problems, reactions
from app.wayfinding import wayfound
from app.web import at_ease, middleware_of
from app.wiring import install_vault
from bench.children import obey, until
from bench.ground import Wired, wired
from bench.replayed import Recorder, Replay
from kit import clock
from kit.db import Plane
from kit.embedded.machine import LOOPBACK, free_port
from kit.ids import new_id
from kit.settings import Settings
from live.sockets import TransportProtocol
from probe.service.alarms import Alarms
from tenants.access import for_system
from tenants.throttle import throttle_of
from webhooks.service import feed
from workorders.schemas import NewWorkOrder

CONNECTIONS = 16
MANY = 1_000_000
"""So often may be asked in a minute: every request is counted, none is refused."""
TABLE = """
CREATE SCHEMA bare;
CREATE TABLE bare.work_order (LIKE gf.work_order INCLUDING DEFAULTS, PRIMARY KEY (tenant_id, id));
CREATE TABLE bare.event (tenant_id uuid, position bigint, body bytea, PRIMARY KEY (tenant_id, position));
ALTER TABLE gf.webhook_event DROP CONSTRAINT webhook_event_sequence;
CREATE INDEX webhook_event_sequence ON gf.webhook_event (tenant_id, connection, subject, sequence, type);
"""
"""A replayed change has the sequence of the recorded one: the index is there for all sides, and not unique."""
_SHOWN = """id, number, connection, requester_side, type, title, description, priority, severity, status, status_reason,
pending_on, resolution_code, resolution_summary, interaction_id, agent_id, created_by_id, created_by_name, version,
event_seq, created_at, updated_at, acknowledged_at, resolved_at, closed_at"""
_INSERT = f"""INSERT INTO bare.work_order (tenant_id, id, number, connection, requester_side, type, title, description,
priority, severity, status, created_by_id, created_by_name, version, event_seq, created_at, updated_at)
VALUES ($1, $2, 1, 'oms', 'tenant', $3, $4, $5, $6, $7, 'submitted', 'key', 'oms', 1, 1, $8, $8) RETURNING {_SHOWN}"""
_LIST = f"SELECT {_SHOWN} FROM bare.work_order WHERE tenant_id = $1 ORDER BY id DESC LIMIT 50"
_FEED = "SELECT body FROM bare.event WHERE tenant_id = $1 AND position > 0 ORDER BY position LIMIT 51"


class Shown(BaseModel):
    """A row of the reference, as a response model with the members that ours shows."""

    id: UUID
    number: int
    connection: str
    requester_side: str
    type: str
    title: str
    description: str
    priority: str
    severity: str
    status: str
    status_reason: str | None
    pending_on: str | None
    resolution_code: str | None
    resolution_summary: str | None
    interaction_id: UUID | None
    agent_id: UUID | None
    created_by_id: str
    created_by_name: str
    version: int
    event_seq: int
    created_at: datetime
    updated_at: datetime
    acknowledged_at: datetime | None
    resolved_at: datetime | None
    closed_at: datetime | None


def make_ours(services: Wired, redis_url: str) -> FastAPI:
    """Build our side as app.web does, limits and all, without pages."""
    settings = Settings(
        secure_cookies=False, master_key=SecretStr(secrets.token_hex(32)), data_folder=services.folder,
        REDIS_URL=SecretStr(redis_url), rate_read_per_minute=MANY, rate_write_per_minute=MANY,
    )  # fmt: skip
    ours = FastAPI(middleware=middleware_of(settings), openapi_url=None)
    ours.state.settings, ours.state.control, ours.state.plane = settings, services.control, services.plane
    ours.state.throttle, ours.state.alarms = throttle_of(settings, services.control), Alarms(services.control)
    install_vault(settings)
    problems.install(ours)
    ours.include_router(workorders.endpoints.router)
    ours.include_router(exchange.tmf621.endpoints.router)
    ours.include_router(webhooks.endpoints.router)
    return wayfound(ours)


def make_bare(pool: Any) -> FastAPI:  # noqa: ANN401 - asyncpg's pool
    """Build the reference on bare tables."""
    app = FastAPI(openapi_url=None)

    @app.post("/bare/{tenant_id}", status_code=201)
    async def create(tenant_id: UUID, body: NewWorkOrder) -> Shown:
        row = await pool.fetchrow(
            _INSERT, tenant_id, new_id(), body.type, body.title, body.description, body.priority, body.severity,
            clock.now(),
        )  # fmt: skip
        return Shown(**row)

    @app.get("/bare/{tenant_id}")
    async def listed(tenant_id: UUID) -> list[Shown]:
        return [Shown(**row) for row in await pool.fetch(_LIST, tenant_id)]

    async def fed(request: Request) -> Response:
        rows = await pool.fetch(_FEED, UUID(request.path_params["tenant_id"]))
        return Response(b'{"data":[' + b",".join(row["body"] for row in rows[:50]) + b"]}", 200, {}, "application/json")

    app.router.routes.append(Route("/bare/{tenant_id}/events", fed))
    return app


class Raw:
    """The references that send recorded statements again."""

    def __init__(self, plane: Plane) -> None:
        self._plane = plane
        self._replays: dict[str, Replay] = {}
        self._recorded = (new_id(), new_id())
        """The tenant and the work order of the recorded requests."""

    async def record(self, ours: FastAPI, tenant: str, key: str, bodies: Mapping[str, str]) -> None:
        """Send one request of each kind to our side and keep its statements."""
        plane: Plane = ours.state.plane
        ours.state.plane = recorder = Recorder(plane)
        once = str(new_id())
        headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
        async with AsyncClient(transport=ASGITransport(ours), base_url="http://bench", headers=headers) as client:

            async def kept(what: str, method: str, path: str, **given: str) -> Any:  # noqa: ANN401 - any JSON value
                recorder.heard = []
                answer = await client.request(method, path, content=bodies.get(what), headers=given)
                assert answer.is_success, answer.text
                self._replays[what] = Replay(recorder.heard, once)
                return answer.json()

            made = await kept("create", "POST", "/v1/work-orders", **{"Idempotency-Key": once})
            await kept("patch", "PATCH", f"/v1/work-orders/{made['id']}", **{"If-Match": f'"wo-{made["id"]}-1"'})
            await kept("list", "GET", "/v1/work-orders?limit=50")
        self._recorded, ours.state.plane = (UUID(tenant), UUID(made["id"])), plane

    async def answer(self, request: Request) -> Response:
        """Answer ``/raw/WHAT/TENANT/ORDER``: the order is changed, or named for nothing."""
        await request.body()
        which = [UUID(request.path_params[name]) for name in ("tenant_id", "work_order_id")]
        same = dict(zip(self._recorded, which, strict=True))
        replay = self._replays[request.path_params["what"]]
        if replay is self._replays["create"]:
            del same[self._recorded[1]]
        async with self._plane.transaction(for_system(which[0], "bench")) as scope:
            return Response(await replay(scope, same), 200, {}, "application/json")


class Serving:
    """The process's state between commands."""

    def __init__(self) -> None:
        self._task: asyncio.Task[None] | None = None
        self._services: Wired
        self._pool: asyncpg.Pool[Any]
        self._ours: FastAPI
        self._raw: Raw

    async def __call__(self, command: dict[str, Any]) -> dict[str, Any]:
        """Start; record our requests for ``/raw``; copy the feeds for ``/bare``; or say how much CPU was used."""
        if command["do"] == "start":
            return await self._start(command["wiring"])
        if command["do"] == "record":
            await self._raw.record(self._ours, command["tenant"], command["key"], command["bodies"])
        if command["do"] == "copy":
            for tenant in command["tenants"]:
                await self._copy(UUID(tenant))
        return {"cpu": time.process_time()}

    async def _copy(self, tenant: UUID) -> None:
        async with self._services.plane.transaction(for_system(tenant, "bench")) as scope:
            page = await feed.read(scope, feed.Wanted("oms", limit=200))
        rows = [(tenant, number, event) for number, event in enumerate(page.events, 1)]
        await self._pool.executemany("INSERT INTO bare.event VALUES ($1, $2, $3)", rows)

    async def _start(self, wiring: dict[str, Any]) -> dict[str, Any]:
        self._services = services = wired(wiring, CONNECTIONS)
        reactions.install(services.bus)
        self._pool = await asyncpg.create_pool(services.admin_dsn, min_size=CONNECTIONS, max_size=CONNECTIONS)
        self._ours, self._raw, port = make_ours(services, wiring["redis"]), Raw(services.plane), free_port()
        app = make_bare(self._pool)
        route = "/raw/{what}/{tenant_id}/{work_order_id}"
        app.router.routes.append(Route(route, self._raw.answer, methods=["GET", "POST", "PATCH"]))
        app.mount("/", self._ours)
        config = uvicorn.Config(
            app, host=LOOPBACK, port=port, http="httptools", ws=TransportProtocol,
            access_log=False, log_level="warning", lifespan="off",
        )  # fmt: skip
        at_ease()
        server = uvicorn.Server(config)
        self._task = asyncio.create_task(server.serve())
        await until(lambda: server.started)
        return {"port": port}


if __name__ == "__main__":
    obey(Serving())
