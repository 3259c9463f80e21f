"""The statements of one of our requests, sent again by a handler that does nothing else: what the stack itself costs.

A request is recorded once, as it reaches PostgreSQL. The raw handler runs the same statements in the same kind of
transaction, signed context and row-level security included, with new ids for what the request made; it parses, checks,
seals, limits and rings nothing, and writes out the rows of the widest answer.
"""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import orjson

from kit.db import AccessibleTenantId, Plane, Transaction
from kit.ids import new_id
from kit.scoping import ScopedSession

Statement = tuple[str, tuple[Any, ...]]
Rows = Sequence[Mapping[str, Any]]
_A_LOCK = 1 << 40
"""A larger number in a statement is the name of an advisory lock; each request has its own."""


@dataclass
class Recorder:
    """A plane that keeps what is said through it while ``heard`` is a list."""

    plane: Plane
    heard: list[Statement] | None = None

    @asynccontextmanager
    async def transaction(self, tenant_id: AccessibleTenantId) -> AsyncIterator[Transaction]:
        """Open a transaction of the plane behind."""
        async with self.plane.transaction(tenant_id) as scope:
            fetch = scope.fetch

            async def kept(sql: str, *args: Any) -> Rows:  # noqa: ANN401 - values of statements
                if self.heard is not None:
                    self.heard.append((sql, args))
                return await fetch(sql, *args)

            scope.fetch = kept  # type: ignore[method-assign]
            yield scope

    def session(self, tenant_id: AccessibleTenantId) -> AbstractAsyncContextManager[ScopedSession]:
        """Open a session of the plane behind; nothing of it is kept."""
        return self.plane.session(tenant_id)


@dataclass(frozen=True, slots=True)
class Replay:
    """A recorded request; ``same`` are the values of it that stay, and what stands for them in another request."""

    statements: Sequence[Statement]
    key: str = ""
    """Its Idempotency-Key: a new one each time."""

    async def __call__(self, scope: Transaction, same: Mapping[UUID, UUID]) -> bytes:
        """Run it and return the widest answer as JSON."""
        swap = _Swap(self.key, dict(same))
        widest: list[Mapping[str, Any]] = []
        for sql, args in self.statements:
            rows = await scope.fetch(sql, *[swap(value) for value in args])
            if rows and len(rows[0]) * len(rows) >= len(widest) * len(widest[0] if widest else ()):
                widest = list(rows)
        return orjson.dumps([dict(row) for row in widest], default=_plain)


@dataclass(slots=True)
class _Swap:
    """New ids for recorded ones, the same for the same within a request."""

    key: str
    ids: dict[UUID, UUID]
    lock: int = field(default_factory=lambda: random.getrandbits(62))
    fresh: str = field(default_factory=lambda: str(new_id()))

    def __call__(self, value: Any) -> Any:  # noqa: ANN401 - values of statements
        if isinstance(value, list):
            return [self(each) for each in value]
        if isinstance(value, UUID):
            return self.ids.setdefault(value, new_id())
        if isinstance(value, int) and abs(value) > _A_LOCK:
            return self.lock
        return self.fresh if self.key and value == self.key else value


def _plain(value: Any) -> str:  # noqa: ANN401 - what the driver returns
    return value.hex() if isinstance(value, bytes) else str(value)
