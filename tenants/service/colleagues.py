"""The outsourcer's own people, looked after by a colleague: who there is, who comes, in which role, who is locked out.

Whom the centre file names has its role from there. Whoever was added here enters no client before that client lets it
in: else one colleague could give itself, under another name, the standing access that only the file gives. The facts
are in the installation's journal.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from journal.core.facts import Actor
from kit.db import Database
from kit.errors import NotFound, ValidationFailed
from kit.ids import new_id
from tenants.access import Principal
from tenants.core.permissions import STAFF, Role
from tenants.core.texts import normalised
from tenants.identity.errors import LinkNeedsMail, NamedInFile, NotOneself, TakenAddress
from tenants.identity.facts import ColleagueChanged, SessionsEnded
from tenants.service import pending
from tenants.service.entrance import Entrance, tell
from tenants.service.links import make_link
from tenants.service.people_access import drop_factors, unlock
from tenants.service.sessions import IDLE, end_others

ROLES = (Role.SUPERVISOR, Role.QUALITY)
"""What a colleague may be made here. An agent needs a seat, which the centre file gives; and whoever decides about
erasing a client is named there too: two have to agree on that, and one could else make itself two."""
LOCALES = ("en", "zh-CN", "zh-HK", "zh-TW")
LONGEST_NAME, LONGEST_EMAIL = 80, 254

_PEOPLE = """
SELECT u.id, u.email, u.name, u.staff_role AS role, u.added_by_colleague AS added,
  u.password_hash IS NOT NULL AS password, s.signed_in_at, s.locked_at, a.seat_id AS seat,
  EXISTS (SELECT FROM control.authenticator f WHERE f.user_id = u.id AND f.confirmed_at IS NOT NULL) AS authenticator,
  (SELECT count(*) FROM control.passkey k WHERE k.user_id = u.id) AS passkeys,
  (SELECT count(*) FROM control.session x WHERE x.user_id = u.id AND x.expires_at > $1
     AND (x.seen_at > $2 OR u.staff_role = 'agent')) AS sessions,
  (SELECT l.expires_at FROM control.sign_in_link l WHERE l.user_id = u.id AND l.expires_at > $1) AS link_until
FROM control."user" u LEFT JOIN control.standing s ON s.user_id = u.id LEFT JOIN control.agent a ON a.user_id = u.id
WHERE u.staff_role = ANY($3) AND u.disabled_at IS NULL AND ($4::uuid IS NULL OR u.id = $4)
  AND NOT EXISTS (SELECT FROM control.tenant t WHERE t.synthetic AND t.code = ANY(u.clients))
ORDER BY u.staff_role = 'agent', u.name, u.email
"""
_ADD = """
INSERT INTO control."user" AS u (id, email, name, locale, staff_role, clients, added_by_colleague)
VALUES ($1, $2, $3, $4, $5, '{}', true)
ON CONFLICT (email) DO UPDATE SET name = $3, locale = $4, staff_role = $5, clients = '{}', added_by_colleague = true,
  disabled_at = NULL, password_hash = NULL
WHERE u.disabled_at IS NOT NULL AND u.staff_role IS NULL
  AND NOT EXISTS (SELECT FROM control.membership m WHERE m.user_id = u.id)
RETURNING id
"""
_LOCK = """
INSERT INTO control.standing AS s (user_id, locked_at) VALUES ($1, $2)
ON CONFLICT (user_id) DO UPDATE SET locked_at = coalesce(s.locked_at, $2)
"""


@dataclass(frozen=True, slots=True)
class Colleague:
    """One of the outsourcer's people. ``added``: by a colleague, so the centre file does not say who it is."""

    id: UUID
    email: str
    name: str
    role: str
    added: bool
    password: bool
    signed_in_at: datetime | None
    locked_at: datetime | None
    seat: str | None
    authenticator: bool
    passkeys: int
    sessions: int
    link_until: datetime | None


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Who is to come."""

    email: str
    name: str
    role: str
    locale: str


async def colleagues(control: Database, now: datetime) -> list[Colleague]:
    """Return all of the outsourcer's people, agents last, by name."""
    return await _people(control, now, None)


async def one_of(control: Database, user_id: UUID, now: datetime) -> Colleague:
    """Return one of them. Raises :class:`NotFound` for a client's person, as for nobody."""
    found = await _people(control, now, user_id)
    if not found:
        raise NotFound
    return found[0]


async def add(entrance: Entrance, who: Principal, newcomer: Newcomer, now: datetime) -> str | None:
    """Add a colleague and make its link: by mail, else returned, to be handed over once.

    Raises ``ValidationFailed``, and :class:`TakenAddress` for the address of anybody who is here already.
    """
    email, name = newcomer.email.strip().lower(), _name(newcomer.name)
    local, _, domain = email.partition("@")
    fits = email.isprintable() and email.count("@") == 1 and local and domain and " " not in email
    if (
        not fits
        or len(email) > LONGEST_EMAIL
        or not 1 <= len(name) <= LONGEST_NAME
        or newcomer.role not in ROLES
        or newcomer.locale not in LOCALES
    ):
        raise ValidationFailed("an address, a name and a role are needed")
    try:
        user = await (await entrance.control.pool()).fetchval(
            _ADD, new_id(), email, name, newcomer.locale, str(newcomer.role)
        )
    except asyncpg.CheckViolationError as error:
        raise ValidationFailed("the address, the name or the language is not usable") from error
    if user is None:
        raise TakenAddress
    await tell(entrance, user, ColleagueChanged(str(user), "added", str(newcomer.role)), now, actor=_actor(who))
    return await link(entrance, who, user, now)


