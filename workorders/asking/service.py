"""Questions to the requester. While one is open, the work order is pending on the requester, and the other way round.

Both ways in are one truth: a question moves the work order to ``pending``, and a step to ``pending`` on the requester
is a question; the last answer moves it back, and a step back by the requester is the answer. A step of the resolver
withdraws what is still open.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from journal.core.facts import NewFact
from kit.db import Scope
from kit.errors import Detail, NotFound, ValidationFailed
from kit.ids import new_id
from workorders import schemas
from workorders.asking.errors import InfoRequestClosed, TooManyInfoRequests
from workorders.asking.facts import WorkOrderInfoAnswered, WorkOrderInfoRequested
from workorders.asking.schemas import InfoAnswer, NewInfoRequest, info_request
from workorders.core.doer import Doer
from workorders.core.pointer import tokens
from workorders.core.states import Status, check, takes
from workorders.errors import TransitionNotAllowed, TransitionWrongSide
from workorders.schemas import Move
from workorders.service import sealing
from workorders.service.changes import position_of, transition
from workorders.service.rows import find
from workorders.service.telling import counted, doer_behind, tell

MOST = 100
"""Questions of one work order."""
_TABLE, _SEALED = "work_order_info_request", ("question", "answer", "fields")
_OF_ORDER = f"SELECT * FROM gf.{_TABLE} WHERE tenant_id = $1 AND work_order_id = $2 ORDER BY id"  # noqa: S608 - our own constant
_ASK = f"""
INSERT INTO gf.{_TABLE}
  (tenant_id, id, work_order_id, question, path, due_at, state, asked_side, asked_by_name, asked_at)
