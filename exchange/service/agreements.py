"""What both sides agreed about a connection, and what follows: keys, addresses and deliveries obey at once.

The control plane keeps which connections are not active, so that a key is refused before its tenant's database is
asked. It is written inside the tenant's transaction: should that fail at its end, the connection is closed and untold,
and whoever repeats the act tells it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import webhooks.service
from exchange import facts
from exchange.core.agreement import Act, Standing, State, after, possible
from exchange.errors import AgreementNotPossible, AgreementWrongSide
from exchange.service import erasing, rows
from exchange.service.rows import Row
from journal import service as journal
from journal.core.facts import Actor
from kit import outbox
from kit.db import AccessibleTenantId, Database, Scope
from tenants.idp.connections import Change, Planes
from tenants.oauth import clients

_FACTS: Final[Mapping[Act, type[facts.ConnectionAgreed]]] = {
    Act.INVITE: facts.ConnectionInvited,
    Act.ACCEPT: facts.ConnectionAccepted,
    Act.DECLINE: facts.ConnectionDeclined,
    Act.SUSPEND: facts.ConnectionSuspended,
    Act.RESUME: facts.ConnectionResumed,
    Act.REVOKE: facts.ConnectionRevoked,
}
_STAND = """
UPDATE gf.exchange_connection SET state = $3, side = $4, reason = $5, since = $6,
  adapter = CASE WHEN $3 = 'revoked' AND adapter IN ('mail', 'drop') THEN 'native' ELSE adapter END,
  token_hash = CASE WHEN $3 = 'revoked' THEN NULL ELSE token_hash END,
  secret = CASE WHEN $3 = 'revoked' THEN NULL ELSE secret END,
  secret_before = CASE WHEN $3 = 'revoked' THEN NULL ELSE secret_before END,
  ask_secret = CASE WHEN $3 = 'revoked' THEN NULL ELSE ask_secret END
WHERE tenant_id = $1 AND connection = $2
"""
_USED = """
SELECT EXISTS (SELECT FROM gf.work_order WHERE tenant_id = $1 AND connection = $2) AS used
"""
_WAITING = """
SELECT DISTINCT ON (lane_bidx) id FROM gf.exchange_inbox
WHERE tenant_id = $1 AND connection = $2 AND processed_at IS NULL ORDER BY lane_bidx, id
"""
"""Of each thing the oldest message that was kept before the exchange stopped."""
_HOLD = """
INSERT INTO control.connection_hold (tenant_id, connection, state) VALUES ($1, $2, $3)
ON CONFLICT (tenant_id, connection) DO UPDATE SET state = excluded.state
"""
_FREE = "DELETE FROM control.connection_hold WHERE tenant_id = $1 AND connection = $2"


@dataclass(frozen=True, slots=True)
class By:
    """Who acts for which side, and why."""

    actor: Actor
    side: str
    reason: str = ""


async def standing(scope: Scope, row: Row) -> Standing:
    """Return where a connection stands."""
    used = (await scope.fetch(_USED, scope.tenant_id, row["code"]))[0]["used"]
    return Standing(State(row["state"]), row["side"], used)


async def act(
    planes: Planes, tenant_id: AccessibleTenantId, code: str, what: Act, by: By, now: datetime
) -> Standing:  # fmt: skip
    """Take a step and return where it led.

    Raises ``NotFound``, :class:`AgreementNotPossible` and :class:`AgreementWrongSide`.
    """
    async with planes.plane.transaction(tenant_id) as scope:
        row = await rows.locked(scope, code)
        before = await standing(scope, row)
        to = _after(before, what, by.side)
        await _obey(planes.control, scope, code, to)
        await scope.fetch(_STAND, tenant_id, code, to.value, by.side, by.reason, now)
        await erasing.erase_unused(scope)
        fact = _FACTS[what](connection=code, side=by.side, state=to.value, reason=by.reason)
        journal.append(scope, fact, subject=row["connection_id"], at=now, actor=by.actor)
    if to is State.REVOKED:
        await _end_credentials(planes, Change(tenant_id, by.actor, now), code)
    return Standing(to, by.side, before.used)


def _after(before: Standing, what: Act, side: str) -> State:
    allowed = [each.value for each in possible(before, side)]
    try:
        to = after(before, what, side)
    except PermissionError as error:
        raise AgreementWrongSide(allowed=allowed) from error
    if to is None:
        raise AgreementNotPossible(f"It is {before.state}", allowed=allowed, state_now=before.state.value)
    return to


async def _obey(control: Database, scope: Scope, code: str, to: State) -> None:
    pool = await control.pool()
    if to is State.ACTIVE:
        await webhooks.service.release(scope, code)
        for waiting in await scope.fetch(_WAITING, scope.tenant_id, code):
            await outbox.add(scope, "exchange.process", {"subject": str(waiting["id"])})
        await pool.execute(_FREE, scope.tenant_id, code)
        return
    await webhooks.service.hold(scope, code)
    await pool.execute(_HOLD, scope.tenant_id, code, to.value)


async def _end_credentials(planes: Planes, change: Change, code: str) -> None:
    keys, registered = await clients.list_credentials(planes.control, change.tenant_id)
    for row in keys:
        if row["connection"] == code and row["revoked_at"] is None:
            await clients.end_key(planes, change, row["id"], "connection revoked")
    for row in registered:
        if row["connection"] == code and row["revoked_at"] is None:
            await clients.end_client(planes, change, row["id"], "connection revoked")
