"""An export in the making: what is to be exported, and how far it is."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from exits.service.sinks import Sink
from kit.db import AccessibleTenantId, Transaction
from kit.objects import Objects
from kit.signing import DocumentSigner


@dataclass(frozen=True, slots=True)
class Order:
    """What is exported: whose, under which names, as of when, and where its recordings lie."""

    tenant_id: AccessibleTenantId
    code: str
    name: str
    at: datetime
    recordings: Objects
    signer: DocumentSigner


Progress = Callable[[int, int], Awaitable[None]]
"""Told how many of how many rows and recordings are written."""


@dataclass(slots=True)
class Work:
    """One export, read in one transaction and written into one sink."""

    order: Order
    scope: Transaction
    sink: Sink
    progress: Progress
    total: int = 0
    done: int = 0
    counted: dict[str, int] = field(default_factory=dict)

    async def step(self, by: int = 1) -> None:
        """Note what was written, and tell now and then."""
        before, self.done = self.done, self.done + by
        if self.done // 500 != before // 500:
            await self.progress(self.done, self.total)


async def fetch(scope: Transaction, sql: str, *args: object) -> Sequence[Mapping[str, Any]]:
    """Read rows of the tenant, which is the first argument, with a fresh context."""
    await scope.stay()
    return await scope.fetch(sql, scope.tenant_id, *args)
