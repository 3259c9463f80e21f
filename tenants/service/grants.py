"""Staff access: ask for a client, decide, end, list. A grant is in force by its row and the clock, never by a job.

The rows are in the control plane, the facts in the tenant's journal; no transaction spans both. A row's ``told`` is the
last state that its journal has, and :func:`tell` writes what is missing: at once after each change, and from the
worker after a crash. What a person does inside never waits for that: its entry is a fact of its own, written first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg

from journal import service as journal
from journal.core.facts import SYSTEM, Actor, Payload
from kit.db import Database, Plane, Scope
from kit.errors import NotFound
from kit.ids import new_id
from tenants import facts
from tenants.access import INSTALLATION, Principal, for_system
from tenants.core import grants as rules
from tenants.core.grants import Kind, State
from tenants.core.permissions import Role
from tenants.errors import AskedAlready, DecidedAlready, NotForStaff, NotYourRole, ReasonNotClear
from tenants.service import visits
from tenants.service.assignments import FILE
from tenants.service.policies import approval_of

POLICY = "policy"
"""Who decides where the client's policy lets staff in without being asked."""

_INSERT = """
INSERT INTO control.staff_grant (id, user_id, tenant_id, code, role, kind, reason, minutes, asked_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
"""
_DECIDE = """
UPDATE control.staff_grant SET decided_at = $4::timestamptz, decided_by = $3, refused = NOT $5,
  from_at = CASE WHEN $5 THEN $4::timestamptz END,
  until_at = CASE WHEN $5 THEN $4::timestamptz + make_interval(mins => minutes) END
WHERE id = $1 AND tenant_id = $2 AND kind <> 'standing' AND decided_at IS NULL AND ended_at IS NULL
  AND asked_at > $4::timestamptz - $6::interval AND user_id::text <> $3 RETURNING id
"""
_END = """
UPDATE control.staff_grant SET ended_at = $4, ended_by = $3
WHERE id = $1 AND tenant_id = $2 AND ended_at IS NULL AND NOT refused
  AND (until_at IS NULL OR until_at > $4) RETURNING id
"""
_STATE = """CASE WHEN g.refused THEN 'refused' WHEN g.ended_at IS NOT NULL THEN 'ended'
  WHEN g.decided_at IS NOT NULL THEN 'in_force' ELSE 'asked' END"""
_LIST = """
SELECT g.*, u.name, u.email, d.name AS decider, e.name AS ender FROM control.staff_grant g
JOIN control."user" u ON u.id = g.user_id LEFT JOIN control."user" d ON d.id::text = g.decided_by
LEFT JOIN control."user" e ON e.id::text = g.ended_by
"""
_OF_TENANT = _LIST + "WHERE g.tenant_id = $1 ORDER BY g.asked_at DESC, g.id DESC LIMIT $2"
_OF_USER = _LIST + "WHERE g.user_id = $1 AND g.kind <> 'standing' ORDER BY g.asked_at DESC, g.id DESC LIMIT $2"
_CLOSED = """
SELECT DISTINCT t.id, t.code, t.name FROM control.staff_grant g JOIN control.tenant t ON t.id = g.tenant_id
WHERE g.user_id = $1 AND g.kind = 'standing' AND g.ended_at IS NOT NULL AND g.ended_by <> 'centre file'
  AND t.state = 'active' AND NOT t.synthetic
  AND NOT EXISTS (SELECT FROM control.place p WHERE p.user_id = g.user_id AND p.tenant_id = g.tenant_id)
ORDER BY t.name
"""
_UNTOLD = _LIST + f"WHERE g.tenant_id = $1 AND g.told <> {_STATE} ORDER BY g.asked_at, g.id LIMIT 200"
_ALL_UNTOLD = f"SELECT DISTINCT tenant_id FROM control.staff_grant g WHERE tenant_id IS NOT NULL AND g.told <> {_STATE}"  # noqa: S608


@dataclass(frozen=True, slots=True)
class Ask:
    """What somebody asks for."""

    code: str
    role: Role
    reason: str
    minutes: int


