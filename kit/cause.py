"""Which request a fact comes from: what the request said of itself stands with the actor of each fact that it leaves.

It is kept for the actor and the tenant of the request alone: what the centre's own people do is named in no journal
twice, or two tenants could find the same request in both.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Cause:
    """Somebody's request inside one tenant, and what it said: ``request_id``, ``idempotency_key``, ``address``."""

    tenant_id: UUID
    actor: tuple[str, str]
    """Kind and id, as the tenant's journal names whoever asked."""
    said: Mapping[str, str]

    def of(self, tenant_id: UUID, kind: str, actor_id: str) -> Mapping[str, str]:
        """Return what is told beside an actor: nothing beside another one, or in another tenant."""
        return self.said if (tenant_id, (kind, actor_id)) == (self.tenant_id, self.actor) else {}


_now: ContextVar[Cause | None] = ContextVar("cause", default=None)


def current() -> Cause | None:
    """Return the request that is being answered; None outside of any, and for one of nobody that is known."""
    return _now.get()


def name(cause: Cause) -> None:
    """Say whose request this is, as soon as it is known."""
    _now.set(cause)


@contextmanager
def asked() -> Iterator[None]:
    """Answer one request: nobody's yet, and after it nobody's again."""
    before = _now.set(None)
    try:
        yield
    finally:
        _now.reset(before)
