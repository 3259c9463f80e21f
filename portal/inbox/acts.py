"""Acts on many work orders at once: each in a transaction of its own, by the service of its page, with its own answer.

A form carries a number of its own, and each work order's answer is stored under both in the transaction of its effect:
a form that comes twice is answered as at first. A row carries the version that was seen.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

import orjson
from fastapi import APIRouter, Depends, Request
from pydantic import ValidationError
from starlette.responses import HTMLResponse

from kit import clock
from kit.away import MAYBE_AWAY, is_away
from kit.db import Scope
from kit.errors import Forbidden, Problem
from portal.inbox.asked import PAGE
from portal.inbox.listing import MOST_AT_ONCE, Bulk, show
from tenants.core.masks import mask_value
from tenants.core.permissions import decide
from tenants.endpoints import Access, permitted, reader_of
from tenants.service import reading
from tenants.service.policies import shown_to
from workorders.cancelling.service import UNDER_WAY
from workorders.core.doer import Doer
from workorders.core.idempotency import fingerprint
from workorders.core.states import Status
from workorders.endpoints import doer_of
from workorders.schemas import AssignmentOf, Move, NewComment
from workorders.service import assigning, changes, lists
from workorders.service.idempotency import Answer, Claim, once

router = APIRouter(include_in_schema=False)

MayComment = Annotated[Access, Depends(permitted("work_order.comment"))]

MOVES = (Status.ACKNOWLEDGED, Status.IN_PROGRESS, Status.CLOSED, Status.CANCELLED)
"""Steps that many may take at once: those that need no words of their own, or one reason for all."""
_FIELDS = ("act", "comment", "visibility", "team", "person", "reason", "query", "once")
_ROUTE = f"{PAGE}/acts"

Done = Callable[[Scope, UUID, int], Awaitable[object]]
"""Does the act to one work order, whose version was seen."""


class Unclear(Exception):
    """The form says something wrong; ``code``: what, as ``words.bulk_wrong`` has it."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Wanted:
    """One form, read: the act, the work orders with the version that was seen of each, and its own number."""

    typed: Mapping[str, str]
    ticked: Mapping[UUID, int]
    once: UUID
    act: Done


@router.post(_ROUTE)
async def act_on_many(request: Request, access: MayComment) -> HTMLResponse:
    """Do one thing to all that are ticked, and say of each what became of it."""
    form = await request.form()
    typed = {name: str(form.get(name, "")) for name in _FIELDS}
    ticked = [str(each) for each in form.getlist("order")]
    try:
        wanted = _wanted(access, typed, ticked)
    except Unclear as unclear:
        refused = Bulk(typed, [each.partition(":")[0] for each in ticked], wrong=unclear.code)
        return await show(request, access, typed["query"], refused)
    outcomes = await _done(request, access, wanted)
    again = any(code == "not_tried" for code in outcomes.values())
    told = await _told(request, access, typed["act"], outcomes)
    bulk = Bulk(typed, ticked if again else (), None, typed["act"], told, again, typed["once"])
    return await show(request, access, typed["query"], bulk)


def _wanted(access: Access, typed: Mapping[str, str], ticked: Sequence[str]) -> Wanted:
    """Read the form. Raises :class:`Unclear` and ``Forbidden``."""
    if typed["act"] != "comment" and decide(access.role, "work_order.change") is None:
        raise Forbidden
    if not ticked or len(ticked) > MOST_AT_ONCE:
        raise Unclear("too_many" if ticked else "none")
    try:
        seen = {UUID(each.partition(":")[0]): int(each.partition(":")[2]) for each in ticked}
        number = UUID(typed["once"])
    except ValueError as error:
        raise Unclear("form") from error
    return Wanted(typed, seen, number, _act(typed, doer_of(access)))


def _act(typed: Mapping[str, str], doer: Doer) -> Done:
    """Return what the form asks to be done to each. Raises :class:`Unclear`."""
    act = typed["act"]
    try:
        if act == "comment":
            visibility = "internal" if doer.sees_internal and typed["visibility"] == "internal" else "shared"
            remark = NewComment(body=typed["comment"].strip(), visibility=visibility)
            return lambda scope, order, _: changes.comment(scope, order, remark, doer, clock.now())
        if act == "assign":
            team, person = (typed[name].strip() or None for name in ("team", "person"))
            to = AssignmentOf(side=doer.side, team=team, person=person)
            return lambda scope, order, seen: assigning.assign(scope, order, to, doer, clock.now(), seen=seen)
        if act in MOVES:
            move = Move(to=Status(act), reason=typed["reason"].strip() or None if act == Status.CANCELLED else None)
            return lambda scope, order, seen: changes.transition(scope, order, move, doer, clock.now(), seen=seen)
    except ValidationError as error:
        raise Unclear({"comment": "comment", "assign": "person"}.get(act, "form")) from error
    raise Unclear("form")


async def _done(request: Request, access: Access, wanted: Wanted) -> dict[UUID, str | None]:
    """Do it to one after the other; return of each the code of why it was refused, None: it was done.

    While the database is away nothing more is tried.
    """
    outcomes: dict[UUID, str | None] = {}
    for order, seen in wanted.ticked.items():
        try:
            outcomes[order] = await _one(request, access, wanted, order, seen)
        except MAYBE_AWAY as error:
            if not is_away(error):
                raise
            return outcomes | {each: "not_tried" for each in wanted.ticked if each not in outcomes}
    return outcomes


async def _one(request: Request, access: Access, wanted: Wanted, order: UUID, seen: int) -> str | None:
    said = {name: text for name, text in wanted.typed.items() if name not in {"query", "once"}}
    print_ = fingerprint("POST", _ROUTE, {**said, "order": str(order)})
    claim = Claim(f"user:{access.principal.id}", "POST", _ROUTE, f"{wanted.once}:{order}", print_)

    async def act(scope: Scope) -> Answer:
        await wanted.act(scope, order, seen)
        return Answer(200, {}, orjson.dumps(None))

    try:
        answer = await once(request.app.state.plane, access.tenant_id, claim, act, clock.now())
    except Problem as problem:
        return problem.code
    return None if answer.refusal is None else answer.refusal.code


async def _told(
    request: Request, access: Access, act: str, outcomes: Mapping[UUID, str | None]
) -> list[dict[str, Any]]:
    """Return what became of each, with the number and title that the reader may see; the refused ones first."""
    doer = doer_of(access)
    async with request.app.state.plane.transaction(access.tenant_id) as scope:
        found = await lists.several(scope, list(outcomes), doer)
        told = {"id": sorted(map(str, outcomes))}
        await reading.listed(scope, reader_of(access), "work_orders", len(found), told)
        known = {each["id"]: each for each in mask_value(found, await shown_to(scope, access.role))}
    rows = [
        {"id": str(order), "code": _said(act, code, known.get(str(order))), "order": known.get(str(order))}
        for order, code in outcomes.items()
    ]
    return sorted(rows, key=lambda row: row["code"] is None)


def _said(act: str, code: str | None, order: Mapping[str, Any] | None) -> str | None:
    """Return why it was refused as the page says it."""
    if act == "assign" and code == "validation_failed":
        return "person_unknown"
    if act == Status.CANCELLED and code == "transition_not_allowed" and order and order["status"] in UNDER_WAY:
        return "cancel_agreed"
    return code
