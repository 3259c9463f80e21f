"""Databases: one login, one pool; a tenant's transaction enters with its signed context in the same message as BEGIN.

Two ways to work, the same guarantees: :meth:`Database.session` is an ORM session for rare routes, and
:meth:`Database.transaction` runs asyncpg statements for hot paths. Both are a :class:`Scope`: they serve one tenant,
run their ``before_commit`` hooks inside the transaction and their ``after_commit`` hooks once it is durable.
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable, Hashable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, NewType, Protocol, Self, TypeAlias, cast
from uuid import UUID

import asyncpg
import orjson
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from kit.guard import LIFE_S, ContextSigner
from kit.scoping import ScopedSession
from kit.together import Looks

AccessibleTenantId = NewType("AccessibleTenantId", UUID)
"""A tenant that this caller may enter. Minted in ``tenants/access.py`` only; an architecture test looks."""


TABLES_VERSION = "SELECT obj_description(to_regnamespace('gf'), 'pg_namespace')"
"""Which version a database's tables have: every login may read it (``migrations.run`` writes it)."""


Kept: TypeAlias = OrderedDict[Hashable, Any]


class NoAnswer(ConnectionError):
    """A database that may not be waited for long let us wait: it is stopped, cut off or overrun."""


class NotLetIn(ConnectionError):
    """Somebody else's server answers and lets us in no more: a password or right was changed, a database removed."""


class Scope(Protocol):
    """One tenant's transaction."""

    tenant_id: UUID
    before_commit: list[Callable[[Any], Awaitable[None]]]
    after_commit: list[Callable[[], Awaitable[None]]]
    kept: Kept
    """What this process knows of the database behind: the same for all transactions of it. Who keeps bounds it."""

    async def fetch(self, sql: str, *args: object) -> Sequence[Mapping[str, Any]]:
        """Run one statement (``$1`` parameters) in this transaction and return its rows.

        JSON goes in and comes out as text: write ``$1::jsonb`` and ``data::text``.
        """


class GuardedConnection(asyncpg.Connection):
    """An asyncpg connection that carries the tenant context in BEGIN and clears it with COMMIT or ROLLBACK.

    The token is never a prepared statement: ``pg_prepared_statements`` would keep it for the connection's next user.
    """

    __slots__ = ("clock_offset", "entering", "patience")

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - asyncpg's own signature
        """Start with no context; jit off so that asyncpg never calls ``set_config``, which is revoked."""
        super().__init__(*args, **kwargs)
        self._server_caps: Any = self._server_caps._replace(jit=False)
        self.entering: str | None = None
        self.clock_offset = 0.0
        self.patience: float | None = None

    async def begin_work(self) -> None:
        """Prepare a new connection: plain UUIDs (asyncpg's own subclass is no JSON value), and the server's clock.

        Tokens expire on the server's clock, so its distance from ours is kept, in seconds.
        """
        await self.set_type_codec(
            "uuid",
            schema="pg_catalog",
            format="binary",
            encoder=_uuid_bytes,
            decoder=lambda data: UUID(bytes=bytes(data)),
        )
        self.clock_offset = float(await self.fetchval("SELECT extract(epoch FROM clock_timestamp())")) - time.time()

    def enter(self, signer: ContextSigner, tenant_id: UUID) -> None:
        """Send this tenant's context with the next BEGIN."""
        self.entering = signer.token(tenant_id, self.get_server_pid(), time.time() + self.clock_offset)

    async def execute(self, query: str, *args: object, timeout: float | None = None) -> str:  # noqa: ASYNC109 - asyncpg's
        """Append the context to BEGIN and the clean-up to COMMIT and ROLLBACK; pass everything else on."""
        if not args and query.startswith("BEGIN") and self.entering is not None:
            query = f"{query.rstrip(';')}; SET LOCAL app.ctx='{self.entering}';"
            self.entering = None
            return await self._begin(query)
        if not args and query in {"COMMIT;", "ROLLBACK;"}:
            query += " RESET ALL;"
        return str(await super().execute(query, *args, timeout=timeout))

    async def fetchrow(self, query: str, *args: Any, **options: Any) -> Any:  # noqa: ANN401 - asyncpg's own signature
        """Look if the connection lives (SQLAlchemy's ``;``) no longer than ``patience``; pass everything else on."""
        if query == ";":
            options["timeout"] = self.patience
        return await super().fetchrow(query, *args, **options)

    async def _begin(self, query: str) -> str:
        """Begin; a server that does not even do that within ``patience`` seconds is not waited for any longer."""
        try:
            async with asyncio.timeout(self.patience):
                return str(await super().execute(query))
        except TimeoutError as error:
            self.terminate()  # an orderly end would wait for an answer as well
            raise NoAnswer(f"no answer within {self.patience} s") from error


