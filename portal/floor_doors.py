"""The clients that a supervisor serves, each entered by itself, and the agents who work for them."""

from __future__ import annotations

from uuid import UUID

from starlette.requests import HTTPConnection

from kit.db import Database
from kit.errors import Problem, TenantElsewhere
from live.service import Watched
from portal.floor_view import AWAY, LOCKED, SUSPENDED, Door, People, Person
from tenants.access import INSTALLATION, Membership, Principal, for_system
from tenants.core.permissions import decide
from tenants.core.supervision import Supervision
from tenants.endpoints import inside, reader_of
from tenants.service import grants, reading
from tenants.service.policies import policy_of, shown_to
from tenants.service.rentals import DESK

_CENTRE = "SELECT name, zone FROM control.tenant WHERE id = $1"
_PEOPLE = f"""
SELECT x.tenant_id, x.id::text AS alias, a.id, u.name, a.seat_id AS seat, {DESK} AS desk
FROM control.agent a JOIN control."user" u ON u.id = a.user_id JOIN control.agent_alias x ON x.agent_id = a.id
WHERE x.tenant_id = ANY($1) AND u.disabled_at IS NULL
"""  # noqa: S608 - our own constant


async def doors_of(connection: HTTPConnection, who: Principal) -> list[tuple[Door, Watched | None]]:
    """Return the clients that somebody of the outsourcer serves, by name; a board to watch where the door is open.

    Each that is entered sees the visit. Clients that have closed their door to this person are listed, and locked.
    """
    found = [await _door(connection, who, place) for place in who.memberships.values() if _watches(place)]
    closed = await grants.closed_to(connection.app.state.control, who.id)
    found += [(Door(row["id"], row["code"], row["name"], LOCKED), None) for row in closed]
    return sorted(found, key=lambda pair: pair[0].name)


def _watches(place: Membership) -> bool:
    return decide(place.role, "live.read") is not None and decide(place.role, "call.listen") is not None


async def _door(connection: HTTPConnection, who: Principal, place: Membership) -> tuple[Door, Watched | None]:
    bare = Door(place.tenant_id, place.code, place.name, SUSPENDED)
    if not place.open:
        return bare, None
    try:
        access = await inside(connection, who, place.tenant_id, "live.read")
        async with connection.app.state.plane.transaction(access.tenant_id) as scope:
            await reading.listed(scope, reader_of(access), "board", 0, {})
            shown, policy = await shown_to(scope, access.role), (await policy_of(scope)).supervision
    except TenantElsewhere:
        return Door(place.tenant_id, place.code, place.name, AWAY), None
    except Problem:  # suspended or ended a moment ago
        return bare, None
    may = decide(access.role, "call.supervise") is not None
    door = Door(place.tenant_id, place.code, place.name, shown=shown, may=policy, supervises=may)
    return door, Watched(access.tenant_id, place.name, place.zone)


async def watched_by(connection: HTTPConnection, who: Principal) -> list[tuple[Door, Watched | None]]:
    """Return the clients of somebody, and the centre itself, whose lines and engines serve them."""
    return [*await doors_of(connection, who), await of_the_centre(connection)]


async def of_the_centre(connection: HTTPConnection) -> tuple[Door, Watched]:
    """Return the centre with its own board: of its lines and engines, and of no client."""
    row = await (await connection.app.state.control.pool()).fetchrow(_CENTRE, INSTALLATION)
    name, zone = (row["name"], row["zone"]) if row is not None else ("", "UTC")
    door = Door(INSTALLATION, "", name, may=Supervision(), supervises=True, centre=True)
    return door, Watched(for_system(INSTALLATION, "alerts of the centre"), name, zone)


async def people_of(control: Database, tenants: list[UUID]) -> People:
    """Return the agents whom these clients know, under the outsourcer's own names."""
    rows = await (await control.pool()).fetch(_PEOPLE, tenants)
    return {(r["tenant_id"], r["alias"]): Person(r["id"], r["name"], r["seat"], r["desk"]) for r in rows}
