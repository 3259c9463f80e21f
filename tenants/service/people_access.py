"""How a client's people stand with the door, and what their manager may do about it.

A manager rules the sign-in of somebody who belongs to this client alone. Whoever works for another client too, or for
the outsourcer, keeps its sign-in: else one client could let itself into another by writing a name into its blueprint.
Of such a person the manager sees nothing either, and only the outsourcer changes it (``glassfloor users``).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from journal.core.facts import Actor
from kit.db import AccessibleTenantId, Database
from kit.errors import NotFound
from tenants.core.permissions import CLIENT_PEOPLE
from tenants.identity.errors import ManagedElsewhere
from tenants.identity.facts import SecondFactorChanged, SessionsEnded, SignInUnlocked
from tenants.service import factors, letters, pending, standing
from tenants.service.entrance import Entrance, tell
from tenants.service.links import make_link
from tenants.service.sessions import IDLE, end_others

_PEOPLE = """
SELECT u.id, u.email, u.name, m.role, u.password_hash IS NOT NULL AS password, s.signed_in_at, s.locked_at,
  u.staff_role IS NULL AND NOT EXISTS (
    SELECT FROM control.membership o WHERE o.user_id = u.id AND o.tenant_id <> m.tenant_id) AS ours,
  EXISTS (SELECT FROM control.authenticator a WHERE a.user_id = u.id AND a.confirmed_at IS NOT NULL) AS authenticator,
  (SELECT count(*) FROM control.passkey k WHERE k.user_id = u.id) AS passkeys,
  (SELECT count(*) FROM control.session x WHERE x.user_id = u.id AND x.expires_at > $2 AND x.seen_at > $3) AS sessions,
  (SELECT l.expires_at FROM control.sign_in_link l WHERE l.user_id = u.id AND l.expires_at > $2) AS link_until
FROM control.membership m JOIN control."user" u ON u.id = m.user_id LEFT JOIN control.standing s ON s.user_id = u.id
WHERE m.tenant_id = $1 AND m.role = ANY($4) AND u.disabled_at IS NULL AND ($5::uuid IS NULL OR u.id = $5)
ORDER BY u.name, u.email
"""


@dataclass(frozen=True, slots=True)
class Person:
    """One of a client's people. ``ours``: its sign-in belongs to this client alone, and the rest is told."""

    id: UUID
    email: str
    name: str
    role: str
    ours: bool
    password: bool = False
    authenticator: bool = False
    passkeys: int = 0
    sessions: int = 0
    signed_in_at: datetime | None = None
    locked_at: datetime | None = None
    link_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Manager:
    """Who acts, in which tenant; the tenant comes from the session, never from the request."""

    tenant_id: AccessibleTenantId
    user_id: str
    own_company: bool
    """Whether it is one of the client's own people; the outsourcer's never see a link."""

    @property
    def actor(self) -> Actor:
        """Return who stands in the fact."""
        return Actor("user", self.user_id)


async def people_of(control: Database, tenant_id: UUID, now: datetime) -> list[Person]:
    """Return a client's people, by name."""
    return await _people(control, tenant_id, now, None)


async def one_of(control: Database, tenant_id: UUID, user_id: UUID, now: datetime) -> Person:
    """Return one of a client's people. Raises :class:`NotFound` for anybody else, as for nobody."""
    found = await _people(control, tenant_id, now, user_id)
    if not found:
        raise NotFound
    return found[0]


async def send_link(entrance: Entrance, manager: Manager, user_id: UUID, now: datetime) -> str | None:
    """Make a person's link. It goes by mail; without mail it is returned, to be handed over, once.

    Raises :class:`NotFound`, and :class:`ManagedElsewhere` when the link would be shown to somebody whom it would let
    in where it has no place: another client's person, or a client's person to the outsourcer's.
    """
    person = await one_of(entrance.control, manager.tenant_id, user_id, now)
    invites = not person.password
    if not entrance.mail and not (person.ours and (manager.own_company or invites)):
        raise ManagedElsewhere
    token, mailed = await make_link(entrance, user_id, now, actor=manager.actor)
    return None if mailed else token


async def end_sessions(entrance: Entrance, manager: Manager, user_id: UUID, now: datetime) -> None:
    """Sign one of one's people out everywhere. Raises :class:`NotFound`."""
    await one_of(entrance.control, manager.tenant_id, user_id, now)
    ended = await end_others(entrance.control, user_id, None)
    await pending.forget_all(entrance.control, user_id)
    await tell(entrance, user_id, SessionsEnded(str(user_id), ended), now, actor=manager.actor)


async def remove_factors(entrance: Entrance, manager: Manager, user_id: UUID, now: datetime) -> None:
    """Take the second factors of somebody who lost them; the person is told. Raises as :func:`_ours`."""
    await _ours(entrance.control, manager, user_id, now)
    await drop_factors(entrance, user_id, now, manager.actor)


async def drop_factors(entrance: Entrance, user_id: UUID, now: datetime, actor: Actor) -> None:
    """Forget all second factors of a person, end its sessions, tell it and its journals."""
    await tell(entrance, user_id, SecondFactorChanged(str(user_id), "removed", "all"), now, actor=actor)
    await factors.remove_all(entrance.control, user_id)
    await end_others(entrance.control, user_id, None)
    await pending.forget_all(entrance.control, user_id)
    await letters.write(entrance, user_id, "factor_removed", now)


async def lift_lock(entrance: Entrance, manager: Manager, user_id: UUID, now: datetime) -> None:
    """Lift the lock after too many wrong second factors. Raises as :func:`_ours`."""
    await _ours(entrance.control, manager, user_id, now)
    await unlock(entrance, user_id, now, manager.actor)


async def unlock(entrance: Entrance, user_id: UUID, now: datetime, actor: Actor) -> None:
    """Lift a lock, with its fact; harmless when there is none."""
    if await standing.lift(entrance.control, user_id):
        await tell(entrance, user_id, SignInUnlocked(str(user_id)), now, actor=actor)


async def _ours(control: Database, manager: Manager, user_id: UUID, now: datetime) -> None:
    """Raise :class:`NotFound` for somebody else's person, :class:`ManagedElsewhere` for one who is not only ours."""
    if not (await one_of(control, manager.tenant_id, user_id, now)).ours:
        raise ManagedElsewhere


async def _people(control: Database, tenant_id: UUID, now: datetime, only: UUID | None) -> list[Person]:
    rows = await (await control.pool()).fetch(
        _PEOPLE, tenant_id, now, now - IDLE, sorted(map(str, CLIENT_PEOPLE)), only
    )
    return [
        Person(**dict(r)) if r["ours"] else Person(r["id"], r["email"], r["name"], r["role"], ours=False) for r in rows
    ]
