"""Who owns a floor: a lease in PostgreSQL with a fencing number that every write checks (docs/adr/0001).

Fencing numbers rise over all floors, so a tenant can move from one floor to another and its journal still knows who is
newer. All times are the database's.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import text

from journal import service as journal
from kit.db import Database, Plane
from switchboard.errors import FloorTaken, LeaseLost
from tenants.access import for_system

LASTS = timedelta(seconds=3)
"""So long a floor stays closed at most after its owner was killed. A living owner that is late loses nothing by it
unless somebody waits for the floor, and then the fencing number keeps their stories apart."""
RENEWED_EVERY = timedelta(seconds=1)

_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(hashtext('control.floor.fence'))")
_TAKE = text("""
INSERT INTO control.floor AS f (id, fence, owner, lease_until)
VALUES (:floor, (SELECT coalesce(max(fence), 0) + 1 FROM control.floor), :owner, clock_timestamp() + :lasts)
ON CONFLICT (id) DO UPDATE SET fence = excluded.fence, owner = excluded.owner, lease_until = excluded.lease_until
WHERE f.owner IS NULL OR f.owner = :gone OR f.lease_until IS NULL OR f.lease_until <= clock_timestamp()
RETURNING fence
""")
_BEFORE = text("SELECT owner, lease_until, clock_timestamp() AS now FROM control.floor WHERE id = :floor")
_RENEW = text("""
UPDATE control.floor SET lease_until = clock_timestamp() + :lasts WHERE id = :floor AND fence = :fence
RETURNING lease_until
""")
_RELEASE = text("UPDATE control.floor SET owner = NULL WHERE id = :floor AND fence = :fence")


@dataclass(frozen=True, slots=True)
class Lease:
    """A floor that is ours. ``seen_at``: up to when its last owner was surely there; None for a new floor."""

    floor: str
    owner: str
    fence: int
    seen_at: datetime | None


async def take(control: Database, floor: str, owner: str, gone: str | None = None) -> Lease:
    """Take a floor that nobody owns any more; ``gone`` is an owner that is surely dead. Raises :class:`FloorTaken`."""
    async with control.plain() as session:
        await session.execute(_ONE_AT_A_TIME)
        before = (await session.execute(_BEFORE, {"floor": floor})).mappings().one_or_none()
        values = {"floor": floor, "owner": owner, "lasts": LASTS, "gone": gone}
        fence = (await session.execute(_TAKE, values)).scalar_one_or_none()
        if fence is None and before is not None:
            raise FloorTaken(floor, before["owner"], before["lease_until"])
    until = None if before is None else before["lease_until"]
    return Lease(floor, owner, int(fence or 0), None if until is None else until - LASTS)


async def renew(control: Database, lease: Lease) -> None:
    """Keep the floor for :data:`LASTS` more. Raises :class:`LeaseLost` when another one has it.

    A lease that ran out and that nobody took is ours again: while PostgreSQL is away nobody can take it.
    """
    async with control.plain() as session:
        values = {"floor": lease.floor, "fence": lease.fence, "lasts": LASTS}
        if (await session.execute(_RENEW, values)).scalar_one_or_none() is None:
            raise LeaseLost(f"floor {lease.floor} has another owner than {lease.owner}")


async def release(control: Database, lease: Lease) -> None:
    """Let the next one take the floor at once."""
    async with control.plain() as session:
        await session.execute(_RELEASE, {"floor": lease.floor, "fence": lease.fence})


async def raise_fences(plane: Plane, lease: Lease, tenants: Iterable[UUID]) -> None:
    """Shut every older owner out of the journals of these tenants. Raises ``journal.errors.FencedOut``."""
    for tenant in tenants:
        async with plane.transaction(for_system(tenant, "floor lease")) as scope:
            await journal.open_journal(scope)
            await journal.raise_fence(scope, lease.fence)