class Transaction:
    """A tenant's transaction on a bare asyncpg connection, for hot paths."""

    def __init__(self, connection: GuardedConnection, tenant_id: UUID, signer: ContextSigner, kept: Kept) -> None:
        """Made by :meth:`Database.transaction` only."""
        self.connection, self.tenant_id, self.kept = connection, tenant_id, kept
        self._signer = signer
        self._entered = time.monotonic()
        self.before_commit: list[Callable[[Self], Awaitable[None]]] = []
        self.after_commit: list[Callable[[], Awaitable[None]]] = []

    async def fetch(self, sql: str, *args: object) -> Sequence[Mapping[str, Any]]:
        """Run one statement with ``$1`` parameters; rows behave as mappings."""
        return cast("Sequence[Mapping[str, Any]]", await self.connection.fetch(sql, *args))

    async def stay(self) -> None:
        """Enter again, for a transaction that takes longer than a context lives: call it before each statement."""
        if time.monotonic() - self._entered < LIFE_S / 4:
            return
        connection, self._entered = self.connection, time.monotonic()
        token = self._signer.token(self.tenant_id, connection.get_server_pid(), time.time() + connection.clock_offset)
        await connection.execute(f"SET LOCAL app.ctx='{token}'")

    async def freeze(self) -> None:
        """Let everything that this transaction reads be of one moment; the first thing to do in it."""
        await self.connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")


def _uuid_bytes(value: UUID | str) -> bytes:
    return (value if isinstance(value, UUID) else UUID(value)).bytes


class Plane(Protocol):
    """Where tenants' data is reached: one database, or the one that each tenant lives in (``tenants.placements``)."""

    def transaction(self, tenant_id: AccessibleTenantId) -> AbstractAsyncContextManager[Transaction]:
        """Open a tenant's transaction for asyncpg statements; commits at the end, rolls back on any error."""

    def session(self, tenant_id: AccessibleTenantId) -> AbstractAsyncContextManager[ScopedSession]:
        """Open a tenant's ORM session: every statement is stamped and checked; commits at the end."""


