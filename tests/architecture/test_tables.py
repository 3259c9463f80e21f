"""Every table is a tenant's, or global with a reason; the revisions make exactly what the models say, both ways."""

from __future__ import annotations

import asyncio
import importlib
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.ext.asyncio import create_async_engine
from sqlmodel import SQLModel

from migrations.logins import LOGINS
from migrations.prepare import prepare
from migrations.run import alembic_config, migrate
from tests.architecture.rules import ROOMS, ROOT

WITHOUT_MODEL = {"journal", "journal_head", "journal_cut", "seal", "outbox"}
"""Written and read by SQL of journal and kit.outbox only; their shape is in revision 0001."""


def load_models() -> None:
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("models.py")):
            importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))


def undeclared(tables: list[sa.Table]) -> list[str]:
    found = []
    for table in tables:
        if table.schema == "gf":
            key = [column.name for column in table.primary_key.columns]
            if not key or key[0] != "tenant_id" or table.columns["tenant_id"].nullable:
                found.append(f"{table.name}: its key does not begin with tenant_id")
        elif table.schema != "control" or not table.info.get("global"):
            found.append(f"{table.fullname}: neither a tenant's nor global with a reason")
    return found


def test_every_table_is_declared() -> None:
    load_models()
    tables = list(SQLModel.metadata.tables.values())
    assert len(tables) > 15
    assert undeclared(tables) == []


def test_the_rule_finds_planted_tables() -> None:
    metadata = sa.MetaData()
    sa.Table("loose", metadata, sa.Column("id", sa.Integer, primary_key=True))
    sa.Table("global", metadata, sa.Column("id", sa.Integer, primary_key=True), schema="control")
    sa.Table(
        "wrong", metadata, sa.Column("id", sa.Uuid, primary_key=True), sa.Column("tenant_id", sa.Uuid), schema="gf"
    )
    assert len(undeclared(list(metadata.tables.values()))) == 3


def test_there_is_one_head_and_every_revision_waits_briefly_for_locks() -> None:
    script = ScriptDirectory.from_config(alembic_config("postgresql://unused"))
    assert len(script.get_heads()) == 1
    revisions = sorted((ROOT / "migrations" / "versions").glob("*.py"))
    assert len(revisions) >= 6
    for path in revisions:
        assert path.read_text(encoding="utf-8").count("    begin()") == 2, (
            f"{path.name}: begin() in upgrade and downgrade"
        )


async def test_up_down_up_leaves_no_drift(postgres: str) -> None:
    load_models()
    made = await prepare(postgres, dict.fromkeys(LOGINS, "only-for-tests"), bytes(32))
    dsn = made.dsns["gf_migrator"]
    await migrate(dsn, today=date(2026, 11, 21))
    await _events_of_before_the_feed_get_places(postgres, dsn)
    await asyncio.to_thread(command.downgrade, alembic_config(dsn), "base")
    await migrate(dsn, today=date(2026, 11, 21))
    engine = create_async_engine(postgres.replace("postgresql:", "postgresql+asyncpg:", 1))
    async with engine.connect() as connection:
        drift = await connection.run_sync(_drift)
    await engine.dispose()
    assert drift == []