async def ask(control: Database, plane: Plane, who: Principal, wanted: Ask, now: datetime) -> UUID:
    """Ask for access and return the request. Where the client's policy is ``standing`` it is in force at once.

    A code that nobody has is answered like one that somebody has: the list of clients is secret. Raises
    :class:`NotYourRole`, :class:`ReasonNotClear`, :class:`AskedAlready`.
    """
    own = who.staff_role
    if own is None or wanted.role not in rules.ROLES.get(own, ()) or wanted.minutes not in rules.minutes_for(own):
        raise NotYourRole
    reason = rules.clean_reason(wanted.reason)
    if reason is None:
        raise ReasonNotClear
    pool = await control.pool()
    tenant_id = await pool.fetchval(
        "SELECT id FROM control.tenant WHERE code = $1 AND id <> $2 AND state <> 'left'", wanted.code, INSTALLATION
    )
    kind, grant_id = rules.kind_for(own), new_id()
    await _lapse(pool, UUID(who.id), wanted.code, now)
    try:
        await pool.execute(_INSERT, grant_id, UUID(who.id), tenant_id, wanted.code, wanted.role.value, kind.value,
                           reason, wanted.minutes, now)  # fmt: skip
    except asyncpg.UniqueViolationError as error:
        raise AskedAlready from error
    if tenant_id is not None:
        await tell(control, plane, tenant_id, now)
        if await approval_of(plane, for_system(tenant_id, "staff access")) == Kind.STANDING:
            await _decide(pool, grant_id, tenant_id, POLICY, now, approve=True)
            await tell(control, plane, tenant_id, now)
    return grant_id


async def decide(
    control: Database, plane: Plane, who: Principal, grant_id: UUID, now: datetime, *, approve: bool
) -> None:
    """Approve or refuse a request to the tenant that ``who`` has chosen, once.

    Raises :class:`NotFound` for another tenant's as for none, :class:`DecidedAlready`, and :class:`NotForStaff`.
    """
    tenant_id = _own_tenant(who)
    pool = await control.pool()
    if not await _decide(pool, grant_id, tenant_id, who.id, now, approve=approve):
        known = "SELECT 1 FROM control.staff_grant WHERE id = $1 AND tenant_id = $2"
        raise DecidedAlready if await pool.fetchval(known, grant_id, tenant_id) else NotFound
    await tell(control, plane, tenant_id, now)


async def end(control: Database, plane: Plane, who: Principal, grant_id: UUID, now: datetime) -> None:
    """End a grant, or take back a request, of the tenant that ``who`` has chosen. Raises as :func:`decide`."""
    await _end(control, plane, grant_id, _own_tenant(who), who.id, now)


async def give_back(control: Database, plane: Plane, who: Principal, grant_id: UUID, now: datetime) -> None:
    """Let a person end what it asked for itself. Raises :class:`NotFound` and :class:`DecidedAlready`."""
    pool = await control.pool()
    row = await pool.fetchrow("SELECT tenant_id FROM control.staff_grant WHERE id = $1 AND user_id::text = $2",
                              grant_id, who.id)  # fmt: skip
    if row is None:
        raise NotFound
    if row["tenant_id"] is not None:
        await _end(control, plane, grant_id, row["tenant_id"], who.id, now)
        return
    await pool.execute("UPDATE control.staff_grant SET ended_at = $2, ended_by = $3 WHERE id = $1 AND ended_at IS NULL",
                       grant_id, now, who.id)  # fmt: skip


async def of_tenant(control: Database, tenant_id: UUID, now: datetime, limit: int = 200) -> list[dict[str, Any]]:
    """Return a tenant's grants and requests, newest first: what its people see."""
    return [_shown(row, now) for row in await (await control.pool()).fetch(_OF_TENANT, tenant_id, limit)]


async def of_user(control: Database, user_id: str, now: datetime, limit: int = 50) -> list[dict[str, Any]]:
    """Return what a person asked for, newest first."""
    return [_shown(row, now) for row in await (await control.pool()).fetch(_OF_USER, UUID(user_id), limit)]


async def closed_to(control: Database, user_id: str) -> list[dict[str, Any]]:
    """Return the clients that the centre file assigns to a person and that have closed their door to it."""
    return [dict(row) for row in await (await control.pool()).fetch(_CLOSED, UUID(user_id))]


async def serves_all(control: Database, who: Principal) -> bool:
    """Say whether the centre file assigns a person to every client, and not to some: only then it knows their list."""
    unlimited = 'SELECT clients IS NULL FROM control."user" WHERE id = $1'
    return bool(await (await control.pool()).fetchval(unlimited, UUID(who.id)))


async def tell(control: Database, plane: Plane, tenant_id: UUID, now: datetime) -> int:
    """Write what the tenant's journal does not know yet of its grants; return how many facts that were."""
    pool, told = await control.pool(), 0
    for row in await pool.fetch(_UNTOLD, tenant_id):
        state = _told_state(row)
        async with plane.transaction(for_system(tenant_id, "staff access")) as scope:
            told += await _tell(scope, row, state, now)
        if row["kind"] == Kind.BREAK_GLASS:
            async with plane.transaction(for_system(INSTALLATION, "staff access")) as scope:
                await _tell(scope, row, state, now)
        await pool.execute("UPDATE control.staff_grant SET told = $2 WHERE id = $1", row["id"], state)
    return told


