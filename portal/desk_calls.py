"""What an agent does in a conversation, and what the desk asks for once in each: its guide and the day."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict, Field, model_validator
from starlette.responses import HTMLResponse, JSONResponse

from kit import clock
from portal.desk import AtDesk, ask_floor
from portal.desk_consent import asking
from portal.desk_guide import day_document, guide_document
from portal.desk_view import place_of
from portal.pages import Visitor, html, page_of
from tenants.service.at_desk import colleague

router = APIRouter(include_in_schema=False)

Act = Literal[
    "hold", "retrieve", "mute", "unmute", "digits", "consult", "swap", "complete", "join", "drop", "transfer", "leave",
    "rejoin", "ask_help", "withdraw_help", "record", "stop_record", "pause_recording", "resume_recording",
]  # fmt: skip


class CallForm(BaseModel):
    """One act in the agent's own conversation.

    ``kind`` says who is called in, or where the contact goes, and the field of that name which one: an agent by what
    its client calls it, a queue's or a flow's code, a number, one of the client's own people.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    act: Act
    interaction: UUID
    party: Annotated[str, Field(max_length=80)] | None = None
    digits: Annotated[str, Field(max_length=32)] | None = None
    kind: Literal["agent", "queue", "flow", "number", "person"] | None = None
    agent: UUID | None = None
    queue: Annotated[str, Field(max_length=64)] | None = None
    flow: Annotated[str, Field(max_length=64)] | None = None
    number: Annotated[str, Field(max_length=32)] | None = None
    person: Annotated[str, Field(max_length=64)] | None = None

    @model_validator(mode="after")
    def _names_one(self) -> CallForm:
        if self.kind is not None and getattr(self, self.kind) is None:
            raise ValueError(f"somebody of this kind is named in the field {self.kind}")
        return self


@router.get("/desk/check")
async def check(request: Request, staff: AtDesk) -> HTMLResponse:
    """Show what an agent tries before a shift."""
    clients = await asking(request.app.state.plane, staff)
    return html(request, "desk_check.html", page_of(request, Visitor(staff.principal)), clients=clients)


@router.post("/desk/call")
async def act(request: Request, form: CallForm, staff: AtDesk) -> JSONResponse:
    """Hold, mute, call somebody in, hand the contact over, ask for help, pause the recording, and the like."""
    fields: dict[str, Any] = {"interaction": str(form.interaction)}
    if form.party is not None:
        fields["party"] = form.party
    if form.digits is not None:
        fields["digits"] = form.digits
    if form.kind is not None:
        named = getattr(form, form.kind)
        if form.kind == "agent":
            place = await place_of(request.app.state.plane, staff, form.interaction)
            named = await colleague(request.app.state.control, place["tenant_id"], named)
        fields["target"] = {"kind": form.kind, form.kind: str(named)}
    return await ask_floor(request, staff, form.act, **fields)


@router.get("/desk/guide")
async def guide(request: Request, staff: AtDesk, interaction: Annotated[UUID, Query()]) -> JSONResponse:
    """Return script, notes, screen pop and the contact's earlier conversations."""
    return JSONResponse(await guide_document(request.app.state.plane, staff, interaction))


@router.get("/desk/day")
async def day(request: Request, staff: AtDesk) -> JSONResponse:
    """Return the agent's own figures of today and its last conversations."""
    return JSONResponse(await day_document(request.app.state.plane, staff, clock.now()))
