"""One uvicorn with our work orders and, beside them, the reference: FastAPI and asyncpg on a bare table.

Run by ``bench.workorders`` as a process of its own. Both sides have the same server, loop, parser and number of
connections to PostgreSQL; the reference has no authentication, no row-level security, no journal, no events.
"""

import asyncio
import secrets
import time
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
import uvicorn
from fastapi import FastAPI
from fastapi.middleware import Middleware
from pydantic import BaseModel, SecretStr

import exchange.tmf621.endpoints
import workorders.endpoints
from app import problems, reactions
from app.http import RequestId, SafetyHeaders
from app.wiring import install_vault
from bench.children import obey, until
from bench.ground import Wired, wired
from kit import clock
from kit.embedded.machine import LOOPBACK, free_port
from kit.ids import new_id
from kit.settings import Settings
from live.sockets import TransportProtocol
from workorders.schemas import NewWorkOrder

CONNECTIONS = 16
HEADERS = {"Content-Security-Policy": "default-src 'self'", "X-Content-Type-Options": "nosniff",
           "Referrer-Policy": "same-origin", "Cache-Control": "no-store"}  # fmt: skip
"""As many as the pages' own."""
TABLE = """
CREATE SCHEMA bare;
CREATE TABLE bare.work_order (LIKE gf.work_order INCLUDING DEFAULTS, PRIMARY KEY (tenant_id, id));
"""
_SHOWN = """id, number, connection, requester_side, type, title, description, priority, severity, status, status_reason,
pending_on, resolution_code, resolution_summary, interaction_id, agent_id, created_by_id, created_by_name, version,
event_seq, created_at, updated_at, acknowledged_at, resolved_at, closed_at"""
_INSERT = f"""INSERT INTO bare.work_order (tenant_id, id, number, connection, requester_side, type, title, description,
priority, severity, status, created_by_id, created_by_name, version, event_seq, created_at, updated_at)
VALUES ($1, $2, 1, 'oms', 'tenant', $3, $4, $5, $6, $7, 'submitted', 'key', 'oms', 1, 1, $8, $8) RETURNING {_SHOWN}"""
_LIST = f"SELECT {_SHOWN} FROM bare.work_order WHERE tenant_id = $1 ORDER BY id DESC LIMIT 50"


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


def make_app(services: Wired, pool: Any) -> FastAPI:  # noqa: ANN401 - asyncpg's pool
    """Build both sides; ours as app.web does, without pages."""
    ours = FastAPI(middleware=[Middleware(RequestId), Middleware(SafetyHeaders, headers=HEADERS)], openapi_url=None)
    ours.state.control, ours.state.plane = services.control, services.plane
    ours.state.settings = Settings(secure_cookies=False)
    install_vault(Settings(master_key=SecretStr(secrets.token_hex(32)), data_folder=services.folder))
    problems.install(ours)
    ours.include_router(workorders.endpoints.router)
    ours.include_router(exchange.tmf621.endpoints.router)
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

    app.mount("/", ours)
    return app


class Serving:
    """The process's state between commands."""

    def __init__(self) -> None:
        self._task: asyncio.Task[None] | None = None

    async def __call__(self, command: dict[str, Any]) -> dict[str, Any]:
        """Start, or say how much CPU was used until now."""
        if command["do"] == "start":
            return await self._start(command["wiring"])
        return {"cpu": time.process_time()}

    async def _start(self, wiring: dict[str, Any]) -> dict[str, Any]:
        services = wired(wiring, CONNECTIONS)
        reactions.install(services.bus)
        pool = await asyncpg.create_pool(services.admin_dsn, min_size=CONNECTIONS, max_size=CONNECTIONS)
        port = free_port()
        config = uvicorn.Config(
            make_app(services, pool), host=LOOPBACK, port=port, http="httptools", ws=TransportProtocol,
            access_log=False, log_level="warning", lifespan="off",
        )  # fmt: skip
        server = uvicorn.Server(config)
        self._task = asyncio.create_task(server.serve())
        await until(lambda: server.started)
        return {"port": port}


if __name__ == "__main__":
    obey(Serving())
