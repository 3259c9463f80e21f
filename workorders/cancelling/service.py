"""Requests to cancel: ``accepted`` when received, ``inProgress``, then ``done`` or ``terminatedWithError`` (TMF697).

What nobody works on yet the requester cancels itself; what is under way only with the resolver's consent. A work order
that ends otherwise meanwhile ends the request.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from journal.core.facts import NewFact
from kit.db import Scope
from kit.errors import NotFound
from kit.ids import new_id
from workorders.cancelling.errors import CancelDirectly, CancellationDecided, CancellationOpen
from workorders.cancelling.facts import (
    WorkOrderCancellationDecided,
    WorkOrderCancellationRequested,
    WorkOrderCancellationTakenUp,
)
from workorders.cancelling.schemas import Decision, NewCancellation, cancellation
from workorders.core.doer import Doer
from workorders.core.states import Status, takes
from workorders.errors import TransitionNotAllowed, TransitionWrongSide
from workorders.facts import WorkOrderHappened
from workorders.schemas import Move
from workorders.service import sealing
from workorders.service.changes import moved, position_of
from workorders.service.rows import find
from workorders.service.telling import counted, doer_behind, tell
from workorders.service.turns import turn_of

UNDER_WAY: Final = frozenset({Status.IN_PROGRESS, Status.PENDING, Status.HELD})
"""What is cancelled by agreement only."""
_DECLINED = "declined"
_TABLE, _SEALED = "work_order_cancellation", ("reason", "decision_reason")
_NEWEST = f"""
SELECT * FROM gf.{_TABLE} WHERE tenant_id = $1 AND work_order_id = $2
ORDER BY decided_at DESC NULLS FIRST, id DESC LIMIT 1
"""  # noqa: S608 - our own constant
_REQUEST = f"""
WITH waits AS (UPDATE gf.work_order SET cancel_asked = true, turn = {turn_of("status", "pending_on", "true")}
  WHERE tenant_id = $1 AND id = $3)
INSERT INTO gf.{_TABLE} (tenant_id, id, work_order_id, state, reason, requested_side, requested_by_name, requested_at)
VALUES ($1, $2, $3, 'accepted', $4, $5, $6, $7)
"""  # noqa: S608 - the same
_DECIDE = f"""
WITH waits AS (UPDATE gf.work_order SET cancel_asked = false, turn = {turn_of("status", "pending_on", "false")}
  WHERE tenant_id = $1 AND id = $8)
