"""What an agent does with its tasks about work orders: take one in hand, call the contact, say how it ended."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.responses import JSONResponse

from interactions import service as interactions
from interactions.shown import whole_numbers
from kit import clock
from kit.db import AccessibleTenantId
from kit.errors import Detail, NotFound, ValidationFailed
from kit.ids import new_id
from portal.desk import AtDesk, ask_floor
from tenants.access import enter
from tenants.endpoints import StaffAccess
from tenants.models import AgentProfile
from workorders.core.doer import Doer
from workorders.core.states import Side
from workorders.seat_tasks import rows, service
from workorders.seat_tasks.schemas import Completion

router = APIRouter(include_in_schema=False)

_ALIAS = f"SELECT alias FROM gf.{AgentProfile.__tablename__} WHERE tenant_id = $1 AND agent_id = $2"  # noqa: S608 - the model's own name


class SeatTaskForm(BaseModel):
    """One act on a task of the agent's own; ``outcome`` and ``close`` belong to its end."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    act: Literal["accept", "call", "done", "failed"]
    client: Annotated[str, Field(max_length=40)]
    order_id: UUID
    seat_task_id: UUID
    outcome: Annotated[str, Field(max_length=4000)] = ""
    close: bool = False


@dataclass(frozen=True, slots=True)
class _At:
    """Which task, in which client, and who acts."""

    tenant_id: AccessibleTenantId
    order: UUID
    task: UUID
    doer: Doer


@router.post("/desk/seat-task")
async def act(request: Request, form: SeatTaskForm, staff: AtDesk) -> JSONResponse:
    """Take a task in hand, call its contact, or say how it ended."""
    at, plane = await _at(request, form, staff), request.app.state.plane
    if form.act == "call":
        return await _call(request, staff, at)
    async with plane.transaction(at.tenant_id) as scope:
        if form.act == "accept":
            await service.accept(scope, at.order, at.task, at.doer, clock.now())
        else:
            await service.complete(scope, at.order, at.task, _end(form), at.doer, clock.now())
    return JSONResponse({"ok": True})


def _end(form: SeatTaskForm) -> Completion:
    said = {"state": form.act, "outcome": form.outcome.strip() or None, "close": form.close}
    try:
        return Completion.model_validate(said)
    except ValidationError as error:
        raise ValidationFailed("say what came of it", errors=(Detail("/outcome", "missing", "a few words"),)) from error


async def _at(request: Request, form: SeatTaskForm, staff: StaffAccess) -> _At:
    members = staff.principal.memberships.values()
    member = next((m for m in members if m.open and m.agent_id is not None and m.code == form.client), None)
    if member is None or member.agent_id is None:
        raise NotFound
    tenant_id = enter(staff.principal, member.tenant_id)
    async with request.app.state.plane.transaction(tenant_id) as scope:
        alias = await scope.fetch(_ALIAS, tenant_id, member.agent_id)
    if not alias:
        raise NotFound
    doer = Doer(Side.OUTSOURCER, "agent", str(member.agent_id), alias[0]["alias"], agent_id=member.agent_id)
    return _At(tenant_id, form.order_id, form.seat_task_id, doer)


async def _call(request: Request, staff: StaffAccess, at: _At) -> JSONResponse:
    """Take the task in hand and call the contact of the conversation that its work order came out of."""
    plane, call = request.app.state.plane, new_id()
    async with plane.transaction(at.tenant_id) as scope:
        order, _ = await rows.found(scope, at.order, at.task, at.doer)
        origin = order["interaction_id"]
        row = None if origin is None else await interactions.brief(scope, origin)
        number = (await whole_numbers(scope, [origin])).get(str(origin)) if row is not None else None
        if row is None or not number:
            raise NotFound
        await service.accept(scope, at.order, at.task, at.doer, clock.now())
    fields = {"tenant": str(at.tenant_id), "number": number, "origin": str(origin), "interaction": str(call)}
    answer = await ask_floor(request, staff, "call", **fields, queue=row["queue_code"])
    async with plane.transaction(at.tenant_id) as scope:
        await service.called(scope, at.task, call)
    return answer
