"""What stands before every route: a permission, or a reason why none is needed.

Use::

    @router.get("/live")
    async def live(access: Annotated[Access, Depends(permitted("live.read"))]) -> ...

    @router.get("/healthz", dependencies=[Depends(public("the load balancer asks"))])

The guards are objects that :func:`guarded_routes` finds on a route again; an architecture test refuses a route without
one. They stand before HTTP and WebSocket routes alike: a socket is refused before it is accepted.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.exceptions import WebSocketException
from fastapi.routing import iter_route_contexts
from starlette.requests import HTTPConnection

from journal.core.facts import Actor
from kit import clock
from kit.db import AccessibleTenantId
from kit.errors import Forbidden, NotFound, Problem
from tenants.access import Principal, enter
from tenants.callers import name_request, who_asks
from tenants.core.permissions import PERMISSIONS, Grant, Permission, Reach, Role, decide
from tenants.errors import ConnectionNotActive, NoClient, NotAnAgent
from tenants.identity.errors import SecondFactorMissing
from tenants.service.visits import Visits, is_visitor
from tenants.throttle import refuse_flood, refuse_public_flood

_POLICY_VIOLATION = 1008  # close code of a WebSocket (RFC 6455, 7.4.1); before accept it becomes HTTP 403


@dataclass(frozen=True, slots=True)
class Access:
    """A principal inside one tenant, and what the permission grants there."""

    principal: Principal
    tenant_id: AccessibleTenantId
    role: Role
    grant: Grant
    permission: Permission | None = None

    @property
    def agent_id(self) -> UUID | None:
        """What this tenant calls the agent that asks; None for everybody else."""
        return self.principal.memberships[self.tenant_id].agent_id

    @property
    def own(self) -> UUID | None:
        """The agent whose own things alone may be seen; None: everything. Raises :class:`NotFound` for no agent."""
        if self.grant.reach is Reach.ALL:
            return None
        if self.agent_id is None:
            raise NotFound
        return self.agent_id

    @property
    def who(self) -> tuple[str, str]:
        """Kind and id of whoever asks, as this tenant's journal names them: an agent never by its own user id."""
        return ("agent", str(self.agent_id)) if self.agent_id else (self.principal.kind, self.principal.id)


def reader_of(access: Access) -> Actor:
    """Return who reads, as the tenant's journal names it."""
    return Actor(*access.who)


@dataclass(frozen=True, slots=True)
class StaffAccess:
    """An agent at its seat. It serves several tenants and enters the one of each interaction with ``access.enter``."""

    principal: Principal
    agent_id: UUID
    seat: str
    floor: str

    @property
    def desk(self) -> str | None:
        """Where the agent sits now; None while somebody else sits at its seat."""
        return self.principal.desk

    def known_as(self, tenant_id: UUID) -> UUID:
        """Return what a tenant calls this agent. Raises :class:`NotFound` where it has no place."""
        place = self.principal.memberships.get(tenant_id)
        if place is None or place.agent_id is None:
            raise NotFound
        return place.agent_id


class Guard:
    """The mark that every guard leaves on its route: a permission, or the reason why the route is public."""

    def __init__(self, permission: Permission | None, reason: str = "") -> None:
        """Refuse, when the route is declared, a permission that does not exist and an empty reason."""
        if permission is None and not reason:
            raise ValueError("say why the route is public")
        if permission is not None and permission not in PERMISSIONS:
            raise ValueError(f"there is no permission {permission!r}")
        self.permission = permission
        self.reason = reason


class PublicGuard(Guard):
    """Lets everybody in, each network address so often; ``unlimited`` says why as often as it likes."""

    def __init__(self, reason: str, unlimited: str = "") -> None:
        """Take both reasons."""
        super().__init__(None, reason)
        self.unlimited = unlimited

    async def __call__(self, connection: HTTPConnection) -> None:
        """Raise 429."""
        if not self.unlimited:
            await refuse_public_flood(connection)


class TenantGuard(Guard):
    """Lets in who holds the permission in the session's chosen tenant, or in the key's only one."""

    async def __call__(self, connection: HTTPConnection) -> Access:
        """Raise 401, 403, 404, 409 (no client chosen), 423 (suspended) or 429 (too often)."""
        try:
            principal = await who_asks(connection)
            await refuse_flood(connection, principal, self.permission, inside=True)
            access = self._decide(principal)
            if is_visitor(access.principal, access.role):
                await _show_visit(connection, access)
        except Problem as problem:
            raise as_answer(connection, problem) from problem
        if not principal.is_staff:
            name_request(connection, access.tenant_id, access.who)
        return access

    def _decide(self, principal: Principal) -> Access:
        _refuse_unenrolled(principal)
        if principal.chosen is None:
            raise NoClient
        tenant_id = enter(principal, principal.chosen)
        role = principal.memberships[tenant_id].role
        return Access(principal, tenant_id, role, granted(self.permission, principal, role), self.permission)


async def inside(connection: HTTPConnection, principal: Principal, tenant_id: UUID, permission: Permission) -> Access:
    """Let one of the outsourcer's people into any tenant that it serves, which sees the visit; raises as a guard."""
    entered = enter(principal, tenant_id)
    role = principal.memberships[entered].role
    access = Access(principal, entered, role, granted(permission, principal, role), permission)
    if is_visitor(principal, role):
        await _show_visit(connection, access)
    return access


