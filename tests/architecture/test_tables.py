"""Every table is a tenant's, or global with a reason; the revisions make exactly what the models say, both ways."""

from __future__ import annotations

import asyncio
import importlib
from datetime import date
from typing import Any

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
    await asyncio.to_thread(command.downgrade, alembic_config(dsn), "base")
    await migrate(dsn, today=date(2026, 11, 21))
    engine = create_async_engine(postgres.replace("postgresql:", "postgresql+asyncpg:", 1))
    async with engine.connect() as connection:
        drift = await connection.run_sync(_drift)
    await engine.dispose()
    assert drift == []


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
