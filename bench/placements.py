"""How long a large client's move takes, and how long of that it is closed: to another database of the same server.

The client has facts, which are copied while it is served, and work orders, which are copied while it is closed; both
are one that the product wrote, multiplied. No side to compare with: the closed time is what somebody feels.
"""

from __future__ import annotations

import asyncio
import time
from typing import Any

import asyncpg

from bench.ground import Ground, grounded
from bench.run import Run
from kit import vault
from kit.clock import now
from kit.db import AccessibleTenantId
from kit.keystore import LocalKeyStore
from kit.secretbox import SecretBox
from kit.vault import Vault
from placements import service
from placements.core.steps import Step
from placements.ledger import Record
from placements.move import Report
from placements.service import House, Order
from placements.tables import tables
from tenants.placements import Planes
from workorders import service as workorders
from workorders.core.doer import Doer
from workorders.core.states import Side
from workorders.schemas import NewWorkOrder

SEAT = Doer(Side.OUTSOURCER, "agent", "agent-1", "A1")


async def run(run: Run) -> None:
    """Print a line for each size."""
    async with grounded(run.folder, 3, run.say) as ground:
        box = SecretBox(bytes(32))
        vault.install(Vault(LocalKeyStore(run.folder / "keys", box), box))
        planes = Planes(ground.plane, ground.control, box, "app")

        async def ring() -> None:
            planes.look_again()

        house = House(ground.prepared.dsns["gf_migrator"], box, planes, ring, now().date())
        sizes = (run.count(20_000, 500), run.count(100_000, 1_000), run.count(300_000, 2_000))
        for client, size in zip(ground.clients, sizes, strict=True):
            await _fill(ground, planes, client.id, size)
            await _measure(run, ground, house, client.id, size)


async def _fill(ground: Ground, planes: Planes, tenant: AccessibleTenantId, size: int) -> None:
    """Give the client so many facts, and half as many work orders."""
    async with planes.transaction(tenant) as scope:
        await workorders.create(scope, workorders.Asked(NewWorkOrder(type="refund", title="refund")), SEAT, now())
    admin = await asyncpg.connect(ground.admin_dsn)
    await _multiply(admin, "work_order", tenant, size // 2, "'id', uuidv7(), 'number', n + 1000000")
    await _multiply(admin, "journal", tenant, size, "'seq', n + 1")
    await admin.execute("UPDATE gf.journal_head SET seq = $2 WHERE tenant_id = $1", tenant, size + 1)
    await admin.execute("VACUUM ANALYZE")
    await admin.close()


async def _multiply(
    admin: asyncpg.Connection[Any], name: str, tenant: AccessibleTenantId, count: int, new: str
) -> None:
    (table,) = [each for each in await tables(admin) if each.name == name]
    columns = ", ".join(table.stored)
    await admin.execute(
        f"INSERT INTO gf.{name} ({columns}) SELECT {columns} FROM (SELECT (jsonb_populate_record("
        f"(SELECT r FROM gf.{name} AS r WHERE tenant_id = $1 LIMIT 1), jsonb_build_object({new}))).*"
        " FROM generate_series(1, $2) AS n) AS made",
        tenant, count,
    )  # fmt: skip


async def _measure(run: Run, ground: Ground, house: House, tenant: AccessibleTenantId, size: int) -> None:
    target = await asyncio.to_thread(ground.postgres.create_database, f"own_{size}")
    began: dict[Step, float] = {}

    def reached(step: Step) -> None:
        began[step] = time.perf_counter()

    record: Record = await service.move(house, Order(tenant, "bench", target), Report(reached))
    ended = time.perf_counter()
    rows = sum(record.progress["compared"].values())
    ahead = sum(done["rows"] for done in record.progress["ahead"].values())
    closed = began[Step.CLEANING] - began[Step.CLOSING]
    whole = ended - began[Step.COPYING_AHEAD]
    copied = began[Step.CLOSING] - began[Step.COPYING_AHEAD]
    run.tell(
        f"M1  a client of {rows:,} rows: {ahead:,} copied and compared ahead in {copied:.2f} s ({ahead / copied:,.0f}"
        f" rows/s) | closed {closed * 1000:,.0f} ms for the other {rows - ahead:,} ({(rows - ahead) / closed:,.0f}"
        f" rows/s) | {whole:.1f} s with emptying the source"
    )
