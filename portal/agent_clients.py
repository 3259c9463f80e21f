"""The clients for whom an agent works, entered one after the other until one knows what is asked for."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar
from uuid import UUID

from kit.db import Plane, Scope
from kit.errors import NotFound, TenantElsewhere
from tenants.access import enter
from tenants.endpoints import StaffAccess

_T = TypeVar("_T")


async def first_that_knows(plane: Plane, staff: StaffAccess, ask: Callable[[Scope, UUID], Awaitable[_T]]) -> _T:
    """Return the first answer; ``ask`` gets the scope of a client and the agent's id there, and may raise ``NotFound``.

    Raises :class:`NotFound` when no client knows it. While a tenant is elsewhere it may be there: then that is raised.
    """
    elsewhere: TenantElsewhere | None = None
    for member in staff.principal.memberships.values():
        if not member.open or member.agent_id is None:
            continue
        try:
            async with plane.transaction(enter(staff.principal, member.tenant_id)) as scope:
                return await ask(scope, member.agent_id)
        except NotFound:
            continue
        except TenantElsewhere as error:
            elsewhere = error
    raise elsewhere or NotFound
