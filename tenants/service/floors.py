"""Read a floor's whole configuration for the switchboard, and the list of tenants.

The two planes are read one after the other: a number whose flow, or a rental whose profile, is not there yet (an apply
is under way or was cut short) is left out, and the next reading has it.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import select, text, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql import Select
from sqlmodel import col

from kit.db import Database, Plane
from kit.errors import NotFound, TenantElsewhere
from kit.scoping import ScopedSession
from tenants.access import INSTALLATION, for_system
from tenants.controls.service import acts_of, flows_of
from tenants.core.callbacks import Callbacks
from tenants.core.configuration import (
    AgentConfiguration,
    AliasConfiguration,
    DeskConfiguration,
    EngineConfiguration,
    FloorConfiguration,
    ListenerConfiguration,
    Place,
    TenantConfiguration,
    TrunkConfiguration,
    browser_phone_name,
)
from tenants.core.directory import Person
from tenants.core.recording import Recording
from tenants.core.service_level import Formula
from tenants.core.supervision import Supervision
from tenants.core.trunks import caller_ids_of
from tenants.models import (
    AgentAlias,
    AgentProfile,
    Calendar,
    DirectoryEntry,
    Number,
    Placement,
    Prompt,
    Seat,
    Tenant,
)
from tenants.service.blueprints import newest
from tenants.service.calendars import opening_hours
from tenants.service.engines import admission_of, engines_of
from tenants.service.floor_parts import read_listeners, read_numbers, read_queues
from tenants.service.rentals import DESK, IN_FORCE
from tenants.service.trunks import read_trunks

_Row = TypeVar("_Row")

_AGENTS = f"""
SELECT a.id AS agent_id, a.user_id, u.name, a.seat_id AS seat, {DESK} AS desk, a.phone,
  NOT f.calls_without_desk AS needs_desk