UPDATE gf.{_TABLE} SET state = $3, error = $4, decision_reason = $5, decided_by_name = $6, decided_at = $7
WHERE tenant_id = $1 AND id = $2
"""  # noqa: S608 - the same
_TAKE_UP = f"UPDATE gf.{_TABLE} SET state = 'inProgress' WHERE tenant_id = $1 AND id = $2"  # noqa: S608 - the same


async def request(
    scope: Scope, work_order_id: UUID, body: NewCancellation, doer: Doer, now: datetime
) -> dict[str, Any]:
    """Ask the resolver to let the work order be cancelled, and return the request.

    Raises ``NotFound``, ``TransitionWrongSide``, :class:`CancelDirectly`, ``TransitionNotAllowed`` and
    :class:`CancellationOpen`.
    """
    order = await find(scope, work_order_id, doer, lock=True)
    position = position_of(order)
    if doer.side is not position.requester:
        raise TransitionWrongSide("Only the side that asked for it wishes it cancelled", allowed=[])
    allowed = [status.value for status in takes(position, doer.side, now)]
    if Status.CANCELLED in allowed:
        raise CancelDirectly("Move it to cancelled", transition=Status.CANCELLED.value, allowed=allowed)
    if position.status not in UNDER_WAY:
        raise TransitionNotAllowed(
            f"What is {position.status} is not cancelled", allowed=allowed, status_now=position.status.value
        )
    before = await _newest(scope, work_order_id)
    if before is not None and before["decided_at"] is None:
        raise CancellationOpen(existing=str(before["id"]))
    made = new_id()
    seal, _ = await sealing.sealer(scope, _TABLE, made)
    await scope.fetch(
        _REQUEST, scope.tenant_id, made, work_order_id, seal("reason", body.reason), doer.side.value, doer.name, now
    )
    return await _tell(scope, WorkOrderCancellationRequested, work_order_id, doer, now)


async def take_up(scope: Scope, work_order_id: UUID, doer: Doer, now: datetime) -> dict[str, Any]:
    """Say that one looks into the request, and return it; twice is once.

    Raises ``NotFound``, ``TransitionWrongSide`` and :class:`CancellationDecided`.
    """
    row = await _for_resolver(scope, work_order_id, doer)
    if row["decided_at"] is not None:
        raise CancellationDecided(state=row["state"], error=row["error"])
    if row["state"] == "inProgress":
        return cancellation(row)
    await scope.fetch(_TAKE_UP, scope.tenant_id, row["id"])
    return await _tell(scope, WorkOrderCancellationTakenUp, work_order_id, doer, now)


async def decide(scope: Scope, work_order_id: UUID, body: Decision, doer: Doer, now: datetime) -> dict[str, Any]:
    """Agree, which cancels the work order with the request's reason, or decline; return the request.

    The same decision again changes nothing. Raises ``NotFound``, ``TransitionWrongSide`` and
    :class:`CancellationDecided`.
    """
    row = await _for_resolver(scope, work_order_id, doer)
    if row["decided_at"] is not None:
        if row["error"] != (None if body.agree else _DECLINED):
            raise CancellationDecided(state=row["state"], error=row["error"])
        return cancellation(row)
    document = await _decided(scope, row, None if body.agree else _DECLINED, doer, now, reason=body.reason)
    if body.agree:
        order = await find(scope, work_order_id, doer)
        await moved(scope, order, Move(to=Status.CANCELLED, reason=row["reason"]), doer, now)
    return document


async def newest(scope: Scope, work_order_id: UUID, doer: Doer) -> dict[str, Any]:
    """Return the last request to cancel this work order. Raises ``NotFound``, also where there was none."""
    await find(scope, work_order_id, doer)
    row = await _newest(scope, work_order_id)
    if row is None:
        raise NotFound
    return cancellation(row)


async def follow(scope: Scope, fact: NewFact) -> bool:
    """End an open request when the work order ends otherwise (a reaction to ``WorkOrderStatusChanged``)."""
    _, after = fact.payload.data()["changes"]["status"]
    row = await _newest(scope, fact.subject) if after not in UNDER_WAY else None
    if row is not None and row["decided_at"] is None:
        await _decided(scope, row, after, doer_behind(fact), fact.at)
    return False


async def _newest(scope: Scope, work_order_id: UUID) -> Mapping[str, Any] | None:
    rows = await scope.fetch(_NEWEST, scope.tenant_id, work_order_id)
    return (await sealing.opened(scope, _TABLE, _SEALED, rows))[0] if rows else None


async def _for_resolver(scope: Scope, work_order_id: UUID, doer: Doer) -> Mapping[str, Any]:
    order = await find(scope, work_order_id, doer, lock=True)
    row = await _newest(scope, work_order_id)
    if row is None:
        raise NotFound
    if doer.side is position_of(order).requester:
        raise TransitionWrongSide("Only the side that works on it decides", allowed=[])
    return row


async def _decided(
    scope: Scope, row: Mapping[str, Any], error: str | None, doer: Doer, now: datetime, *, reason: str | None = None
) -> dict[str, Any]:
    seal, _ = await sealing.sealer(scope, _TABLE, row["id"])
    state, by = (
        ("done" if error is None else "terminatedWithError"),
        (doer.name if error in {None, _DECLINED} else None),
    )
    await scope.fetch(
        _DECIDE, scope.tenant_id, row["id"], state, error, seal("decision_reason", reason), by, now,
        row["work_order_id"],
    )  # fmt: skip
    return await _tell(scope, WorkOrderCancellationDecided, row["work_order_id"], doer, now)


async def _tell(
    scope: Scope, kind: type[WorkOrderHappened], work_order_id: UUID, doer: Doer, now: datetime
) -> dict[str, Any]:
    order, row = await counted(scope, work_order_id, now), await _newest(scope, work_order_id)
    if row is None:
        raise NotFound
    document = cancellation(row)
    tell(scope, kind, order, doer, now, cancellation=document)
    return document
