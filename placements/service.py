"""Begin, go on with, and give up moves of tenants; look at what one would copy."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

import asyncpg
import structlog

from kit.away import MAYBE_AWAY
from kit.db import AccessibleTenantId, Plane
from kit.secretbox import SecretBox
from placements import ledger, tables
from placements.core.steps import CLOSED, RETURNABLE, Step
from placements.errors import MoveRefused, TargetRefused
from placements.ledger import SHARED, Place, Record
from placements.move import TOO_LATE, Ends, Mover, Report, Surroundings
from placements.tables import Connection
from placements.target import Kept, Target, make_ready, require_good, secured, server_of
from tenants.access import INSTALLATION

_CONNECT_S = 10

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked for. ``admin``: the target's administrative address; None: to the shared database, or go on."""

    tenant_id: AccessibleTenantId
    by: str
    admin: str | None = None
    kind: str = "dedicated"
    back: bool = False

    def __post_init__(self) -> None:
        """Ask for TLS to another machine."""
        if self.admin is not None:
            object.__setattr__(self, "admin", secured(self.admin))


@dataclass(frozen=True, slots=True)
class House:
    """What moves need of the installation. ``migrator``: the shared database under the migrator's login."""

    migrator: str
    box: SecretBox
    plane: Plane
    ring: Callable[[], Awaitable[None]]
    today: date


async def move(house: House, order: Order, report: Report) -> Record:
    """Bring the tenant to its target, or end a move that was cut off.

    Raises :class:`TargetRefused` and :class:`MoveRefused` before anything is changed, and whatever stops a step.
    """
    async with AsyncExitStack() as stack:
        control = await _open(stack, house.migrator)
        await ledger.take(control, order.tenant_id)
        place = await ledger.place_of(control, order.tenant_id)
        record = await ledger.under_way(control, order.tenant_id)
        if record is None:
            record = await _begin(house, order, control, place)
        elif order.admin is not None and server_of(order.admin) != record.server:
            raise MoveRefused(
                f"A move to {record.server or 'the shared database'} is under way; end it or give it up first"
            )
        if record.step is Step.PREPARING and record.kind != SHARED:
            await _make_ready(house, order, control, record)
        try:
            ends = await _ends(stack, house, control, record)
        except (*MAYBE_AWAY, TimeoutError) as error:
            await _serve_where_it_is(house, control, record, f"{type(error).__name__}: {error}")
            raise
        return await Mover(ends, record, order.tenant_id, _around(house, order, report)).run()


async def give_up(house: House, order: Order) -> None:
    """Leave the tenant where it is, and empty the target again. Raises :class:`MoveRefused` when it is too late."""
    async with AsyncExitStack() as stack:
        control = await _open(stack, house.migrator)
        await ledger.take(control, order.tenant_id)
        record = await ledger.under_way(control, order.tenant_id)
        if record is None:
            raise MoveRefused("No move of this client is under way")
        if record.step is Step.PREPARING:
            await ledger.give_up(control, record)
            return
        try:
            ends = await _ends(stack, house, control, record)
        except (*MAYBE_AWAY, TimeoutError) as error:
            await _give_up_alone(house, control, record, f"{type(error).__name__}: {error}")
            return
        await Mover(ends, record, order.tenant_id, _around(house, order, Report())).give_up()


async def _give_up_alone(house: House, control: Connection, record: Record, error: str) -> None:
    """Leave the tenant where it is although the target cannot be reached: what was copied there stays there."""
    if record.step not in RETURNABLE:
        raise MoveRefused(TOO_LATE)
    await _serve_where_it_is(house, control, record, error)
    await ledger.give_up(control, record)
    log.warning("target_not_emptied", server=record.server, error=error)


async def renew_guard(house: House, order: Order) -> None:
    """Bring logins, guard and tables of a client's own database to this version; ``order.admin`` is its address.

    Raises :class:`MoveRefused` and :class:`TargetRefused`.
    """
    async with AsyncExitStack() as stack:
        control = await _open(stack, house.migrator)
        await ledger.take(control, order.tenant_id)
        place = await ledger.place_of(control, order.tenant_id)
        sealed = None if place.move_id is None else await ledger.sealed_of(control, place.move_id)
        if sealed is None or order.admin is None:
            raise MoveRefused("The client has no database of its own")
        target = Kept.open(house.box, order.tenant_id, sealed).target
        if server_of(order.admin) != target.server:
            raise TargetRefused(f"The client lives in {target.server}")
        await require_good(order.admin, house.migrator, target.logins)
        await make_ready(order.admin, target, order.tenant_id, house.today)