async def renew(connection: HTTPConnection, access: Access) -> Access:
    """Judge a request again that is still being answered, as its guard would now; it counts as no other request.

    Raises what the guard raises.
    """
    guard = TenantGuard(access.permission)
    again = guard._decide(await who_asks(connection))  # noqa: SLF001 - our own
    if is_visitor(again.principal, again.role):
        await _show_visit(connection, again)
    return again


class StaffGuard(Guard):
    """Lets in the outsourcer's people at a seat; no tenant is entered."""

    async def __call__(self, connection: HTTPConnection) -> StaffAccess:
        """Raise 401, 403 or 429."""
        try:
            return self._decide(await _counted(connection, self.permission))
        except Problem as problem:
            raise as_answer(connection, problem) from problem

    def _decide(self, principal: Principal) -> StaffAccess:
        _refuse_unenrolled(principal)
        if principal.staff_role is None or principal.agent_id is None or None in (principal.seat, principal.floor):
            raise NotAnAgent
        granted(self.permission, principal, principal.staff_role)
        return StaffAccess(principal, principal.agent_id, str(principal.seat), str(principal.floor))


@dataclass(frozen=True, slots=True)
class CentreAccess:
    """One of the outsourcer's people in the back office, outside every tenant, and what the permission grants."""

    principal: Principal
    role: Role
    grant: Grant


class CentreGuard(Guard):
    """Lets in the outsourcer's people by their role at the centre; no tenant is entered."""

    async def __call__(self, connection: HTTPConnection) -> CentreAccess:
        """Raise 401, 403 or 429."""
        try:
            return self._decide(await _counted(connection, self.permission))
        except Problem as problem:
            raise as_answer(connection, problem) from problem

    def _decide(self, principal: Principal) -> CentreAccess:
        _refuse_unenrolled(principal)
        role = principal.staff_role
        if role is None:
            raise Forbidden
        return CentreAccess(principal, role, granted(self.permission, principal, role))


class SignedInGuard(Guard):
    """Lets in everybody who is signed in, for what concerns nobody but the user: signing out, choosing a client."""

    async def __call__(self, connection: HTTPConnection) -> Principal:
        """Raise 401 or 429."""
        try:
            return await _counted(connection, None)
        except Problem as problem:
            raise as_answer(connection, problem) from problem


def permitted(permission: Permission) -> TenantGuard:
    """Guard a route of one tenant; the dependency's value is an :class:`Access`."""
    return TenantGuard(permission)


def permitted_staff(permission: Permission) -> StaffGuard:
    """Guard a route of the desk; the dependency's value is a :class:`StaffAccess`."""
    return StaffGuard(permission)


def permitted_centre(permission: Permission) -> CentreGuard:
    """Guard a route of the back office that belongs to no tenant; the dependency's value is a :class:`CentreAccess`."""
    return CentreGuard(permission)


def signed_in(reason: str) -> SignedInGuard:
    """Guard a route that needs a person and no permission; the dependency's value is a :class:`Principal`."""
    return SignedInGuard(None, reason)


def public(reason: str, *, unlimited: str = "") -> PublicGuard:
    """Mark a route that needs no sign-in, with the reason; each network address is limited unless you say why not."""
    return PublicGuard(reason, unlimited)


def guarded_routes(app: FastAPI) -> Iterator[tuple[str, list[Guard]]]:
    """Yield every route of ``app`` with its guards, hidden and WebSocket routes too; a mount has none."""
    for each in iter_route_contexts(app.routes):
        yield str(each.path), [] if getattr(each, "dependant", None) is None else list(_guards(each.dependant))


def _guards(dependant: Dependant) -> Iterator[Guard]:
    if isinstance(dependant.call, Guard):
        yield dependant.call
    for inner in dependant.dependencies:
        yield from _guards(inner)


async def _counted(connection: HTTPConnection, permission: Permission | None) -> Principal:
    """Return who asks, outside every tenant. Raises 401 and 429."""
    principal = await who_asks(connection)
    await refuse_flood(connection, principal, permission)
    return principal


def _refuse_unenrolled(principal: Principal) -> None:
    """Let nobody who has yet to set up a second factor do anything but that."""
    if principal.must_enrol:
        raise SecondFactorMissing


def granted(permission: Permission | None, principal: Principal, role: Role) -> Grant:
    """Return what a role is granted, if the principal's key may use it. Raises :class:`Forbidden`."""
    grant = decide(role, permission) if permission is not None else None
    if grant is None or (principal.kind == "key" and permission not in principal.scopes):
        raise Forbidden
    if principal.held is not None:
        raise ConnectionNotActive(f"The connection is {principal.held}", state=principal.held)
    return grant


async def _show_visit(connection: HTTPConnection, access: Access) -> None:
    """Let the client see one of the outsourcer's people inside, before anything is answered."""
    state = connection.app.state
    if not hasattr(state, "visits"):
        state.visits = Visits()
    await state.visits.note(state.control, state.plane, access.principal, access.tenant_id, clock.now())


def as_answer(connection: HTTPConnection, problem: Problem) -> Exception:
    """Return what to raise: a page or a client gets the problem, a socket is closed with its code."""
    if connection.scope["type"] == "websocket":
        return WebSocketException(_POLICY_VIOLATION, problem.code)
    return problem
