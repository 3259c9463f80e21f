"""A real PostgreSQL and Valkey of this run's own, migrated, with tenants, their connections and their keys."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg

from bench.measure import children_of
from journal import service as journal
from kit.bus import Bus
from kit.clock import now
from kit.db import AccessibleTenantId, Database
from kit.embedded.postgres import EmbeddedPostgres
from kit.embedded.redis import EmbeddedRedis
from kit.guard import ContextSigner
from kit.ids import new_id
from migrations.prepare import Prepared, prepare
from migrations.run import migrate
from tenants.access import INSTALLATION, for_system
from tenants.core.permissions import scopes
from tenants.service.keys import KeyRequest, create_key

ZONE = "Asia/Shanghai"


@dataclass(frozen=True, slots=True)
class Client:
    """A tenant and the key of its system."""

    id: AccessibleTenantId
    code: str
    key: str


@dataclass
class Ground:
    """The servers of a run and the logins on them."""

    folder: Path
    postgres: EmbeddedPostgres
    redis: EmbeddedRedis
    admin_dsn: str
    prepared: Prepared
    control: Database
    plane: Database
    clients: list[Client] = field(default_factory=list)

    def backends(self) -> Iterable[int]:
        """Return the processes of PostgreSQL."""
        pid = self.postgres.pid
        return [] if pid is None else [pid, *children_of(pid)]

    def wiring(self) -> dict[str, Any]:
        """Return what a child needs to open the same databases (see :func:`wired`)."""
        signer = self.prepared.signer
        return {
            "dsns": {**self.prepared.dsns, "admin": self.admin_dsn},
            "kid": signer.kid,
            "key": signer.key.hex(),
            "redis": self.redis.url,
            "folder": str(self.folder),
        }


@dataclass(frozen=True, slots=True)
class Wired:
    """The same, inside a child."""

    control: Database
    plane: Database
    bus: Bus
    admin_dsn: str
    folder: Path
    """The run's own: it is removed when the run ends."""


def wired(wiring: dict[str, Any], size: int = 8) -> Wired:
    """Open what :meth:`Ground.wiring` describes, with ``size`` connections for each login."""
    signer = ContextSigner(wiring["kid"], bytes.fromhex(wiring["key"]))
    dsns = wiring["dsns"]
    return Wired(
        Database(dsns["gf_control"], size=size), Database(dsns["gf_app"], signer, size=size),
        Bus(wiring["redis"]), dsns["admin"], Path(wiring["folder"]),
    )  # fmt: skip


@asynccontextmanager
async def grounded(folder: Path, clients: int, say: Callable[[str], None]) -> AsyncIterator[Ground]:
    """Bring the servers up with so many tenants; everything is gone afterwards."""
    postgres, redis = EmbeddedPostgres(folder / "postgres"), EmbeddedRedis(folder / "valkey")
    say("PostgreSQL (durable), Valkey, migrations")
    try:
        await asyncio.to_thread(postgres.start)
        await asyncio.to_thread(redis.start)
        admin_dsn = await asyncio.to_thread(postgres.create_database, "bench")
        prepared = await prepare(admin_dsn)
        await migrate(prepared.dsns["gf_migrator"], today=datetime.now(UTC).date())
        made = Ground(
            folder, postgres, redis, admin_dsn, prepared,
            Database(prepared.dsns["gf_control"]), Database(prepared.dsns["gf_app"], prepared.signer),
        )  # fmt: skip
        try:
            await _settle(made, clients)
            yield made
        finally:
            await made.plane.close()
            await made.control.close()
    finally:
        await asyncio.to_thread(redis.stop)
        await asyncio.to_thread(postgres.stop)


async def _settle(ground: Ground, clients: int) -> None:
    connection = await asyncpg.connect(ground.prepared.dsns["gf_control"])
    try:
        await _tenant(ground, connection, INSTALLATION, "installation")
        for number in range(clients):
            code = f"client{number}"
            tenant_id = await _tenant(ground, connection, new_id(), code)
            async with ground.plane.transaction(tenant_id) as scope:
                await scope.fetch(
                    "INSERT INTO gf.connection (tenant_id, id, code, name, url) VALUES ($1, $2, 'oms', 'oms', '')",
                    tenant_id, new_id(),
                )  # fmt: skip
            key = await create_key(ground.control, KeyRequest(tenant_id, "oms", scopes()), now())
            ground.clients.append(Client(tenant_id, code, key))
    finally:
        await connection.close()


async def _tenant(ground: Ground, connection: Any, tenant_id: UUID, code: str) -> AccessibleTenantId:  # noqa: ANN401 - asyncpg's
    await connection.execute(
        "INSERT INTO control.tenant (id, code, name, zone, languages) VALUES ($1, $2, $2, $3, '{en}')"
        " ON CONFLICT DO NOTHING",
        tenant_id, code, ZONE,
    )  # fmt: skip
    entered = for_system(tenant_id, "bench")
    async with ground.plane.transaction(entered) as scope:
        await journal.open_journal(scope)
    return entered