async def rehearse(house: House, order: Order) -> dict[str, int]:
    """Check everything that can be checked without a change, and return the rows that would be copied, by table."""
    async with AsyncExitStack() as stack:
        control = await _open(stack, house.migrator)
        place = await ledger.place_of(control, order.tenant_id)
        await _require_sense(house, order, place)
        source = await _open(stack, await _migrator(house, control, order.tenant_id, place.move_id))
        return {t.name: await tables.count(source, t, order.tenant_id) for t in await tables.tables(source)}


async def _require_sense(house: House, order: Order, place: Place) -> bool:
    """Refuse what cannot be, before anything is changed. Returns whether the target's administrator is no superuser."""
    if order.tenant_id == INSTALLATION:
        raise MoveRefused("The installation itself does not move")
    if order.back:
        if place.kind == SHARED:
            raise MoveRefused("The client lives in the shared database already")
        return False
    if order.admin is None:
        raise MoveRefused("No move of this client is under way; say where it shall go with --to or --back")
    if server_of(order.admin) == place.server:
        raise TargetRefused("The client lives in this database already")
    return await require_good(order.admin, house.migrator)


async def _begin(house: House, order: Order, control: Connection, place: Place) -> Record:
    lent = await _require_sense(house, order, place)
    if order.back or order.admin is None:
        return await ledger.begin(control, order.tenant_id, place, Place(), None)
    target = Target.new(order.admin, lent=lent)
    there = Place(order.kind, "open", target.server, target.access(order.admin).seal(house.box, order.tenant_id))
    sealed = target.seal(house.box, order.admin, order.tenant_id)
    return await ledger.begin(control, order.tenant_id, place, there, sealed)


async def _make_ready(house: House, order: Order, control: Connection, record: Record) -> None:
    if order.admin is None:
        raise MoveRefused(f"The move stopped while {record.server} was prepared: give its address with --to once more")
    kept = await _kept(house, control, record)
    await require_good(order.admin, house.migrator, kept.target.logins)
    try:
        await make_ready(order.admin, kept.target, order.tenant_id, house.today)
    except Exception as error:
        await ledger.note(control, record, f"{type(error).__name__}: {error}")
        raise


async def _kept(house: House, control: Connection, record: Record) -> Kept:
    sealed = await ledger.sealed_of(control, record.id)
    if sealed is None:
        raise MoveRefused(f"How to enter {record.server} is not known any more")
    return Kept.open(house.box, record.tenant_id, sealed)


async def _migrator(house: House, control: Connection, tenant_id: UUID, move_id: UUID | None) -> str:
    """Return the migrator's address of the database that a move led to; None: the shared one."""
    if move_id is None:
        return house.migrator
    sealed = await ledger.sealed_of(control, move_id)
    if sealed is None:
        raise MoveRefused("How to enter the database that the client comes from is not known any more")
    return Kept.open(house.box, tenant_id, sealed).migrator


async def _ends(stack: AsyncExitStack, house: House, control: Connection, record: Record) -> Ends:
    source = await _migrator(house, control, record.tenant_id, record.source_id)
    target = house.migrator if record.kind == SHARED else (await _kept(house, control, record)).migrator
    return Ends(control, await _open(stack, source), await _open(stack, target))


async def _serve_where_it_is(house: House, control: Connection, record: Record, error: str) -> None:
    """Open a tenant again that a dead mover left closed, when the target cannot be reached: nothing has moved yet."""
    place = await ledger.place_of(control, record.tenant_id)
    if record.step in CLOSED and place.move_id != (None if record.kind == SHARED else record.id):
        async with _connection(await _migrator(house, control, record.tenant_id, record.source_id)) as source:
            await source.execute("DELETE FROM guard.closed WHERE tenant_id = $1", record.tenant_id)
        await ledger.set_state(control, record, "open")
        record = replace(record, step=Step.COPYING_AHEAD)
        await house.ring()
    await ledger.note(control, record, error)


def _around(house: House, order: Order, report: Report) -> Surroundings:
    return Surroundings(house.plane, house.ring, order.by, report)


async def _open(stack: AsyncExitStack, dsn: str) -> Connection:
    return await stack.enter_async_context(_connection(dsn))


@asynccontextmanager
async def _connection(dsn: str) -> AsyncIterator[Connection]:
    made = await asyncpg.connect(dsn, timeout=_CONNECT_S)
    try:
        await tables.settle(made)
        yield made
    finally:
        made.terminate() if made.is_in_transaction() else await made.close()
