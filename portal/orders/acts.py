"""What people do about a work order on its page. Each form is one act, and what it means is the departments' to say.

A form that is refused is shown again with what was typed and why; one that is done leads back to the page.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from pydantic import ValidationError
from starlette.responses import RedirectResponse, Response

from kit import clock
from kit.db import Scope
from kit.errors import NotFound, Problem, ValidationFailed
from portal.orders import about, editing, links
from portal.orders.page import Refused, show
from portal.pages import Visitor, page_of
from portal.rewind import moment_of_page
from tenants.endpoints import Access, permitted
from workorders.asking import service as asking
from workorders.asking.schemas import InfoAnswer, NewInfoRequest
from workorders.cancelling import service as cancelling
from workorders.cancelling.schemas import Decision, NewCancellation
from workorders.core.doer import Doer
from workorders.core.states import Status
from workorders.endpoints import doer_of
from workorders.schemas import AssignmentOf, Move, NewComment, WorkOrderPatch
from workorders.seat_tasks import service as seat_tasks
from workorders.seat_tasks.schemas import NewSeatTask
from workorders.service import assign, changes, edit, lists

router = APIRouter(prefix="/work-orders/{order_id}", include_in_schema=False)

MayChange = Annotated[Access, Depends(permitted("work_order.change"))]
MayComment = Annotated[Access, Depends(permitted("work_order.comment"))]

Do = Callable[[Scope, Doer, datetime], Awaitable[Any]]
Form = Mapping[str, str]

_SEE_OTHER = 303
_MISSING = {"body": "comment_missing", "reason": "reason_missing", "question": "words_missing",
            "answer": "words_missing", "instructions": "words_missing"}  # fmt: skip
"""By field: what one is told who left it empty."""


@dataclass(frozen=True, slots=True)
class _At:
    """Whose request, about which work order, by which form."""

    request: Request
    order: UUID
    access: Access
    part: str
    form: Form

    @property
    def zone(self) -> Any:  # noqa: ANN401 - a ZoneInfo
        """The zone in which the reader writes instants."""
        return page_of(self.request, Visitor(self.access.principal, self.access)).zone

    def instant(self, name: str) -> datetime | None:
        """Return a moment of the form. Raises :class:`ValidationFailed`."""
        text = self.form.get(name, "")
        return moment_of_page(text, self.zone) if text else None


async def _at(request: Request, order_id: UUID, access: Access, part: str) -> _At:
    form = await request.form()
    return _At(request, order_id, access, part, {name: str(value) for name, value in form.items()})


async def _done(at: _At, do: Do) -> Response:
    """Do it in one transaction. Raises :class:`NotFound`; every other refusal is shown on the page."""
    try:
        async with at.request.app.state.plane.transaction(at.access.tenant_id) as scope:
            await do(scope, doer_of(at.access), clock.now())
    except NotFound:
        raise
    except (ValidationError, ValidationFailed) as problem:
        return await show(at.request, at.order, at.access, Refused(at.part, _wrong(at, problem), 400, at.form))
    except Problem as problem:
        missed = tuple(map(str, changed)) if isinstance(changed := problem.data.get("changed_fields"), list) else ()
        refused = Refused(at.part, problem.code, problem.status, at.form, missed)
        return await show(at.request, at.order, at.access, refused)
    return RedirectResponse(f"/work-orders/{at.order}", _SEE_OTHER)


def _seen(form: Form) -> int:
    """Return the version that the form was made of; one that none has: it cannot be read."""
    seen = form.get("version", "")
    return int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 10 else 0  # noqa: PLR2004 - an int4


def _wrong(at: _At, problem: ValidationError | ValidationFailed) -> str:
    if at.part == "comment":
        return "comment_missing"
    if isinstance(problem, ValidationFailed) and any(each.code == links.NUMBER_UNKNOWN for each in problem.errors):
        return links.NUMBER_UNKNOWN
    empty = (code for name, code in _MISSING.items() if not at.form.get(name, "-").strip())
    return next(empty, "validation_failed")


@router.post("/comments")
async def add_comment(request: Request, order_id: UUID, access: MayComment) -> Response:
    """Add a comment that both sides see, or that stays inside the centre."""
    at = await _at(request, order_id, access, "comment")
    form = at.form

    async def do(scope: Scope, doer: Doer, now: datetime) -> None:
        seen_by = "internal" if form.get("inside", "") else "shared"
        body = NewComment.model_validate({"body": form.get("body", ""), "visibility": seen_by})
        await changes.comment(scope, order_id, body, doer, now)

    return await _done(at, do)


@router.post("/transitions")
async def move(request: Request, order_id: UUID, access: MayChange) -> Response:
    """Move the order, as far as this side may."""
    at = await _at(request, order_id, access, "step")
    form = at.form

    async def do(scope: Scope, doer: Doer, now: datetime) -> None:
        to, reason = form.get("to", ""), form.get("reason", "").strip()
        resolution = {"summary": reason, **({"code": code} if (code := form.get("code", "").strip()) else {})}
        said = {
            "to": to,
            "reason": reason or None,
            "pending_on": form.get("pending_on", "") or None if to == Status.PENDING else None,
            "resolution": resolution if to == Status.RESOLVED else None,
        }
        await changes.transition(scope, order_id, Move.model_validate(said), doer, now)

    return await _done(at, do)


@router.post("/edit")
async def edit_fields(request: Request, order_id: UUID, access: MayChange) -> Response:
    """Change fields, if nobody else has changed the order since the form was shown."""
    at = await _at(request, order_id, access, "edit")
    form, zone = at.form, at.zone

    async def do(scope: Scope, doer: Doer, now: datetime) -> None:
        present = await lists.detail(scope, order_id, doer)
        patch = WorkOrderPatch.model_validate(editing.patch_of(form, present, zone))
        if patch.model_fields_set:
            await edit(scope, order_id, patch, doer, now, seen=_seen(form))

    return await _done(at, do)


@router.post("/about")
async def change_about(request: Request, order_id: UUID, access: MayChange) -> Response:
    """Add, change or take away one of the parties or related things, if nobody else has changed the order since."""
    at = await _at(request, order_id, access, "about")
    form = at.form

    async def do(scope: Scope, doer: Doer, now: datetime) -> None:
        patch = about.patch_of(form, await lists.detail(scope, order_id, doer))
        await edit(scope, order_id, patch, doer, now, seen=_seen(form))

    return await _done(at, do)


@router.post("/links")
async def change_links(request: Request, order_id: UUID, access: MayChange) -> Response:
    """Link with another work order or a name in another system, or take such a link away."""
    at = await _at(request, order_id, access, "links")
    form = at.form

    async def do(scope: Scope, doer: Doer, now: datetime) -> None:
        order = await lists.detail(scope, order_id, doer)
        patch = await links.patch_of(scope, form, order, doer)
        await edit(scope, order_id, patch, doer, now, seen=order["version"])

    return await _done(at, do)


@router.post("/assignment")
async def assign_to(request: Request, order_id: UUID, access: MayChange) -> Response:
    """Say who of the reader's side works on it."""
    at = await _at(request, order_id, access, "assignment")
    form = at.form

    async def do(scope: Scope, doer: Doer, now: datetime) -> None:
        team, person = form.get("team", "").strip(), form.get("person", "").strip()
        to = AssignmentOf(side=doer.side, team=team or None, person=person or None)
        await assign(scope, order_id, to, doer, now)

    return await _done(at, do)