class Database:
    """One login on one server. ``signer`` is needed to enter tenants; the control plane's login has none."""

    def __init__(
        self, dsn: str, signer: ContextSigner | None = None, *, size: int = 8, patience: float | None = None,
        accept: Callable[[str | None], None] | None = None,
    ) -> None:  # fmt: skip
        """Connect lazily; ``size`` is the most connections of each of the two pools.

        ``accept``: told of each new connection which version the tables there have (None: not known), and raises when
        that is not ours.

        ``patience``: so many seconds a connection, a free place in the pool and BEGIN may take, before
        :class:`NoAnswer` or a ``TimeoutError`` is raised; None: as long as the drivers wait.
        """
        self.dsn = dsn
        self.signer = signer
        self._size = size
        self._patience, self._accept = patience, accept
        self._pool: asyncpg.Pool[Any] | None = None
        self._engine: AsyncEngine | None = None
        self.together = Looks(self.pool)
        self._kept: Kept = OrderedDict()

    async def pool(self) -> asyncpg.Pool[Any]:
        """Return the asyncpg pool, opened on first use."""
        if self._pool is None:
            self._pool = await asyncpg.create_pool(  # type: ignore[call-overload] # the stubs know no connection_class
                self.dsn,
                min_size=0,
                max_size=self._size,
                connection_class=GuardedConnection,
                init=self._begin_work,
                reset=_forget_context,
                connect=self._connect,
            )
        return self._pool

    @property
    def engine(self) -> AsyncEngine:
        """Return the ORM's engine, made on first use."""
        if self._engine is None:
            self._engine = create_async_engine(
                "postgresql+asyncpg://",
                async_creator=self._connect,  # with the whole address: SQLAlchemy's own parser refuses sslmode
                pool_size=self._size,
                pool_timeout=self._patience or 30,
                max_overflow=0,
                pool_pre_ping=True,  # a restarted server costs a look, not a request
                json_serializer=lambda value: orjson.dumps(value).decode(),
                json_deserializer=orjson.loads,
            )
            event.listen(self._engine.sync_engine, "connect", self._on_connect)
            event.listen(self._engine.sync_engine, "checkin", _forget_on_checkin)
        return self._engine

    @asynccontextmanager
    async def transaction(self, tenant_id: AccessibleTenantId) -> AsyncIterator[Transaction]:
        """Open a tenant's transaction for asyncpg statements; commits at the end, rolls back on any error."""
        signer = self._needs_signer()
        pool = await self.pool()
        async with pool.acquire(timeout=self._patience) as held:
            connection: GuardedConnection = held._con  # type: ignore[attr-defined]  # noqa: SLF001 - the pool's proxy hides our methods
            connection.enter(signer, tenant_id)
            scope = Transaction(connection, tenant_id, signer, self._kept)
            async with connection.transaction():
                yield scope
                for hook in scope.before_commit:
                    await hook(scope)
        for after in scope.after_commit:
            await after()

    @asynccontextmanager
    async def session(self, tenant_id: AccessibleTenantId) -> AsyncIterator[ScopedSession]:
        """Open a tenant's ORM session: every statement is stamped and checked; commits at the end."""
        signer = self._needs_signer()
        async with ScopedSession(self.engine, tenant_id=tenant_id, signer=signer, kept=self._kept) as session:
            yield session
            await session.flush()
            for hook in session.before_commit:
                await hook(session)
            await session.commit()
        for after in session.after_commit:
            await after()

    @asynccontextmanager
    async def plain(self) -> AsyncIterator[AsyncSession]:
        """Open a session of the control plane; commits at the end."""
        if self.signer is not None:
            raise RuntimeError("a tenant plane's login has no plain session: enter a tenant")
        async with AsyncSession(self.engine, expire_on_commit=False) as session, session.begin():
            yield session

    async def close(self) -> None:
        """Close both pools."""
        if self._pool is not None and self._patience is None:
            await self._pool.close()
        elif self._pool is not None:
            self._pool.terminate()
        if self._engine is not None:
            await self._engine.dispose()

    async def _connect(self, *_: object, **__: object) -> GuardedConnection:
        """Open a connection, for either pool. Raises :class:`NotLetIn` where we are patient with others' servers."""
        try:
            return await asyncpg.connect(
                self.dsn, connection_class=GuardedConnection, command_timeout=30, timeout=self._patience or 60
            )
        except asyncpg.PostgresError as error:
            if self._patience is None:
                raise
            raise NotLetIn(str(error)) from error

    async def _begin_work(self, connection: GuardedConnection) -> None:
        connection.patience = self._patience
        async with asyncio.timeout(self._patience):
            await connection.begin_work()
            if self._accept is not None:
                self._accept(await connection.fetchval(TABLES_VERSION))

    def _on_connect(self, dbapi_connection: Any, _record: ConnectionPoolEntry) -> None:  # noqa: ANN401 - SQLAlchemy's adapter
        dbapi_connection.run_async(self._begin_work)

    def _needs_signer(self) -> ContextSigner:
        if self.signer is None:
            raise RuntimeError("this login cannot enter a tenant: it has no signing key")
        return self.signer


async def _forget_context(connection: GuardedConnection) -> None:
    connection.entering = None


def _forget_on_checkin(dbapi_connection: Any, _record: ConnectionPoolEntry) -> None:  # noqa: ANN401 - SQLAlchemy's adapter
    if dbapi_connection is not None:
        dbapi_connection.driver_connection.entering = None