async def untold(control: Database) -> list[UUID]:
    """Return the tenants whose journal does not know everything yet: the worker tells them."""
    return [row["tenant_id"] for row in await (await control.pool()).fetch(_ALL_UNTOLD)]


def _own_tenant(who: Principal) -> UUID:
    if who.is_staff or who.kind != "user":
        raise NotForStaff
    if who.chosen is None:
        raise NotFound
    return who.chosen


async def _lapse(pool: Any, user_id: UUID, code: str, now: datetime) -> None:  # noqa: ANN401 - asyncpg's pool
    """Close one's own request that nobody answered in time, so that another can be made."""
    await pool.execute(
        "UPDATE control.staff_grant SET ended_at = $3::timestamptz, ended_by = 'lapsed' WHERE user_id = $1"
        " AND code = $2 AND decided_at IS NULL AND ended_at IS NULL AND kind <> 'standing'"
        " AND asked_at <= $3::timestamptz - $4::interval",
        user_id, code, now, rules.LAPSE,
    )  # fmt: skip


async def _decide(pool: Any, grant_id: UUID, tenant_id: UUID, by: str, now: datetime, *, approve: bool) -> bool:  # noqa: ANN401 - asyncpg's pool
    return await pool.fetchval(_DECIDE, grant_id, tenant_id, by, now, approve, rules.LAPSE) is not None


async def _end(control: Database, plane: Plane, grant_id: UUID, tenant_id: UUID, by: str, now: datetime) -> None:
    pool = await control.pool()
    if await pool.fetchval(_END, grant_id, tenant_id, by, now) is None:
        known = "SELECT 1 FROM control.staff_grant WHERE id = $1 AND tenant_id = $2"
        raise DecidedAlready if await pool.fetchval(known, grant_id, tenant_id) else NotFound
    await tell(control, plane, tenant_id, now)
    await visits.sweep(control, plane, for_system(tenant_id, "staff access"), now)


def _told_state(row: Mapping[str, Any]) -> State:
    if row["refused"]:
        return State.REFUSED
    if row["ended_at"] is not None:
        return State.ENDED
    return State.IN_FORCE if row["decided_at"] is not None else State.ASKED


async def _tell(scope: Scope, row: Mapping[str, Any], state: State, now: datetime) -> int:
    """Append the facts up to ``state`` that are not in the journal yet."""
    had = {fact.kind for fact in await journal.history(scope, row["id"])}
    missing = [(by, payload) for by, payload in _facts(row, state) if payload.KIND not in had]
    for by, payload in missing:
        journal.append(scope, payload, subject=row["id"], at=now, actor=Actor("user", by) if by else SYSTEM)
    return len(missing)


def _facts(row: Mapping[str, Any], state: State) -> Sequence[tuple[str, Payload]]:
    who = {"user_id": str(row["user_id"]), "name": row["name"], "role": row["role"]}
    found: list[tuple[str, Payload]] = []
    if row["kind"] != Kind.STANDING:
        found.append((who["user_id"], facts.StaffAccessAsked(
            **who, kind=row["kind"], reason=row["reason"], minutes=row["minutes"])))  # fmt: skip
    decider, ender = row["decided_by"] or "", row["ended_by"] or ""
    if state is State.REFUSED:
        found.append((decider, facts.StaffAccessRefused(**who, by=decider)))
    elif row["decided_at"] is not None:
        until = row["until_at"].isoformat() if row["until_at"] else None
        found.append((_person(decider), facts.StaffAccessGranted(
            **who, kind=row["kind"], reason=row["reason"], by=decider, until=until)))  # fmt: skip
    if state is State.ENDED:
        found.append((_person(ender), facts.StaffAccessEnded(**who, by=ender)))
    return found


def _person(by: str) -> str:
    return "" if by in {POLICY, FILE, "lapsed"} else by


def _shown(row: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    state = rules.state_of(
        row["asked_at"], row["decided_at"], row["until_at"], row["ended_at"], now, refused=row["refused"]
    )
    names = ("id", "tenant_id", "code", "name", "email", "role", "kind", "reason", "minutes", "asked_at", "decided_at",
             "from_at", "until_at", "ended_at", "user_id")  # fmt: skip
    left = max(row["until_at"] - now, timedelta()) if row["until_at"] and state is State.IN_FORCE else None
    people = {
        "decided_by": row["decider"] or row["decided_by"] or "",
        "ended_by": row["ender"] or row["ended_by"] or "",
    }
    return {**{name: row[name] for name in names}, **people, "state": state.value, "left": left}
