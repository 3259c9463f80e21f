"""Where each tenant lives: the shared database, or one of its own (isolation.md, section 2).

:class:`Planes` has the two methods of :class:`kit.db.Plane` and finds the database for each call. It keeps the rows of
``control.placement`` for :data:`FRESH_S` seconds. That may be too long by moments, and never does harm: a database that
a tenant has left, or is leaving, refuses it in ``guard.tenant()`` itself, and then the rows are read at once.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from uuid import UUID

import asyncpg
import orjson
import structlog
from sqlalchemy import select, text

from kit.away import MAYBE_AWAY, is_away
from kit.db import TABLES_VERSION, AccessibleTenantId, Database, Plane, Transaction
from kit.errors import DatabaseAway, PlacementBehind, TenantElsewhere, TenantMoving
from kit.guard import ContextSigner
from kit.scoping import ScopedSession
from kit.secretbox import SecretBox
from tenants.models import Placement

BELL = "placements"
"""Rung when a placement changed."""
FRESH_S = 2.0
PATIENCE_S = 2.0
"""So long a database of one tenant may let that tenant's requests wait."""
RESTS_S = 1.0
"""So often we look whether a database that failed is back; meanwhile its tenant is refused at once."""
UNUSED_S = 300.0
"""A database that nobody asked for so long is closed."""
SIZE = 4
"""Connections of each of the two pools of a tenant's own database, for each process."""
ELSEWHERE = frozenset({"TP001", "TP002"})
"""What ``guard.tenant()`` raises for a tenant that is moving or does not live in this database."""

log = structlog.get_logger(__name__)


def where_access(tenant_id: UUID) -> str:
    """Return what ``control.placement.access`` of a tenant is sealed for (``kit.secretbox``)."""
    return f"placement|access|{tenant_id}"


@dataclass(frozen=True, slots=True)
class Access:
    """How a tenant's own database is entered: an address for each login, and the key that its guard knows."""

    dsns: Mapping[str, str]
    """By login: ``app``, ``worker``, ``sealer``."""
    signer: ContextSigner

    def seal(self, box: SecretBox, tenant_id: UUID) -> bytes:
        """Return it as ``control.placement.access`` keeps it."""
        content = {"dsns": dict(self.dsns), "kid": self.signer.kid, "key": self.signer.key.hex()}
        return box.seal(orjson.dumps(content), where_access(tenant_id))

    @classmethod
    def open(cls, box: SecretBox, tenant_id: UUID, sealed: bytes) -> Access:
        """Read what :meth:`seal` wrote. Raises ``kit.secretbox.Unreadable``."""
        content = orjson.loads(box.open(sealed, where_access(tenant_id)))
        return cls(content["dsns"], ContextSigner(content["kid"], bytes.fromhex(content["key"])))


class _Home:
    """A tenant's own database as this process sees it.

    After a failure its tenant is refused at once, and we look by ourselves whether it is back: no request waits for it.
    """

    def __init__(self, database: Database, sealed: bytes) -> None:
        self.database = database
        self.sealed = sealed
        self.users = 0
        self.used_at = time.monotonic()
        self._looking: asyncio.Task[None] | None = None

    @property
    def is_away(self) -> bool:
        return self._looking is not None and not self._looking.done()

    def failed(self) -> None:
        if not self.is_away:
            self._looking = asyncio.create_task(self._look())

    async def close(self) -> None:
        if self._looking is not None:
            self._looking.cancel()
            with suppress(asyncio.CancelledError):
                await self._looking
        await self.database.close()

    async def _look(self) -> None:
        while True:
            await asyncio.sleep(RESTS_S)
            try:
                async with asyncio.timeout(PATIENCE_S):
                    connection = await asyncpg.connect(self.database.dsn)
                    connection.terminate()
            except (*MAYBE_AWAY, TimeoutError) as error:
                log.debug("placement_still_away", error=repr(error))
            else:
                return


