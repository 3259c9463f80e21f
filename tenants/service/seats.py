"""The phones of a seat: what its agent's browser needs to register one."""

from __future__ import annotations

from dataclasses import dataclass, field

from kit.db import Database
from kit.errors import NotFound
from tenants.models import Seat


@dataclass(frozen=True, slots=True)
class SeatPhone:
    """A seat's browser phone. ``endpoint`` is its name in the phone engine."""

    endpoint: str
    secret: str = field(repr=False)


async def browser_phone(control: Database, seat: str) -> SeatPhone:
    """Return the browser phone of a seat. Raises :class:`NotFound`."""
    async with control.plain() as session:
        row = await session.get(Seat, seat)
    if row is None:
        raise NotFound
    return SeatPhone(f"o-{seat}-web", row.secret)
