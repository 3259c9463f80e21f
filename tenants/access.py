"""The one door to a tenant: here, and nowhere else, an ``AccessibleTenantId`` is made (house.md, ring 1).

A :class:`Principal` is read from the control plane at the beginning of a request, with the memberships of that moment,
and is thrown away at its end. A long-lived socket asks for a new one (``tenants.service.sessions.renew``): an old one
is refused, so that a membership that has ended ends here within :data:`PRINCIPAL_LIFE_S`.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal
from uuid import UUID

import structlog

from kit.db import AccessibleTenantId
from kit.errors import NotFound
from tenants.core.origin import UNBOUND, Bounds
from tenants.core.permissions import STAFF, Role
from tenants.core.preferences import Preferences
from tenants.errors import TenantSuspended

PRINCIPAL_LIFE_S = 60.0
"""How old a principal may be, in seconds of the monotonic clock, when it enters a tenant."""

INSTALLATION = UUID("00000000-0000-7000-8000-000000000001")
"""The tenant that is the installation itself: its journal holds what belongs to no client."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Membership:
    """A place in one tenant, as it was when the principal was read."""

    tenant_id: UUID
    role: Role
    code: str
    name: str
    zone: str
    open: bool
    """False while the tenant is suspended, moving or gone."""
    grant_id: UUID | None = None
    """The grant that lets one of the outsourcer's people in; None for everybody else."""
    agent_id: UUID | None = None
    """What this tenant calls the agent that the person is; nobody else knows the agent by it."""


@dataclass(frozen=True, slots=True)
class Principal:
    """Who asks: a person with a session, or a client's system with a key."""

    kind: Literal["user", "key"]
    id: str
    """A user's UUID, or a key's id."""
    name: str
    email: str = ""
    locale: str = "en"
    preferences: Preferences = field(default_factory=Preferences)
    """How the person wants pages."""
    staff_role: Role | None = None
    memberships: Mapping[UUID, Membership] = field(default_factory=dict)
    chosen: UUID | None = None
    """The tenant that this session works in now; a key's only one."""
    agent_id: UUID | None = None
    """The agent's real id, for its floor; no tenant knows it."""
    seat: str | None = None
    desk: str | None = None
    """Where the agent sits now: its phones ring. None while somebody else sits at its seat."""
    floor: str | None = None
    """The floor that an agent works on: its engine takes the desk's commands."""
    connection: str | None = None
    """The code of the connection that a key belongs to."""
    held: str | None = None
    """Where that connection stands while it is not active: the key may do nothing."""
    scopes: frozenset[str] = frozenset()
    bounds: Bounds = UNBOUND
    """From where alone the key may be used."""
    session: bytes | None = field(default=None, repr=False)
    """Hash of the session's token; None for a key."""
    confirmed_at: datetime | None = None
    """When the person last proved to be there: at sign-in, or by a confirmation. None for a key."""
    identity_id: UUID | None = None
    """Set when a client's own provider vouched for this session."""
    must_enrol: bool = False
    """A tenant of its own, or the outsourcer, asks for a second factor and the person has none."""
    read_at: float = field(default_factory=time.monotonic)

    @property
    def is_staff(self) -> bool:
        """Say whether this is one of the outsourcer's own people."""
        return self.staff_role in STAFF

    def role_in(self, tenant_id: UUID) -> Role | None:
        """Return the role in a tenant, or None: no place there."""
        membership = self.memberships.get(tenant_id)
        return None if membership is None else membership.role


class StalePrincipal(RuntimeError):
    """A principal was kept longer than a request: our bug. A socket renews its principal before it enters again."""


def enter(principal: Principal, tenant_id: UUID) -> AccessibleTenantId:
    """Let the principal into a tenant of its own.

    Raises :class:`NotFound` for another's tenant, as for a random id, :class:`TenantSuspended`, and
    :class:`StalePrincipal` when the memberships were not read just now.
    """
    if time.monotonic() - principal.read_at > PRINCIPAL_LIFE_S:
        raise StalePrincipal
    membership = principal.memberships.get(tenant_id)
    if membership is None:
        raise NotFound
    if not membership.open:
        raise TenantSuspended
    return AccessibleTenantId(tenant_id)


def for_system(tenant_id: UUID, purpose: str) -> AccessibleTenantId:
    """Let a part of the system itself into a tenant: the switchboard, a job, the sealer, a command.

    ``purpose`` names the part; never call this with an id that a caller sent.
    """
    if not purpose:
        raise ValueError("say for what purpose the system enters a tenant")
    log.debug("system enters tenant", tenant_id=str(tenant_id), purpose=purpose)
    return AccessibleTenantId(tenant_id)
