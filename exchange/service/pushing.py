"""What a client's system is told, before and after it is called: nothing here is open while a request travels."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from exchange.core.outgoing import Thing
from exchange.service import connectors, links, rows
from exchange.service.connectors import Target
from exchange.service.planning import doer_of
from kit.db import Scope
from workorders.service import references
from workorders.service.rows import find


@dataclass(frozen=True, slots=True)
class Errand:
    """A system to call about a work order: what the order is called there, empty when nothing was made yet."""

    target: Target
    external_id: str
    status: str | None
    """Theirs, as we know it."""


async def prepare(scope: Scope, connection: str, order: UUID) -> Errand | None:
    """Return whom to call about a work order; None: the system is not told any more.

    Raises ``NotFound``: order or connection are gone; ``KeysAway``.
    """
    target = await connectors.target(scope, await rows.one(scope, connection))
    if target is None:
        return None
    row = await find(scope, order, doer_of(connection))
    own = [ref["id"] for ref in row["external_ref"] if ref["owner"] == connection and not ref.get("type")]
    link = await links.of(scope, connection, order)
    return Errand(target, own[-1] if own else "", link.status if link else None)


async def aim(scope: Scope, connection: str) -> Target | None:
    """Return a connection's system, to try it. Raises as :func:`prepare`."""
    return await connectors.target(scope, await rows.one(scope, connection))


async def made(scope: Scope, errand: Errand, order: UUID, thing: Thing, now: datetime) -> None:
    """Link a work order with the thing that was made or found for it. Raises ``NotFound`` and ``DuplicateExternalId``.

    The change is the connection's own doing, so that it is not told of it.
    """
    connection = errand.target.connection
    await references.attach(scope, order, links.name_of(connection, thing.id), doer_of(connection), now)
    if await links.of(scope, connection, order) is None:
        await links.make(scope, connection, order, now)
    page = f"{errand.target.address.rstrip('/')}/{thing.page}" if thing.page else None
    await links.told(scope, connection, order, url=page)


async def moved(scope: Scope, errand: Errand, order: UUID, status: str) -> None:
    """Keep which status we gave the thing: it is no news when it comes back."""
    await links.told(scope, errand.target.connection, order, status=status)


async def busy(scope: Scope, errand: Errand, wait: timedelta) -> None:
    """Leave a system alone for as long as it asked."""
    await connectors.quiet(scope, errand.target.connection, wait)