FROM control.agent a JOIN control."user" u ON u.id = a.user_id JOIN control.floor f ON f.id = a.floor_id
WHERE a.floor_id = :floor AND u.disabled_at IS NULL ORDER BY a.seat_id
"""  # noqa: S608 - our own constant
_RENTALS = f"""
SELECT r.tenant_id, x.id FROM control.rental r JOIN control.tenant t ON t.id = r.tenant_id
JOIN control.agent_alias x ON x.tenant_id = r.tenant_id AND x.agent_id = r.agent_id WHERE {IN_FORCE}
"""  # noqa: S608 - our own constant


@dataclass(frozen=True, slots=True)
class TenantSummary:
    """One line of the list of tenants."""

    id: UUID
    code: str
    name: str
    zone: str
    state: str
    floor_id: str | None


@dataclass(frozen=True, slots=True)
class _Outside:
    """What the control plane says of a floor."""

    tenants: Sequence[Tenant]
    numbers: Mapping[UUID, list[Number]]
    rented: Mapping[UUID, frozenset[UUID]]
    rentals: frozenset[tuple[UUID, UUID]]
    """Tenant, and its own id of the agent, where the rent is in force now."""
    agents: tuple[AgentConfiguration, ...]
    trunks: tuple[TrunkConfiguration, ...]
    desks: tuple[DeskConfiguration, ...]
    aliases: tuple[AliasConfiguration, ...]
    apart: frozenset[UUID]
    engines: tuple[EngineConfiguration, ...]
    listeners: tuple[ListenerConfiguration, ...]


async def list_tenants(control: Database, *, synthetic: bool = False) -> list[TenantSummary]:
    """Return every client, by name: not the installation, not one that is erased, those of the probe only if asked."""
    there = col(Tenant.state).not_in(("erasing", "erased"))
    clients = select(Tenant).where(col(Tenant.id) != INSTALLATION, there).order_by(col(Tenant.name))
    async with control.plain() as session:
        tenants = await _all(session, clients if synthetic else clients.where(col(Tenant.synthetic).is_(False)))
    return [TenantSummary(t.id, t.code, t.name, t.zone, t.state, t.floor_id) for t in tenants]


async def tenant_by_code(control: Database, code: str) -> TenantSummary:
    """Return one client. Raises :class:`NotFound`."""
    found = next((tenant for tenant in await list_tenants(control) if tenant.code == code), None)
    if found is None:
        raise NotFound(f"There is no client {code!r}")
    return found


async def floor_configuration(control: Database, plane: Plane, floor_id: str, now: datetime) -> FloorConfiguration:
    """Read everything that the switchboard needs to know of one floor, once; see :class:`FloorReader`."""
    return await FloorReader(control, plane, floor_id).read(now)


@dataclass(frozen=True, slots=True)
class _Known:
    """A tenant as it was read, and what was asked then: when that is something else now, it is read again."""

    asked: tuple[Any, ...]
    configured: TenantConfiguration | None
    places: list[tuple[UUID, Place]]


class FloorReader:
    """Reads a floor's configuration again and again, and of the tenants' databases only what may have changed."""

    def __init__(self, control: Database, plane: Plane, floor_id: str) -> None:
        """Read nothing yet."""
        self._control, self._plane, self._floor_id = control, plane, floor_id
        self._known: dict[UUID, _Known] = {}
        self._reading = asyncio.Lock()

    async def read(self, now: datetime, changed: frozenset[UUID] | None = None) -> FloorConfiguration:
        """Read everything that the switchboard needs to know; tenants that are not active are left out.

        ``changed``: who is read again in any case; None: everybody. A tenant whose own database is elsewhere or away
        is ``missing``: it must not stop the others. One with a database of its own is always read, as that tells
        whether it is there. ``now`` chooses the years whose public holidays the calendars know.
        """
        async with self._reading:
            if changed is None:
                self._known.clear()
            for tenant_id in changed or ():
                self._known.pop(tenant_id, None)
            return await self._read(now)

    async def _read(self, now: datetime) -> FloorConfiguration:
        outside = await _outside(self._control, self._floor_id, now)
        real = {(alias.tenant_id, alias.id): alias.agent_id for alias in outside.aliases}
        tenants: list[TenantConfiguration] = []
        places: defaultdict[UUID, list[Place]] = defaultdict(list)
        missing: dict[UUID, tuple[str, ...]] = {}
        for tenant in outside.tenants:
            numbers = outside.numbers.get(tenant.id, [])
            try:
                known = await self._of(tenant, numbers, outside, now)
            except TenantElsewhere:
                missing[tenant.id] = tuple(number.number for number in numbers)
                continue
            if known.configured is not None:
                tenants.append(known.configured)
            for profile_id, place in known.places:
                places[real[tenant.id, profile_id]].append(place)
        self._known = {tenant.id: self._known[tenant.id] for tenant in outside.tenants if tenant.id in self._known}
        agents = tuple(replace(agent, places=tuple(places[agent.agent_id])) for agent in outside.agents)
        return FloorConfiguration(
            self._floor_id, tuple(tenants), agents, outside.trunks, outside.desks, outside.aliases, missing,
            outside.apart, outside.rentals, engines=outside.engines, listeners=outside.listeners,
        )  # fmt: skip

    async def _of(self, tenant: Tenant, numbers: Sequence[Number], outside: _Outside, now: datetime) -> _Known:
        rented = outside.rented.get(tenant.id, frozenset())
        asked = (
            tenant.code, tenant.name, tenant.zone, tuple(tenant.languages), now.year, rented,
            tuple((number.number, number.flow) for number in numbers),
        )  # fmt: skip
        known = self._known.get(tenant.id)
        if known is not None and known.asked == asked and tenant.id not in outside.apart:
            return known
        async with self._plane.session(for_system(tenant.id, "floor configuration")) as scope:
            configured = await _tenant(scope, tenant, numbers, now)
            found = await _places(scope, rented) if configured is not None else []
        self._known[tenant.id] = _Known(asked, configured, found)
        return self._known[tenant.id]


async def note_remembered(control: Database, moments: Mapping[UUID, datetime | None]) -> None:
    """Write down for people since when a floor knows nothing newer of these tenants; None: it works from the newest."""
    async with control.plain() as session:
        for tenant_id, at in moments.items():
            changed = col(Placement.remembered_at).is_distinct_from(at)
            place = update(Placement).where(col(Placement.tenant_id) == tenant_id, changed)
            await session.execute(place.values(remembered_at=at))


async def _places(scope: ScopedSession, rented: frozenset[UUID]) -> list[tuple[UUID, Place]]:
    """Return the agents who serve the tenant, as it sees them."""
    profiles = await _all(scope, select(AgentProfile).where(col(AgentProfile.retired_at).is_(None)))
    return [
        (p.agent_id, Place(scope.tenant_id, p.agent_id, p.alias, p.kind, p.skills))
        for p in profiles
        if p.agent_id in rented
    ]


async def _outside(control: Database, floor_id: str, now: datetime) -> _Outside:
    async with control.plain() as session:
        # Otherwise an apply that commits in between gives a number without the agents who serve it.
        await session.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))
        on_floor = (
            select(Tenant)
            .where(col(Tenant.floor_id) == floor_id, col(Tenant.state) == "active")
            .order_by(col(Tenant.code))
        )
        apart = select(col(Placement.tenant_id)).where(col(Placement.kind) != "shared")
        agents = (await session.execute(text(_AGENTS), {"floor": floor_id})).mappings()
        rentals = frozenset((row[0], row[1]) for row in await session.execute(text(_RENTALS), {"now": now}))
        numbers, rented = defaultdict[UUID, list[Number]](list), defaultdict[UUID, set[UUID]](set)
        for number in await _all(session, select(Number).order_by(col(Number.number))):
            numbers[number.tenant_id].append(number)
        for tenant_id, agent_id in rentals:
            rented[tenant_id].add(agent_id)
        tenants = await _all(session, on_floor)
        return _Outside(
            tenants=tenants,
            numbers=numbers,
            rented={tenant_id: frozenset(ids) for tenant_id, ids in rented.items()},
            rentals=rentals,
            agents=tuple(AgentConfiguration(**row) for row in agents),
            trunks=await read_trunks(session, [tenant.id for tenant in tenants]),
            desks=tuple(
                DeskConfiguration(seat.id, seat.secret, browser_phone_name(seat.id, seat.turn), seat.web_secret)
                for seat in await _all(session, select(Seat).order_by(col(Seat.id)))
            ),
            aliases=tuple(
                AliasConfiguration(a.tenant_id, a.agent_id, a.id, a.seat)
                for a in await _all(session, select(AgentAlias))
            ),
            apart=frozenset(await _all(session, apart)),
            engines=await engines_of(session, floor_id),
            listeners=await read_listeners(session, floor_id, now),
        )


async def _tenant(
    scope: ScopedSession, tenant: Tenant, numbers: Sequence[Number], now: datetime
) -> TenantConfiguration | None:
    """Return the tenant's part, or None while it has no blueprint."""
    if (blueprint := await newest(scope)) is None:
        return None
    calendars = await _all(scope, select(Calendar).where(col(Calendar.retired_at).is_(None)))
    directory = await _all(scope, select(DirectoryEntry).where(col(DirectoryEntry.retired_at).is_(None)))
    prompts = await _all(scope, select(Prompt).where(col(Prompt.retired_at).is_(None)))
    return TenantConfiguration(
        id=tenant.id,
        code=tenant.code,
        name=tenant.name,
        zone=tenant.zone,
        languages=tuple(tenant.languages),
        version=blueprint.version,
        numbers=await read_numbers(scope, numbers),
        queues=await read_queues(scope),
        calendars={c.code: opening_hours(c.content, tenant.zone, now) for c in calendars},
        prompts={p.code: p.content for p in prompts},
        sounds={p.code: p.audio for p in prompts if p.audio},
        music={m["code"]: m["audio"] for m in blueprint.content.get("music", ())},
        waiting_music=_waiting_music(blueprint.content),
        recording=Recording.of(blueprint.content["recording"]),
        callbacks=Callbacks.of(blueprint.content.get("callbacks") or {}),
        caller_ids=caller_ids_of(blueprint.content),
        service_level=Formula.from_dict(blueprint.content["contract"]["service_level"]),
        supervision=Supervision.of(blueprint.content),
        people=tuple(Person.of(each.content) for each in directory),
        admission=await admission_of(scope, blueprint.content["contract"].get("admission", {})),
        acts=(acts := await acts_of(scope, blueprint.content)),
        acts_flows=await flows_of(scope, acts),
    )


def _waiting_music(content: Mapping[str, Any]) -> dict[str, str]:
    everywhere = [("", piece["code"]) for piece in content.get("music", ()) if piece["hold"]]
    return dict(everywhere) | {q["code"]: q["music"] for q in content["queues"] if q.get("music")}


async def _all(session: AsyncSession, statement: Select[_Row]) -> Sequence[_Row]:
    return (await session.execute(statement)).scalars().all()