class Planes:
    """Every database that tenants live in, under one login. Satisfies :class:`kit.db.Plane`."""

    def __init__(
        self, shared: Database, control: Database, box: SecretBox, login: str, head: str | None = None
    ) -> None:
        """Take the shared database under ``login`` (``app``, ``worker`` or ``sealer``), and where the rows are.

        ``head``: the version of the tables that this process was written for; None: it is not compared.
        """
        self.shared = shared
        self._head, self._shared_head = head, head
        self._control, self._box, self._login = control, box, login
        self._rows: dict[UUID, Placement] | None = None
        self._read_at = 0.0
        self._reading = asyncio.Lock()
        self._homes: dict[UUID, _Home] = {}

    @asynccontextmanager
    async def transaction(self, tenant_id: AccessibleTenantId) -> AsyncIterator[Transaction]:
        """Open a transaction where the tenant lives. Raises :class:`kit.errors.TenantElsewhere`."""
        async with self._at(tenant_id) as database, database.transaction(tenant_id) as scope:
            yield scope

    @asynccontextmanager
    async def session(self, tenant_id: AccessibleTenantId) -> AsyncIterator[ScopedSession]:
        """Open an ORM session where the tenant lives. Raises :class:`kit.errors.TenantElsewhere`."""
        async with self._at(tenant_id) as database, database.session(tenant_id) as scope:
            yield scope

    async def own_database(self, tenant_id: AccessibleTenantId) -> Database | None:
        """Return the tenant's own database, to attack its walls; None: it lives in the shared one.

        Raises :class:`kit.errors.TenantElsewhere`.
        """
        home = await self._home(tenant_id)
        return None if home is None else home.database

    def look_again(self) -> None:
        """Read the placements before the next use: somebody said that one has changed."""
        self._read_at = 0.0

    def away(self) -> frozenset[UUID]:
        """Return the tenants whose own database did not answer this process a moment ago."""
        return frozenset(tenant_id for tenant_id, home in self._homes.items() if home.is_away)

    async def close(self) -> None:
        """Close every connection."""
        for home in self._homes.values():
            await home.close()
        self._homes.clear()
        await self.shared.close()

    @asynccontextmanager
    async def _at(self, tenant_id: UUID) -> AsyncIterator[Database]:
        home = await self._home(tenant_id)
        if home is not None:
            if home.is_away:
                raise DatabaseAway
            home.users += 1
        try:
            yield self.shared if home is None else home.database
        except MAYBE_AWAY as error:
            if home is not None and not isinstance(error, TenantElsewhere) and is_away(error):
                home.failed()
                log.warning("placement_away", tenant_id=str(tenant_id), error=repr(error))
                raise DatabaseAway from error
            if _sqlstate(error) in ELSEWHERE:
                self.look_again()
                raise TenantMoving from error
            raise
        finally:
            if home is not None:
                home.users -= 1
                home.used_at = time.monotonic()

    async def _home(self, tenant_id: UUID) -> _Home | None:
        """Return the tenant's own database; None: the shared one."""
        row = (await self._placements()).get(tenant_id)
        if row is None:
            return None
        if row.state == "moving":
            raise TenantMoving
        if row.state == "behind":
            raise PlacementBehind
        if row.access is None:
            return None
        self._require(row.head)
        home = self._homes.get(tenant_id)
        if home is None or home.sealed != row.access:
            access = Access.open(self._box, tenant_id, row.access)
            database = Database(
                access.dsns[self._login], access.signer, size=SIZE, patience=PATIENCE_S, accept=self._require
            )
            home = self._homes[tenant_id] = _Home(database, row.access)
        return home

    def _require(self, head: str | None) -> None:
        """Refuse tables that are neither of our version nor of the shared database's.

        The latter: while a centre is updated, the old processes work with the new tables, there and here.
        """
        if self._head is not None and head is not None and head not in {self._head, self._shared_head}:
            raise PlacementBehind

    async def _placements(self) -> dict[UUID, Placement]:
        if self._rows is not None and time.monotonic() < self._read_at + FRESH_S:
            return self._rows
        async with self._reading:
            if self._rows is None or time.monotonic() >= self._read_at + FRESH_S:
                await self._read()
        return self._rows or {}

    async def _read(self) -> None:
        """Read every row; there are few. While the control plane is away the last ones known are used."""
        began = time.monotonic()
        try:
            async with self._control.plain() as session:
                found = (await session.execute(select(Placement))).scalars().all()
                self._shared_head = (await session.execute(text(TABLES_VERSION))).scalar_one()
        except MAYBE_AWAY as error:
            if self._rows is None or not is_away(error):
                raise
            log.warning("placements_not_read", error=repr(error))
        else:
            self._rows = {row.tenant_id: row for row in found}
        self._read_at = began
        await self._close_unused()

    async def _close_unused(self) -> None:
        rows = self._rows or {}
        for tenant_id, home in list(self._homes.items()):
            row = rows.get(tenant_id)
            gone = row is None or row.access != home.sealed or time.monotonic() > home.used_at + UNUSED_S
            if gone and home.users == 0:
                del self._homes[tenant_id]
                await home.close()


def _sqlstate(error: BaseException) -> str | None:
    return getattr(getattr(error, "orig", None) or error, "sqlstate", None)


def _is_plane(planes: Planes) -> Plane:
    """Have the type checker prove it."""
    return planes