@router.post("/questions")
async def ask(request: Request, order_id: UUID, access: MayChange) -> Response:
    """Ask the requester something."""
    at = await _at(request, order_id, access, "question")
    form = at.form

    async def do(scope: Scope, doer: Doer, now: datetime) -> None:
        body = NewInfoRequest(question=form.get("question", ""), due_at=at.instant("due_at"))
        await asking.ask(scope, order_id, body, doer, now)

    return await _done(at, do)


@router.post("/questions/{info_request_id}/answer")
async def answer(request: Request, order_id: UUID, info_request_id: UUID, access: MayChange) -> Response:
    """Answer a question."""
    at = await _at(request, order_id, access, f"answer-{info_request_id}")
    form = at.form

    async def do(scope: Scope, doer: Doer, now: datetime) -> None:
        await asking.answer(scope, order_id, info_request_id, InfoAnswer(answer=form.get("answer", "")), doer, now)

    return await _done(at, do)


@router.post("/cancellation")
async def ask_to_cancel(request: Request, order_id: UUID, access: MayChange) -> Response:
    """Ask the resolver to let it be cancelled."""
    at = await _at(request, order_id, access, "cancel")
    form = at.form

    async def do(scope: Scope, doer: Doer, now: datetime) -> None:
        await cancelling.request(scope, order_id, NewCancellation(reason=form.get("reason", "")), doer, now)

    return await _done(at, do)


@router.post("/cancellation/take-up")
async def take_up(request: Request, order_id: UUID, access: MayChange) -> Response:
    """Say that one looks into the request to cancel."""
    at = await _at(request, order_id, access, "decision")
    return await _done(at, lambda scope, doer, now: cancelling.take_up(scope, order_id, doer, now))


@router.post("/cancellation/decision")
async def decide(request: Request, order_id: UUID, access: MayChange) -> Response:
    """Agree to cancel it, or decline with a reason."""
    at = await _at(request, order_id, access, "decision")
    form = at.form

    async def do(scope: Scope, doer: Doer, now: datetime) -> None:
        body = Decision(agree=form.get("agree", "") == "yes", reason=form.get("reason", "").strip() or None)
        await cancelling.decide(scope, order_id, body, doer, now)

    return await _done(at, do)


@router.post("/seat-tasks")
async def give_task(request: Request, order_id: UUID, access: MayChange) -> Response:
    """Ask the seat that raised the order for something."""
    at = await _at(request, order_id, access, "task")
    form = at.form

    async def do(scope: Scope, doer: Doer, now: datetime) -> None:
        said = {"kind": form.get("kind", ""), "instructions": form.get("instructions", "")}
        body = NewSeatTask.model_validate({**said, "due_at": at.instant("due_at")})
        await seat_tasks.create(scope, order_id, body, doer, now)

    return await _done(at, do)


@router.post("/seat-tasks/{seat_task_id}/withdraw")
async def withdraw_task(request: Request, order_id: UUID, seat_task_id: UUID, access: MayChange) -> Response:
    """Take back a task that nobody has accepted."""
    at = await _at(request, order_id, access, f"withdraw-{seat_task_id}")
    return await _done(at, lambda scope, doer, now: seat_tasks.withdraw(scope, order_id, seat_task_id, doer, now))