VALUES ($1, $2, $3, $4, $5, $6, 'open', $7, $8, $9) RETURNING *
"""  # noqa: S608 - the same
_CLOSE = f"""
UPDATE gf.{_TABLE} SET state = $3, answer = $4, fields = $5, answered_by_name = $6, closed_at = $7
WHERE tenant_id = $1 AND id = $2 RETURNING *
"""  # noqa: S608 - the same


async def ask(scope: Scope, work_order_id: UUID, body: NewInfoRequest, doer: Doer, now: datetime) -> dict[str, Any]:
    """Ask the requester, and return the question; the work order waits for the requester then.

    Raises ``NotFound``, ``TransitionWrongSide``, ``TransitionNotAllowed``, ``TooManyInfoRequests`` and
    ``ValidationFailed``.
    """
    order = await find(scope, work_order_id, doer, lock=True)
    if doer.side.value == order["requester_side"]:
        raise TransitionWrongSide("Only the side that works on it asks the requester", allowed=[])
    _check_fields(order, "/path", () if body.path is None else (body.path,))
    if body.due_at is not None and body.due_at <= now:
        raise ValidationFailed("due_at is over", errors=(Detail("/due_at", "past", "lies ahead"),))
    waits = _waits(order)
    if not waits:
        _check_may_wait(order, doer, now)
    if len(await _rows(scope, work_order_id)) >= MOST:
        raise TooManyInfoRequests
    asked = await _write(scope, work_order_id, body, doer, now)
    if not waits:
        waiting = Move(to=Status.PENDING, reason=body.question, pending_on=order["requester_side"])
        await transition(scope, work_order_id, waiting, doer, now)
    return await _tell_asked(scope, asked, doer, now)


async def answer(
    scope: Scope, work_order_id: UUID, request_id: UUID, body: InfoAnswer, doer: Doer, now: datetime
) -> dict[str, Any]:
    """Answer a question, and return it; with the last open one the work order is in progress again.

    The same answer again changes nothing. Raises ``NotFound``, ``TransitionWrongSide``, ``InfoRequestClosed`` and
    ``ValidationFailed``.
    """
    order = await find(scope, work_order_id, doer, lock=True)
    rows = {row["id"]: row for row in await _rows(scope, work_order_id)}
    if request_id not in rows:
        raise NotFound
    if doer.side.value != order["requester_side"]:
        raise TransitionWrongSide("Only the side that was asked answers", allowed=[])
    before = info_request(rows[request_id], order["requester_side"])
    if before["state"] != "open":
        if (before["answer"], before["fields"]) != (body.answer, dict(body.fields)):
            raise InfoRequestClosed(state=before["state"])
        return before
    _check_fields(order, "/fields", body.fields)
    document = await _answered(scope, rows[request_id], body, doer, now)
    if all(row["state"] != "open" or row["id"] == request_id for row in rows.values()):
        await transition(scope, work_order_id, Move(to=Status.IN_PROGRESS), doer, now)
    return document


async def of_order(scope: Scope, work_order_id: UUID, doer: Doer) -> list[dict[str, Any]]:
    """Return the questions of a work order, oldest first. Raises ``NotFound``."""
    order = await find(scope, work_order_id, doer)
    return [info_request(row, order["requester_side"]) for row in await _rows(scope, work_order_id)]


async def one(scope: Scope, work_order_id: UUID, request_id: UUID, doer: Doer) -> dict[str, Any]:
    """Return one question. Raises ``NotFound``."""
    for document in await of_order(scope, work_order_id, doer):
        if document["id"] == str(request_id):
            return document
    raise NotFound


async def follow(scope: Scope, fact: NewFact) -> bool:
    """Let the questions say what a step of the work order said (a reaction to ``WorkOrderStatusChanged``)."""
    said, doer = fact.payload.data(), doer_behind(fact)
    order, (before, after) = said["work_order"], said["changes"]["status"]
    if not _waits(order) and before != Status.PENDING:
        return False
    opened = [row for row in await _rows(scope, fact.subject) if row["state"] == "open"]
    if _waits(order) and not opened:
        question = NewInfoRequest.model_construct(question=order["status_reason"])  # however it is written
        await _tell_asked(scope, await _write(scope, fact.subject, question, doer, fact.at), doer, fact.at)
    elif not _waits(order):
        by_requester = after == Status.IN_PROGRESS and said["side"] == order["requester_side"]
        words = InfoAnswer.model_construct(answer=order["status_reason"] or "—")
        for row in opened:
            if by_requester:
                await _answered(scope, row, words, doer, fact.at)
            else:
                await scope.fetch(_CLOSE, scope.tenant_id, row["id"], "withdrawn", None, None, None, fact.at)
    return False


def _waits(order: Mapping[str, Any]) -> bool:
    return bool(order["status"] == Status.PENDING and order["pending_on"] == order["requester_side"])


def _check_may_wait(order: Mapping[str, Any], doer: Doer, now: datetime) -> None:
    position = position_of(order)
    if position.status is Status.PENDING:
        allowed = [status.value for status in takes(position, doer.side, now)]
        raise TransitionNotAllowed(
            f"It waits for {order['pending_on']}: take it back to inProgress first, then ask", allowed=allowed,
            status_now=position.status.value,
        )  # fmt: skip
    check(position, Status.PENDING, doer.side, now)


def _check_fields(order: Mapping[str, Any], pointer: str, paths: Iterable[str]) -> None:
    known = schemas.work_order(order)
    for path in paths:
        if (name := tokens(path)[0]) not in known:
            wrong = Detail(pointer, "unknown_field", f"a work order has no field {name!r}")
            raise ValidationFailed(f"{path} points at nothing", errors=(wrong,))


async def _rows(scope: Scope, work_order_id: UUID) -> Sequence[Mapping[str, Any]]:
    return await sealing.opened(scope, _TABLE, _SEALED, await scope.fetch(_OF_ORDER, scope.tenant_id, work_order_id))


async def _write(
    scope: Scope, work_order_id: UUID, body: NewInfoRequest, doer: Doer, now: datetime
) -> Mapping[str, Any]:
    made = new_id()
    seal, _ = await sealing.sealer(scope, _TABLE, made)
    rows = await scope.fetch(
        _ASK, scope.tenant_id, made, work_order_id, seal("question", body.question), body.path, body.due_at,
        doer.side.value, doer.name, now,
    )  # fmt: skip
    return {**rows[0], "question": body.question}


async def _tell_asked(scope: Scope, asked: Mapping[str, Any], doer: Doer, now: datetime) -> dict[str, Any]:
    order = await counted(scope, asked["work_order_id"], now)
    document = info_request(asked, order["requester_side"])
    tell(scope, WorkOrderInfoRequested, order, doer, now, info_request=document)
    return document


async def _answered(
    scope: Scope, row: Mapping[str, Any], body: InfoAnswer, doer: Doer, now: datetime
) -> dict[str, Any]:
    fields = orjson.dumps(body.fields).decode() if body.fields else None
    seal, _ = await sealing.sealer(scope, _TABLE, row["id"])
    closed = await scope.fetch(
        _CLOSE, scope.tenant_id, row["id"], "answered", seal("answer", body.answer), seal("fields", fields), doer.name,
        now,
    )  # fmt: skip
    order = await counted(scope, row["work_order_id"], now)
    texts = {"question": row["question"], "answer": body.answer, "fields": fields}
    document = info_request({**closed[0], **texts}, order["requester_side"])
    tell(scope, WorkOrderInfoAnswered, order, doer, now, info_request=document)
    return document