async def link(entrance: Entrance, who: Principal, user_id: UUID, now: datetime) -> str | None:
    """Make a colleague's link to set its password: by mail, else returned.

    Raises :class:`NotFound`, and :class:`LinkNeedsMail`: who sees the link of a colleague that clients let in, or that
    came in before, would come in where it has no place itself.
    """
    person = await one_of(entrance.control, user_id, now)
    if not entrance.mail and (person.password or not person.added):
        raise LinkNeedsMail
    token, mailed = await make_link(entrance, user_id, now, actor=_actor(who))
    return None if mailed else token


async def give_role(entrance: Entrance, who: Principal, user_id: UUID, role: str, now: datetime) -> None:
    """Give a colleague another role; it signs in anew. Raises as :func:`_changeable`, and ``ValidationFailed``."""
    person = await _changeable(entrance.control, who, user_id, now)
    if role not in ROLES:
        raise ValidationFailed("no role that can be given here")
    if role != person.role:
        await _tell(entrance, who, ColleagueChanged(str(user_id), "role", role), now)
        await _set(entrance, user_id, "staff_role = $2", role)


async def dismiss(entrance: Entrance, who: Principal, user_id: UUID, now: datetime) -> None:
    """Let a colleague in no more. Raises as :func:`_changeable`."""
    await _changeable(entrance.control, who, user_id, now)
    await _tell(entrance, who, ColleagueChanged(str(user_id), "dismissed", None), now)
    await _set(entrance, user_id, "staff_role = NULL, disabled_at = $2", now)


async def lock(entrance: Entrance, who: Principal, user_id: UUID, now: datetime) -> None:
    """Lock a colleague out until somebody lifts it. Raises :class:`NotFound`, :class:`NotOneself`."""
    await _other(entrance.control, who, user_id, now)
    await _tell(entrance, who, ColleagueChanged(str(user_id), "locked", None), now)
    await (await entrance.control.pool()).execute(_LOCK, user_id, now)
    await _sign_out(entrance, user_id)


async def lift_lock(entrance: Entrance, who: Principal, user_id: UUID, now: datetime) -> None:
    """Lift a lock. Raises :class:`NotFound`, :class:`NotOneself`."""
    await _other(entrance.control, who, user_id, now)
    await unlock(entrance, user_id, now, _actor(who))


async def remove_factors(entrance: Entrance, who: Principal, user_id: UUID, now: datetime) -> None:
    """Take the second factors of a colleague who lost them. Raises :class:`NotFound`, :class:`NotOneself`."""
    await _other(entrance.control, who, user_id, now)
    await drop_factors(entrance, user_id, now, _actor(who))


async def end_sessions(entrance: Entrance, who: Principal, user_id: UUID, now: datetime) -> None:
    """Sign a colleague out everywhere. Raises :class:`NotFound`."""
    await one_of(entrance.control, user_id, now)
    ended = await _sign_out(entrance, user_id)
    await tell(entrance, user_id, SessionsEnded(str(user_id), ended), now, actor=_actor(who))


async def _other(control: Database, who: Principal, user_id: UUID, now: datetime) -> Colleague:
    """Return somebody else. Raises :class:`NotFound`, and :class:`NotOneself`: so there is always one who can."""
    person = await one_of(control, user_id, now)
    if str(user_id) == who.id:
        raise NotOneself
    return person


async def _changeable(control: Database, who: Principal, user_id: UUID, now: datetime) -> Colleague:
    """Raise besides :class:`NamedInFile` for whom the centre file names."""
    person = await _other(control, who, user_id, now)
    if not person.added:
        raise NamedInFile
    return person


async def _set(entrance: Entrance, user_id: UUID, what: str, value: object) -> None:
    changed = f'UPDATE control."user" SET {what} WHERE id = $1 AND added_by_colleague'  # noqa: S608 - our own words
    await (await entrance.control.pool()).execute(changed, user_id, value)
    await _sign_out(entrance, user_id)


async def _sign_out(entrance: Entrance, user_id: UUID) -> int:
    ended = await end_others(entrance.control, user_id, None)
    await pending.forget_all(entrance.control, user_id)
    return ended


async def _tell(entrance: Entrance, who: Principal, fact: ColleagueChanged, now: datetime) -> None:
    await tell(entrance, UUID(fact.user_id), fact, now, actor=_actor(who))


def _name(typed: str) -> str:
    """Return a name in any script, without what nobody sees. Raises ``ValidationFailed``."""
    try:
        return normalised(" ".join(typed.split()))
    except ValueError as error:
        raise ValidationFailed(str(error)) from error


def _actor(who: Principal) -> Actor:
    return Actor("user", who.id)


async def _people(control: Database, now: datetime, only: UUID | None) -> list[Colleague]:
    rows: list[Any] = await (await control.pool()).fetch(_PEOPLE, now, now - IDLE, sorted(map(str, STAFF)), only)
    return [Colleague(**dict(row)) for row in rows]
