"""Signing in: a password, then a second factor where there is one; or a passkey, which is both.

The answer to a wrong password, an unknown, a disabled and a password-less person is the same, after the same work; the
fact about a known person is written once the answer has gone (:func:`tell_failed`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from kit.db import Database
from kit.ids import new_id
from tenants.access import Principal
from tenants.core.browsers import family, network
from tenants.errors import WrongPassword
from tenants.identity.errors import SignInExpired, WrongCode
from tenants.identity.facts import SignedIn, SignInFailed
from tenants.service import passkeys, passwords, pending, standing
from tenants.service.entrance import Entrance, seem_to_tell, tell
from tenants.service.factors import factors_of
from tenants.service.second import passkey_tried, show_second
from tenants.service.sessions import How, confirm_session, open_session

_BY_EMAIL = """
SELECT u.id, u.password_hash, a.confirmed_at IS NOT NULL
  OR EXISTS (SELECT FROM control.passkey k WHERE k.user_id = u.id) AS second
FROM control."user" u LEFT JOIN control.authenticator a ON a.user_id = u.id
WHERE u.email = $1 AND u.disabled_at IS NULL
"""


@dataclass(frozen=True, slots=True)
class Visit:
    """Where a request comes from: the network address, and what the browser calls itself."""

    address: str
    user_agent: str = ""

    def how(self, method: str) -> How:
        """Return what a session keeps of it."""
        return How(method, family(self.user_agent), network(self.address))


@dataclass(frozen=True, slots=True)
class Attempt:
    """What somebody typed, and where."""

    email: str
    password: str = field(repr=False)
    visit: Visit

    @property
    def person(self) -> str:
        """The e-mail address as it is stored: trimmed, in lower case."""
        return self.email.strip().lower()


@dataclass(frozen=True, slots=True)
class Passed:
    """The password was right: a session's token, or the token of the second step that is still to come."""

    user_id: UUID
    session: str = field(default="", repr=False)
    second_step: str = field(default="", repr=False)


async def sign_in(entrance: Entrance, attempt: Attempt, now: datetime) -> Passed:
    """Check the password; open a session, or the second step of a person who has a second factor.

    Raises :class:`WrongPassword` (also for an unknown or disabled person, after the same time), ``TooManySignIns``,
    ``SignInBusy`` and, with the right password only, ``SignInLocked``.
    """
    await entrance.door.knock(attempt.visit.address, attempt.person)
    pool = await entrance.control.pool()
    row = await pool.fetchrow(_BY_EMAIL, attempt.person)
    if not await passwords.verify(attempt.password, row["password_hash"] if row else None) or row is None:
        wrong = WrongPassword()
        wrong.user_id = row["id"] if row else None
        raise wrong
    await entrance.door.welcome(attempt.visit.address, attempt.person)
    await standing.refuse_locked(entrance.control, row["id"])
    if row["second"]:
        token = await pending.open_pending(entrance.control, "second_step", now, user_id=row["id"])
        return Passed(row["id"], second_step=token)
    return Passed(row["id"], await admit(entrance, row["id"], attempt.visit.how("password"), now))


async def tell_failed(entrance: Entrance, problem: WrongPassword, now: datetime) -> None:
    """Write down that somebody did not know a known person's password; a stranger's address is kept nowhere."""
    if problem.user_id is not None:
        await tell(entrance, problem.user_id, SignInFailed(str(problem.user_id), "password"), now)
    else:
        await seem_to_tell(entrance, SignInFailed(str(new_id()), "password"), now)


async def take_code(entrance: Entrance, token: str, code: str, visit: Visit, now: datetime) -> str:
    """Take the second step with an authenticator's code or a recovery code; return the session's token.

    Raises :class:`SignInExpired`, :class:`WrongCode` and ``SignInLocked``.
    """
    asked = await pending.claim(entrance.control, token, "second_step", now)
    shown = await show_second(entrance, asked.person(), code, now)
    await pending.finish(entrance.control, token)
    return await admit(entrance, asked.person(), visit.how(f"password+{shown}"), now)


@dataclass(frozen=True, slots=True)
class Shown:
    """A device's answer to a passkey's challenge, and the proof that it belongs to."""

    token: str = field(repr=False)
    answer: str = field(repr=False)
    site: passkeys.Site


async def take_passkey(entrance: Entrance, shown: Shown, visit: Visit, now: datetime) -> str:
    """Sign in with a passkey, alone or as the second step; return the session's token.

    Raises :class:`SignInExpired`, :class:`WrongCode`, ``TooManySignIns`` and ``SignInLocked``.
    """
    claim = await passkeys.claimed(entrance.control, shown.token, shown.answer, now)
    if claim.asked.purpose not in {"passkey", "second_step"}:
        raise SignInExpired
    async with passkey_tried(entrance, claim.user_id, visit.address, now):
        await passkeys.check(entrance.control, claim, shown.site, now)
    await pending.finish(entrance.control, shown.token)
    return await admit(entrance, claim.user_id, visit.how("passkey"), now)


async def admit(entrance: Entrance, user_id: UUID, how: How, now: datetime) -> str:
    """Open a session for a person who showed everything, and say so in its journals; return the token."""
    await tell(entrance, user_id, SignedIn(str(user_id), how.method), now)
    await standing.signed_in(entrance.control, user_id, now)
    tenant_id = await _first_tenant(entrance.control, user_id)
    return await open_session(entrance.control, user_id, now, tenant_id=tenant_id, how=how)


async def confirm(entrance: Entrance, who: Principal, token: str, typed: tuple[str, str], now: datetime) -> str:
    """Prove again that it is the same person, with password and code as at sign-in; return the session's new token.

    Raises :class:`WrongPassword`, :class:`WrongCode`, ``SignInLocked``, ``TooManySignIns`` and ``NotSignedIn``.
    """
    password, code = typed
    user_id = UUID(who.id)
    await entrance.door.knock("", who.email)
    stored = await (await entrance.control.pool()).fetchval(
        'SELECT password_hash FROM control."user" WHERE id = $1', user_id
    )
    if not await passwords.verify(password, stored):
        await tell(entrance, user_id, SignInFailed(who.id, "password"), now)
        raise WrongPassword
    await entrance.door.welcome("", who.email)
    factors = await factors_of(entrance.control, user_id)
    if factors.second:
        await show_second(entrance, user_id, code, now)
    return await confirm_session(entrance.control, token, now)


async def confirm_with_passkey(entrance: Entrance, who: Principal, token: str, shown: Shown, now: datetime) -> str:
    """Prove the same with a passkey of one's own. Raises as :func:`take_passkey`."""
    claim = await passkeys.claimed(entrance.control, shown.token, shown.answer, now)
    if claim.asked.purpose != "confirm" or claim.user_id != UUID(who.id):
        raise WrongCode
    async with passkey_tried(entrance, claim.user_id, "", now):
        await passkeys.check(entrance.control, claim, shown.site, now)
    await pending.finish(entrance.control, shown.token)
    return await confirm_session(entrance.control, token, now)


async def _first_tenant(control: Database, user_id: UUID) -> UUID | None:
    """Return the tenant that a new session begins in: the first open one by name."""
    found: UUID | None = await (await control.pool()).fetchval(
        "SELECT t.id FROM control.place p JOIN control.tenant t ON t.id = p.tenant_id"
        " WHERE p.user_id = $1 AND t.state = 'active' ORDER BY t.name LIMIT 1",
        user_id,
    )
    return found
