"""The agent's desk: the page, its phone's credentials, its buttons. What it shows comes from portal.desk_feed."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import HTMLResponse, JSONResponse

from kit import clock
from kit.errors import Conflict, Problem
from portal.desk_view import desk_document, place_of
from portal.pages import Visitor, html, page_of
from switchboard.inbox import inbox_name
from tenants.access import enter
from tenants.endpoints import StaffAccess, permitted_staff
from tenants.service.seats import browser_phone
from workorders.core.doer import Doer
from workorders.core.states import Side
from workorders.schemas import Code, Line, NewWorkOrder, Text
from workorders.service import changes

router = APIRouter(include_in_schema=False)

AtDesk = Annotated[StaffAccess, Depends(permitted_staff("call.handle"))]
ANSWER_WITHIN = timedelta(seconds=3)


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class StateForm(_Form):
    """What the agent wants to be."""

    state: Literal["available", "on_break", "offline"]
    reason: str | None = Field(default=None, max_length=40)


class InteractionForm(_Form):
    """The interaction that a button is about."""

    interaction: UUID


class DispositionForm(InteractionForm):
    """The outcome that the agent chose."""

    code: str = Field(max_length=64)
    note: str = Field(default="", max_length=4000)


class EscalationForm(InteractionForm):
    """What the client's people shall solve."""

    type: Code
    title: Line
    description: Text = ""
    priority: Literal["critical", "high", "medium", "low"] = "medium"


class Refused(Conflict):
    """The switchboard did not accept what the desk asked for; an answer carries the floor's own code instead."""

    code = "floor_refused"
    title = "The switchboard refused this"


@router.get("/desk")
async def desk(request: Request, staff: AtDesk) -> HTMLResponse:
    """Show the desk of the agent who is signed in."""
    shown = await desk_document(request.app.state.plane, staff, clock.now())
    return html(request, "desk.html", page_of(request, Visitor(staff.principal)), desk=shown)


@router.get("/desk/document")
async def document(request: Request, staff: AtDesk) -> JSONResponse:
    """Return what the desk shows, for a script."""
    return JSONResponse(await desk_document(request.app.state.plane, staff, clock.now()))


@router.get("/desk/phone")
async def phone(request: Request, staff: AtDesk) -> JSONResponse:
    """Give the browser its phone: an account of the seat, and where it registers."""
    settings = request.app.state.settings
    account = await browser_phone(request.app.state.control, staff.seat)
    host = urlsplit(settings.phone_ws_url).hostname or "127.0.0.1"
    return JSONResponse(
        {
            "uri": f"sip:{account.endpoint}@{host}",
            "ws_url": settings.phone_ws_url,
            "password": account.secret,
            "extension": staff.seat,
        }
    )


@router.post("/desk/state")
async def set_state(request: Request, form: StateForm, staff: AtDesk) -> JSONResponse:
    """Become available, take a break with a reason, or sign off."""
    return await _ask(request, staff, "set_state", state=form.state, reason=form.reason)


@router.post("/desk/hang-up")
async def hang_up(request: Request, form: InteractionForm, staff: AtDesk) -> JSONResponse:
    """End the call."""
    return await _ask(request, staff, "hang_up", interaction=str(form.interaction))


@router.post("/desk/reject")
async def reject(request: Request, form: InteractionForm, staff: AtDesk) -> JSONResponse:
    """Refuse the offer; the contact keeps its place."""
    return await _ask(request, staff, "reject", interaction=str(form.interaction))


@router.post("/desk/disposition")
async def disposition(request: Request, form: DispositionForm, staff: AtDesk) -> JSONResponse:
    """Say how the interaction ended."""
    more = {"interaction": str(form.interaction), "code": form.code, "note": form.note}
    return await _ask(request, staff, "disposition", **more)


@router.post("/desk/wrap-up/end")
async def end_wrap_up(request: Request, form: InteractionForm, staff: AtDesk) -> JSONResponse:
    """Be ready for the next."""
    return await _ask(request, staff, "end_wrap_up", interaction=str(form.interaction))


@router.post("/desk/escalate", status_code=201)
async def escalate(request: Request, form: EscalationForm, staff: AtDesk) -> JSONResponse:
    """Hand what the seat cannot solve to the client, as a work order of the interaction's own tenant."""
    place = await place_of(request.app.state.plane, staff, form.interaction)
    order = NewWorkOrder(type=form.type, title=form.title, description=form.description, priority=form.priority)
    asked = changes.Asked(order, form.interaction, staff.agent_id)
    doer = Doer(Side.OUTSOURCER, "agent", str(staff.agent_id), place["alias"], agent_id=staff.agent_id)
    tenant_id = enter(staff.principal, place["tenant_id"])
    async with request.app.state.plane.session(tenant_id) as scope:
        made = await changes.escalate(scope, asked, doer, clock.now())
    return JSONResponse(made, 201)


async def _ask(request: Request, staff: StaffAccess, command: str, **fields: object) -> JSONResponse:
    """Ask the floor, and give its refusal its own code. Raises :class:`kit.errors.Unavailable`."""
    asked = {"command": command, "agent": str(staff.agent_id), **fields}
    answer = await request.app.state.bus.ask(inbox_name(staff.floor), asked, ANSWER_WITHIN)
    if not answer.get("ok"):
        raise _refusal(answer)
    return JSONResponse({"ok": True})


def _refusal(answer: dict[str, Any]) -> Problem:
    problem = Refused(str(answer.get("detail") or "The switchboard refused this"))
    problem.code = str(answer.get("code") or Refused.code)  # type: ignore[misc] # this instance's own code
    return problem
