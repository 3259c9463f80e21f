"""Showing a contact's whole number for half a minute: a button with a reason, on an interaction and at the desk."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import JSONResponse

from interactions.reveal import SHOWN_S, reveal
from journal.core.facts import Actor
from kit import clock
from portal.desk_view import place_of
from tenants.access import enter
from tenants.core.permissions import Role
from tenants.endpoints import Access, StaffAccess, permitted, permitted_staff, reader_of

router = APIRouter(include_in_schema=False)

MayReveal = Annotated[Access, Depends(permitted("contact.reveal"))]
AtDesk = Annotated[StaffAccess, Depends(permitted_staff("contact.reveal"))]
_NO_STORE = {"Cache-Control": "no-store"}


class RevealForm(BaseModel):
    """Why somebody must see the number."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    reason: str = Field(max_length=4000)


class DeskRevealForm(RevealForm):
    """The same, in the conversation that the agent has."""

    interaction: UUID


@router.post("/interactions/{interaction_id}/reveal")
async def on_a_page(request: Request, interaction_id: UUID, form: RevealForm, access: MayReveal) -> JSONResponse:
    """Return the whole number to who may see it now."""
    reader = (access.role, reader_of(access), access.agent_id)
    async with request.app.state.plane.transaction(access.tenant_id) as scope:
        number = await reveal(scope, interaction_id, reader, form.reason, clock.now())
    return JSONResponse({"number": number, "seconds": SHOWN_S}, headers=_NO_STORE)


@router.post("/desk/reveal")
async def at_the_desk(request: Request, form: DeskRevealForm, staff: AtDesk) -> JSONResponse:
    """Return the whole number to the agent in the conversation."""
    plane = request.app.state.plane
    tenant_id = (await place_of(plane, staff, form.interaction))["tenant_id"]
    known_as = staff.known_as(tenant_id)
    reader = (Role.AGENT, Actor("agent", str(known_as)), known_as)
    async with plane.transaction(enter(staff.principal, tenant_id)) as scope:
        number = await reveal(scope, form.interaction, reader, form.reason, clock.now())
    return JSONResponse({"number": number, "seconds": SHOWN_S}, headers=_NO_STORE)
