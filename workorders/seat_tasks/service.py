"""What a seat does about a work order: open, accepted, then done or failed; the client may withdraw an open one.

A task belongs to the agent who raised the work order. A supervisor may give it to another one who serves the client;
one whose agent is gone waits for the supervisors.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from journal.core.facts import SYSTEM, NewFact
from kit.db import Scope
from kit.errors import Detail, Forbidden, NotFound, ValidationFailed
from workorders.core.doer import Doer
from workorders.core.states import TERMINAL, Side, Status
from workorders.errors import TransitionWrongSide, WorkOrderOver
from workorders.facts import WorkOrderHappened
from workorders.schemas import Move
from workorders.seat_tasks import rows
from workorders.seat_tasks.errors import SeatTaskState, TooManySeatTasks
from workorders.seat_tasks.facts import (
    WorkOrderSeatTaskAccepted,
    WorkOrderSeatTaskCompleted,
    WorkOrderSeatTaskCreated,
    WorkOrderSeatTaskHandedOver,
)
from workorders.seat_tasks.schemas import Completion, NewSeatTask, seat_task
from workorders.service.changes import transition
from workorders.service.lists import Page, read_cursor, write_cursor
from workorders.service.rows import find
from workorders.service.rules import rules_of
from workorders.service.telling import counted, tell

MOST = 100
"""Tasks of one work order."""
_RULE = Doer(Side.OUTSOURCER, SYSTEM.kind, SYSTEM.id, "")
_SERVES = "SELECT 1 AS one FROM gf.agent_profile WHERE tenant_id = $1 AND agent_id = $2 AND retired_at IS NULL"
_CALL = "SELECT 1 AS one FROM gf.interaction WHERE tenant_id = $1 AND id = $2"


async def create(scope: Scope, work_order_id: UUID, body: NewSeatTask, doer: Doer, now: datetime) -> dict[str, Any]:
    """Ask the seat that raised the work order for something, and return the task.

    Raises ``NotFound``, ``TransitionWrongSide``, :class:`WorkOrderOver`, :class:`TooManySeatTasks` and
    ``ValidationFailed``.
    """
    order = await find(scope, work_order_id, doer, lock=True)
    if doer.side is not Side.TENANT or order["requester_side"] != Side.OUTSOURCER:
        raise TransitionWrongSide("Only the client asks the seat, about what the seat has raised", allowed=[])
    if order["status"] in TERMINAL:
        raise WorkOrderOver
    if body.due_at is not None and body.due_at <= now:
        raise ValidationFailed("due_at is over", errors=(Detail("/due_at", "past", "lies ahead"),))
    if len(await rows.of_order(scope, work_order_id)) >= MOST:
        raise TooManySeatTasks
    row = await rows.insert(scope, order, rows.Wanted(body.kind, body.instructions, body.due_at), doer, now)
    return await _tell(scope, WorkOrderSeatTaskCreated, row, doer, now)


async def withdraw(scope: Scope, work_order_id: UUID, task: UUID, doer: Doer, now: datetime) -> dict[str, Any]:
    """Take back a task that nobody has accepted, and return it; twice is once.

    Raises ``NotFound``, ``TransitionWrongSide`` and :class:`SeatTaskState`.
    """
    _, row = await rows.found(scope, work_order_id, task, doer, lock=True)
    if doer.side is not Side.TENANT:
        raise TransitionWrongSide("Only the client takes its tasks back", allowed=[])
    if row["state"] == "withdrawn":
        return seat_task(row)
    _refuse_unless(row, "open")
    return await _withdrawn(scope, row, doer, now)


async def accept(scope: Scope, work_order_id: UUID, task: UUID, doer: Doer, now: datetime) -> dict[str, Any]:
    """Take a task in hand, and return it; twice is once. Raises ``NotFound``, ``Forbidden``, :class:`SeatTaskState`."""
    _, row = await rows.found(scope, work_order_id, task, doer, lock=True)
    _refuse_others(row, doer)
    if row["state"] == "accepted":
        return seat_task(row)
    _refuse_unless(row, "open")
    after = await rows.change(scope, task, state="accepted", accepted_at=now)
    return await _tell(scope, WorkOrderSeatTaskAccepted, after, doer, now)


async def called(scope: Scope, task: UUID, call_id: UUID) -> None:
    """Note the call in which a task is being done."""
    await rows.change(scope, task, call_id=call_id)


async def complete(
    scope: Scope, work_order_id: UUID, task: UUID, body: Completion, doer: Doer, now: datetime
) -> dict[str, Any]:
    """Say how a task ended, and return it; the same again changes nothing. It may close the resolved work order.

    Raises ``NotFound``, ``Forbidden``, :class:`SeatTaskState`, ``ValidationFailed`` and, with ``close``,
    ``TransitionNotAllowed``.
    """
    order, row = await rows.found(scope, work_order_id, task, doer, lock=True)
    _refuse_others(row, doer)
    if row["state"] == body.state and row["outcome"] == body.outcome:
        return seat_task(row)
    _refuse_unless(row, "accepted")
    if row["kind"] == "collect_info" and body.outcome is None:
        raise ValidationFailed("say what you learnt", errors=(Detail("/outcome", "missing", "what was asked for"),))
    if body.call_id is not None and not await scope.fetch(_CALL, scope.tenant_id, body.call_id):
        raise ValidationFailed("there is no such call", errors=(Detail("/call_id", "unknown", "an interaction"),))
    after = await rows.change(
        scope, task, state=body.state, outcome=body.outcome, call_id=body.call_id or row["call_id"], completed_at=now
    )
    document = await _tell(scope, WorkOrderSeatTaskCompleted, after, doer, now)
    if body.close:
        await transition(scope, order["id"], Move(to=Status.CLOSED), replace(doer, agent_id=None), now)
    return document


async def hand_over(
    scope: Scope, work_order_id: UUID, task: UUID, agent_id: UUID, doer: Doer, now: datetime
) -> dict[str, Any]:
    """Give a task that is not over to another agent who serves the client, and return it; it is open again.

    Raises ``NotFound``, ``Forbidden``, :class:`SeatTaskState` and ``ValidationFailed``.
    """
    _, row = await rows.found(scope, work_order_id, task, doer, lock=True)
    if doer.side is not Side.OUTSOURCER or doer.agent_id is not None:
        raise Forbidden("Only the centre's supervisors hand a task over")
    _refuse_unless(row, "open", "accepted")
    if not await scope.fetch(_SERVES, scope.tenant_id, agent_id):
        raise ValidationFailed("nobody of this id serves the client", errors=(_UNKNOWN_AGENT,))
    if row["agent_id"] == agent_id:
        return seat_task(row)
    after = await rows.change(scope, task, agent_id=agent_id, state="open", accepted_at=None, call_id=None)
    return await _tell(scope, WorkOrderSeatTaskHandedOver, after, doer, now)


async def of_order(scope: Scope, work_order_id: UUID, doer: Doer) -> list[dict[str, Any]]:
    """Return the tasks about a work order, oldest first. Raises ``NotFound``."""
    await find(scope, work_order_id, doer)
    return [seat_task(row) for row in await rows.of_order(scope, work_order_id)]


async def waiting(scope: Scope, agent_id: UUID | None, doer: Doer, *, limit: int, after: str | None = None) -> Page:
    """Return a page of what the doer sees of the tasks that are not over, the most urgent first.

    ``agent_id``: of one agent only. An agent sees its own. Raises ``ValidationFailed`` for a cursor of another list.
    """
    behind = None if after is None else read_cursor(scope.tenant_id, rows.TABLE, after)
    if doer.agent_id is not None and agent_id not in {None, doer.agent_id}:
        return Page([], None)
    found = await rows.waiting(scope, doer.agent_id or agent_id, limit + 1, doer.connection, behind)
    more = len(found) > limit
    following = write_cursor(scope.tenant_id, rows.TABLE, found[limit - 1]["id"]) if more else None
    return Page([seat_task(row) for row in found[:limit]], following)


async def one(scope: Scope, work_order_id: UUID, task: UUID, doer: Doer) -> dict[str, Any]:
    """Return one task. Raises ``NotFound``."""
    return seat_task((await rows.found(scope, work_order_id, task, doer))[1])


async def follow(scope: Scope, fact: NewFact) -> bool:
    """Let the seat tell the caller how it ended, as long as it is so (a reaction to ``WorkOrderStatusChanged``)."""
    said = fact.payload.data()
    order, (before, after) = said["work_order"], said["changes"]["status"]
    if order["requester_side"] != Side.OUTSOURCER:
        return False
    if after == Status.RESOLVED:
        await _inform(scope, fact, said)
    elif before == Status.RESOLVED and after == Status.IN_PROGRESS:
        for row in await rows.of_order(scope, fact.subject):
            if row["state"] == "open" and row["created_side"] == Side.OUTSOURCER:
                await _withdrawn(scope, row, _RULE, fact.at)
    return False


async def _inform(scope: Scope, fact: NewFact, said: Mapping[str, Any]) -> None:
    """Ask who raised it to tell the contact: the resolution, and what the client wants said with this type."""
    rules, order = await rules_of(scope), said["work_order"]
    if not rules.inform_customer:
        return
    kind, resolution = rules.types.get(order["type"]), order["resolution"]
    words = (resolution["summary"] or resolution["code"], "" if kind is None else kind.script)
    raised_by = None if said["agent_id"] is None else UUID(said["agent_id"])
    wanted = rows.Wanted("inform_customer", "\n\n".join(filter(None, words)))
    row = await rows.insert(scope, {"id": fact.subject, "agent_id": raised_by}, wanted, _RULE, fact.at)
    await _tell(scope, WorkOrderSeatTaskCreated, row, _RULE, fact.at)


_UNKNOWN_AGENT = Detail("/agent_id", "unknown", "an agent who serves the client")


def _refuse_others(row: Mapping[str, Any], doer: Doer) -> None:
    if doer.side is not Side.OUTSOURCER:
        raise Forbidden("A seat does this")
    if doer.agent_id not in {None, row["agent_id"]}:
        raise NotFound


def _refuse_unless(row: Mapping[str, Any], *states: str) -> None:
    if row["state"] not in states:
        raise SeatTaskState(f"It is {row['state']}", state=row["state"])


async def _withdrawn(scope: Scope, row: Mapping[str, Any], doer: Doer, now: datetime) -> dict[str, Any]:
    after = await rows.change(scope, row["id"], state="withdrawn", completed_at=now)
    return await _tell(scope, WorkOrderSeatTaskCompleted, after, doer, now)


async def _tell(
    scope: Scope, kind: type[WorkOrderHappened], row: Mapping[str, Any], doer: Doer, now: datetime
) -> dict[str, Any]:
    order, document = await counted(scope, row["work_order_id"], now), seat_task(row)
    tell(scope, kind, {**order, "agent_id": row["agent_id"]}, doer, now, seat_task=document)
    return document
