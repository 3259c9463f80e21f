"""The ORM session of one tenant: it stamps what is new, filters what is read, and refuses what is another's."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from typing import Any, cast
from uuid import UUID

from sqlalchemy import event
from sqlalchemy.engine import Connection
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession
from sqlalchemy.orm import ORMExecuteState, Session, SessionTransaction, UOWTransaction, with_loader_criteria
from sqlmodel import SQLModel

from kit.guard import ContextSigner


class AnotherTenant(RuntimeError):
    """A statement or an object of one tenant turned up in another tenant's session: our bug, never a user's."""


class TenantSyncSession(Session):
    """The synchronous half, where SQLAlchemy's events live."""


class ScopedSession(AsyncSession):
    """A session that serves one tenant only, for one transaction."""

    sync_session_class = TenantSyncSession

    def __init__(
        self, engine: AsyncEngine, *, tenant_id: UUID, signer: ContextSigner, kept: OrderedDict[Hashable, Any]
    ) -> None:
        """Made by :meth:`kit.db.Database.session` only."""
        super().__init__(engine, expire_on_commit=False)
        self.tenant_id, self.kept = tenant_id, kept
        self.before_commit: list[Callable[[ScopedSession], Awaitable[None]]] = []
        self.after_commit: list[Callable[[], Awaitable[None]]] = []
        self.sync_session.info.update(tenant_id=tenant_id, signer=signer)

    async def fetch(self, sql: str, *args: object) -> Sequence[Mapping[str, Any]]:
        """Run one driver statement (``$1`` parameters) in this transaction and return its rows."""
        await self.flush()
        result = await (await self.connection()).exec_driver_sql(sql, args)
        return cast("Sequence[Mapping[str, Any]]", result.mappings().all() if result.returns_rows else [])


def scoped_classes() -> list[type[Any]]:
    """Return every mapped class that a tenant owns."""
    mappers = SQLModel._sa_registry.mappers  # noqa: SLF001 - SQLModel offers no public registry
    return [m.class_ for m in mappers if getattr(m.local_table, "schema", None) == "gf"]


@event.listens_for(TenantSyncSession, "after_begin")
def _enter(session: Session, transaction: SessionTransaction, connection: Connection) -> None:
    if transaction.nested:
        return
    driver = connection.connection.driver_connection
    driver.enter(session.info["signer"], session.info["tenant_id"])  # type: ignore[union-attr]


@event.listens_for(TenantSyncSession, "do_orm_execute")
def _filter(state: ORMExecuteState) -> None:
    tenant_id = state.session.info["tenant_id"]
    for mapper in state.all_mappers:
        if mapper.local_table.schema != "gf":
            raise AnotherTenant(f"{mapper.class_.__name__} is not a tenant's: read it in the control plane")
    if not state.is_relationship_load and not state.is_column_load:
        options = state.session.info.get("criteria")
        if options is None:
            options = [
                with_loader_criteria(c, c.tenant_id == tenant_id, include_aliases=True) for c in scoped_classes()
            ]
            state.session.info["criteria"] = options
        state.statement = state.statement.options(*options)


@event.listens_for(TenantSyncSession, "before_flush")
def _stamp(session: Session, _context: UOWTransaction, _instances: object) -> None:
    tenant_id = session.info["tenant_id"]
    for row in session.new:
        if getattr(row, "tenant_id", None) is None:
            row.tenant_id = tenant_id
    for row in (*session.new, *session.dirty, *session.deleted):
        if row.tenant_id != tenant_id:
            raise AnotherTenant(f"{type(row).__name__} of another tenant in this session")
