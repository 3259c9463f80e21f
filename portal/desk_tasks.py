"""What an agent does with work without a waiting contact, and how it begins a call of its own."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import JSONResponse, RedirectResponse, Response

from interactions import service as interactions
from interactions.endpoints import play
from interactions.shown import whole_numbers
from kit.errors import NotFound, ValidationFailed
from portal.desk import AtDesk, ask_floor
from portal.desk_view import place_of
from tenants.access import enter
from tenants.core.permissions import Role, decide
from tenants.endpoints import Access, StaffAccess

router = APIRouter(include_in_schema=False)

_SEE_OTHER = 303


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class TaskForm(_Form):
    """One act on a task that is the agent's own; ``code`` and ``note`` belong to its end."""

    act: Literal["accept_task", "dial", "skip", "close_task"]
    interaction: UUID
    code: Annotated[str, Field(max_length=64)] = ""
    note: Annotated[str, Field(max_length=4000)] = ""


class DialForm(_Form):
    """Whom to call: a number for one of the clients (its code), or the contact of an interaction of one's own."""

    client: Annotated[str, Field(max_length=40)] | None = None
    number: Annotated[str, Field(max_length=40)] | None = None
    interaction: UUID | None = None


@router.post("/desk/task")
async def act(request: Request, form: TaskForm, staff: AtDesk) -> JSONResponse:
    """Take a task, dial its contact, leave it for later, or end it with its outcome."""
    more = {"code": form.code, "note": form.note} if form.act == "close_task" else {}
    return await ask_floor(request, staff, form.act, interaction=str(form.interaction), **more)


@router.post("/desk/dial")
async def dial(request: Request, form: DialForm, staff: AtDesk) -> JSONResponse:
    """Call a number, or the contact of an interaction again; the agent sees no more of the number than before."""
    if form.interaction is not None:
        return await _call_back(request, staff, form.interaction)
    member = next((m for m in staff.principal.memberships.values() if m.open and m.code == form.client), None)
    if member is None or not form.number:
        raise ValidationFailed("say for which client, and which number")
    return await ask_floor(request, staff, "call", tenant=str(member.tenant_id), number=form.number)


@router.post("/desk/call-back/{interaction_id}")
async def call_back(request: Request, interaction_id: UUID, staff: AtDesk) -> Response:
    """Call the contact of an interaction again, from its page; what comes of it shows at the desk."""
    await _call_back(request, staff, interaction_id)
    return RedirectResponse("/desk", _SEE_OTHER)


async def _call_back(request: Request, staff: StaffAccess, interaction_id: UUID) -> JSONResponse:
    place = await place_of(request.app.state.plane, staff, interaction_id)
    async with request.app.state.plane.transaction(enter(staff.principal, place["tenant_id"])) as scope:
        row = await interactions.brief(scope, interaction_id)
        number = (await whole_numbers(scope, [interaction_id])).get(str(interaction_id))
    if row is None or not number:
        raise NotFound
    fields = {"tenant": str(place["tenant_id"]), "number": number, "origin": str(interaction_id)}
    return await ask_floor(request, staff, "call", **fields, queue=row["queue_code"])


@router.get("/desk/message")
async def message(request: Request, staff: AtDesk, interaction: Annotated[UUID, Query()]) -> Response:
    """Play the message that a task of the agent is about; each listening is a fact."""
    place = await place_of(request.app.state.plane, staff, interaction)
    tenant_id, listens = enter(staff.principal, place["tenant_id"]), decide(Role.AGENT, "recording.listen")
    async with request.app.state.plane.transaction(tenant_id) as scope:
        row = await interactions.brief(scope, interaction)
    if row is None or listens is None or row["task"] != "message" or row["origin_id"] is None:
        raise NotFound
    access = Access(staff.principal, tenant_id, Role.AGENT, listens, "recording.listen")
    return await play(request, access, row["origin_id"], None)
