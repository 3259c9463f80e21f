"""What row-level security and the signed context cost: the same queries by the same login, with and without them.

1 M rows of 200 tenants in a table shaped like work orders. The reference table has no policy and the query names the
tenant itself; a third one has a policy that reads an unsigned setting. Statements run inside one transaction, so that
what is compared is the statement. Entering a tenant is compared with a bare BEGIN and COMMIT on the same pool.
Backend CPU is the gate; the order of the sides changes in every round.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace

import asyncpg

from bench.ground import Ground, grounded
from bench.measure import Figure, Goal, Meter, Sample, Side, compare
from bench.run import Run
from kit.db import AccessibleTenantId
from kit.ids import new_id
from tenants.access import for_system

TENANTS = 200
TABLES = ("guarded", "unsigned", "bare")
POLICIES = {
    "guarded": "tenant_id = (SELECT guard.tenant())",
    "unsigned": "tenant_id = (SELECT current_setting('app.bench')::uuid)",
}
POINT = "SELECT id, status, title, created_at FROM {table} WHERE tenant_id = $1 AND id = $2"
LIST = (
    "SELECT id, status, title, created_at FROM {table} WHERE tenant_id = $1 AND status = 'open'"
    " ORDER BY created_at DESC LIMIT 50"
)
COUNT = "SELECT count(*), count(*) FILTER (WHERE status = 'open') FROM {table} WHERE tenant_id = $1"


async def run(run: Run) -> None:
    """Print a line for each figure."""
    async with grounded(run.folder, 1, run.say) as ground:
        rows = run.count(1_000_000, 100_000)
        run.say(f"{rows:,} rows of {TENANTS} tenants, three times")
        tenants = await _fill(ground, rows)
        await _compare_statements(run, ground, tenants)
        await _compare_entering(run, ground, tenants)


async def _fill(ground: Ground, rows: int) -> list[AccessibleTenantId]:
    tenants = [for_system(new_id(), "bench") for _ in range(TENANTS)]
    admin = await asyncpg.connect(ground.admin_dsn)
    for name in TABLES:
        await admin.execute(
            f"CREATE TABLE gf.bench_{name} (tenant_id uuid NOT NULL, id uuid NOT NULL DEFAULT uuidv7(), status text,"
            " title text, created_at timestamptz, PRIMARY KEY (tenant_id, id));"
            f"CREATE INDEX ON gf.bench_{name} (tenant_id, status, created_at);"
            f"ALTER TABLE gf.bench_{name} OWNER TO gf_owner; GRANT SELECT ON gf.bench_{name} TO gf_app"
        )
        await admin.execute(
            f"INSERT INTO gf.bench_{name} (tenant_id, id, status, title, created_at)"
            " SELECT ($1::uuid[])[1 + n % cardinality($1)], md5(n::text)::uuid,"
            " CASE n % 7 WHEN 0 THEN 'open' ELSE 'closed' END, 'order ' || n,"
            " '2026-01-01'::timestamptz + n * interval '1 s'"
            " FROM generate_series(1, $2) AS n",
            tenants, rows,
        )  # fmt: skip
        if name in POLICIES:
            await admin.execute(
                f"ALTER TABLE gf.bench_{name} ENABLE ROW LEVEL SECURITY;"
                f"ALTER TABLE gf.bench_{name} FORCE ROW LEVEL SECURITY;"
                f"CREATE POLICY tenant ON gf.bench_{name} USING ({POLICIES[name]})"
            )
        await admin.execute(f"VACUUM ANALYZE gf.bench_{name}")
    await admin.close()
    return tenants


async def _compare_statements(run: Run, ground: Ground, tenants: list[AccessibleTenantId]) -> None:
    goals = {
        "point": (POINT, 4000, 2.3, 1.25),
        "list of 50": (LIST, 1500, 2.3, 1.25),
        "count of 5 000": (COUNT, 300, 1.15, 1.15),
    }
    for what, (sql, thorough, signed, unsigned) in goals.items():
        operations = run.count(thorough, thorough // 10)
        sides = [_statements(ground, tenants, name, sql, operations) for name in TABLES]
        rounds = await compare(sides, run.rounds)
        run.figures(
            rounds,
            Figure("RLS", f"{what}, signed context, over none", "guarded", "bare",
                   Goal(f"at most {signed}", signed, most=True), "backend", inverse=True),
            Figure("RLS", f"{what}, unsigned setting, over none", "unsigned", "bare",
                   Goal(f"at most {unsigned}", unsigned, most=True), "backend", inverse=True),
        )  # fmt: skip


def _statements(ground: Ground, tenants: list[AccessibleTenantId], name: str, sql: str, operations: int) -> Side:
    statement = sql.format(table=f"gf.bench_{name}")

    async def act() -> Sample:
        cost = wall = 0.0
        each = operations // 10
        for number in range(10):
            tenant = tenants[number * 7 % len(tenants)]
            async with ground.plane.transaction(tenant) as scope:
                await scope.connection.execute(f"SET LOCAL app.bench = '{tenant}'")
                ids = await scope.fetch(f"SELECT id FROM gf.bench_{name} WHERE tenant_id = $1 LIMIT 100", tenant)
                prepared = await scope.connection.prepare(statement)
                pid = scope.connection.get_server_pid()
                meter = Meter(backend=lambda pid=pid: [pid])  # type: ignore[misc]
                for turn in range(each):
                    if "$2" in statement:
                        await prepared.fetch(tenant, ids[turn % len(ids)]["id"])
                    else:
                        await prepared.fetch(tenant)
                sample = meter.sample(each)
            cost, wall = cost + sample.cost["backend"], wall + sample.wall_s
        return Sample(each * 10, wall, {"backend": cost})

    return Side(name, act)


async def _compare_entering(run: Run, ground: Ground, tenants: list[AccessibleTenantId]) -> None:
    """One request's frame: take a connection, enter, ask one thing that touches no table, leave."""
    operations = run.count(3000, 300)

    async def entered(turn: int) -> None:
        async with ground.plane.transaction(tenants[turn % TENANTS]) as scope:
            await scope.fetch("SELECT 1")

    async def bare(_turn: int) -> None:
        async with pool.acquire() as connection, connection.transaction():
            await connection.fetch("SELECT 1")

    async def timed(once: Callable[[int], Awaitable[None]]) -> Sample:
        """Do it often; the wall time is that of the middle one, which a neighbour's turn on the core does not move."""
        meter, walls = Meter(backend=ground.backends), []
        for turn in range(operations):
            began = time.perf_counter()
            await once(turn)
            walls.append(time.perf_counter() - began)
        return replace(meter.sample(operations), wall_s=statistics.median(walls) * operations)

    pool = await ground.plane.pool()
    rounds = await compare([Side("entered", lambda: timed(entered)), Side("bare", lambda: timed(bare))], 3 * run.rounds)
    run.figures(
        rounds,
        Figure("ENT", "a tenant's transaction over a bare one, the middle one", "entered", "bare",
               Goal("at most 1.05", 1.05, most=True), "wall", inverse=True, also=("backend",)),
    )  # fmt: skip
