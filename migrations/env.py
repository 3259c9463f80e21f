"""Alembic's environment: connects as ``gf_migrator``, keeps its version table in schema ``deploy``."""

from __future__ import annotations

import asyncio
from typing import Any

import asyncpg
from alembic import context
from sqlalchemy import Connection, event
from sqlalchemy.ext.asyncio import create_async_engine
from sqlmodel import SQLModel

from migrations.logins import Logins


def _include(_object: Any, name: str | None, kind: str, _reflected: bool, _other: Any) -> bool:  # noqa: ANN401, FBT001 - alembic's hook
    return not (kind == "table" and name is not None and name.startswith("journal_p"))


def _run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=SQLModel.metadata,
        version_table_schema="deploy",
        include_schemas=True,
        include_object=_include,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()


async def _main() -> None:
    dsn = str(context.config.attributes["dsn"])
    engine = create_async_engine("postgresql+asyncpg://", async_creator=lambda: asyncpg.connect(dsn))
    logins: Logins = context.config.attributes["logins"]

    @event.listens_for(engine.sync_engine, "before_cursor_execute", retval=True)
    def _name(*call: Any) -> tuple[str, Any]:  # noqa: ANN401 - SQLAlchemy's hook: connection, cursor, statement, parameters
        return logins.named(call[2]), call[3]

    async with engine.connect() as connection:
        await connection.run_sync(_run)
        await connection.commit()
    await engine.dispose()


asyncio.run(_main())