async def _events_of_before_the_feed_get_places(postgres: str, dsn: str) -> None:
    """Go down to before 0066 and up again, twice, with events of two tenants; what is newer than that goes down too."""
    admin = await asyncpg.connect(postgres)
    await asyncio.to_thread(command.downgrade, alembic_config(dsn), "0065")
    tenants, (first, second, third) = (uuid4(), uuid4()), (uuid4() for _ in range(3))
    for tenant in tenants:
        await admin.execute("INSERT INTO gf.journal_head (tenant_id) VALUES ($1)", tenant)
        await admin.execute(
            "INSERT INTO gf.connection (tenant_id, id, code, name, url) VALUES ($1, $1, 'oms', 'oms', '')", tenant
        )  # fmt: skip
        await admin.execute(
            "INSERT INTO gf.webhook_endpoint (tenant_id, id, connection, url, secret) VALUES"
            " ($1, $2, 'oms', 'https://x.example', 'whsec_x')",
            tenant, first,
        )  # fmt: skip
        for event, sequence, minute in ((first, 2, 0), (second, 1, 0), (third, 3, 9)):  # two of one moment
            await admin.execute(
                "INSERT INTO gf.webhook_event (tenant_id, id, connection, type, subject, sequence, origin, body,"
                " created_at) VALUES ($1, $2, 'oms', 'work_order.updated', $3, $4, 'tenant', '', $5)",
                tenant, event, tenant, sequence, datetime(2026, 11, 20, 8, minute, tzinfo=UTC),
            )  # fmt: skip
    for _ in range(2):
        await asyncio.to_thread(command.upgrade, alembic_config(dsn), "head")
        for tenant in tenants:
            placed = await admin.fetch(
                "SELECT id, position FROM gf.webhook_event WHERE tenant_id = $1 ORDER BY position", tenant
            )
            assert [(row["id"], row["position"]) for row in placed] == [(second, 1), (first, 2), (third, 3)]
            asked = await admin.fetch(
                "SELECT h.feed, r.key_id FROM gf.journal_head h LEFT JOIN gf.reseal r USING (tenant_id)"
                " WHERE h.tenant_id = $1",
                tenant,
            )  # fmt: skip
            assert [tuple(row) for row in asked] == [(3, tenant)], "the worker is asked to seal the secret"
            await _newer(admin, tenant)
        await asyncio.to_thread(command.downgrade, alembic_config(dsn), "0065")
        counted = [await admin.fetchval(f"SELECT count(*) FROM gf.webhook_{name}")
                   for name in ("endpoint", "event", "delivery", "attempt")]  # fmt: skip
        assert counted == [2, 6, 0, 0]
    await admin.close()


async def _newer(admin: asyncpg.Connection[Any], tenant: UUID) -> None:
    """Let there be an endpoint that was added, and an event about it with a delivery and an attempt."""
    made = uuid4()
    await admin.execute(
        "INSERT INTO gf.webhook_endpoint (tenant_id, id, connection, url, secret, blueprint) VALUES"
        " ($1, $2, 'oms', 'https://y.example', 'whsec_y', false)",
        tenant, made,
    )  # fmt: skip
    await admin.execute(
        "INSERT INTO gf.webhook_event (tenant_id, id, connection, type, subject, sequence, origin, body, created_at,"
        " position) VALUES ($1, $2, 'oms', 'endpoint.failing', $2, 1, 'glassfloor', '', now(), 4)",
        tenant, made,
    )  # fmt: skip
    await admin.execute(
        "INSERT INTO gf.webhook_delivery (tenant_id, id, endpoint_id, event_id, subject, sequence)"
        " VALUES ($1, $2, $2, $2, $2, 1)",
        tenant, made,
    )  # fmt: skip
    await admin.execute(
        "INSERT INTO gf.webhook_attempt (tenant_id, id, delivery_id, number, started_at, duration_ms, response)"
        " VALUES ($1, $2, $2, 1, now(), 1, '')",
        tenant, made,
    )  # fmt: skip


def _drift(connection: sa.Connection) -> list[Any]:
    def ours(thing: Any, name: str | None, kind: str, _reflected: bool, _other: object) -> bool:  # noqa: FBT001 - alembic's hook
        if kind != "table":
            return True
        return thing.schema in {"gf", "control"} and name not in WITHOUT_MODEL and not str(name).startswith("journal_p")

    context = MigrationContext.configure(
        connection,
        opts={
            "include_schemas": True,
            "include_object": ours,
            "compare_type": True,
            "target_metadata": SQLModel.metadata,
        },
    )
    changes = compare_metadata(context, SQLModel.metadata)
    return [c for c in changes if _matters(c)]


def _matters(change: Any) -> bool:
    """Tables and columns must agree; keys, indexes and types of text are said once, in the revisions."""
    return isinstance(change, tuple) and change[0] in {"add_table", "remove_table", "add_column", "remove_column"}
