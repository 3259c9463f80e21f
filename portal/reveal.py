"""Showing a contact's whole number for half a minute: a button with a reason, on an interaction and at the desk."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import JSONResponse

from interactions.reveal import SHOWN_S, Reader, remaining, reveal
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


@router.get("/interactions/{interaction_id}/reveal")
async def left_on_a_page(request: Request, interaction_id: UUID, access: MayReveal) -> JSONResponse:
    """Return how many more numbers the reader may see within the hour, before it asks for one."""
    async with request.app.state.plane.transaction(access.tenant_id) as scope:
        left = await remaining(scope, interaction_id, _reader(access), clock.now())
    return JSONResponse({"left": left, "seconds": SHOWN_S}, headers=_NO_STORE)


@router.post("/interactions/{interaction_id}/reveal")
async def on_a_page(request: Request, interaction_id: UUID, form: RevealForm, access: MayReveal) -> JSONResponse:
    """Return the whole number to who may see it now."""
    async with request.app.state.plane.transaction(access.tenant_id) as scope:
        seen = await reveal(scope, interaction_id, _reader(access), form.reason, clock.now())
    return JSONResponse({"number": seen.number, "left": seen.left, "seconds": SHOWN_S}, headers=_NO_STORE)


@router.get("/desk/reveal")
async def left_at_the_desk(request: Request, interaction: UUID, staff: AtDesk) -> JSONResponse:
    """Return how many more numbers the agent may see within the hour, in this conversation's client."""
    plane = request.app.state.plane
    tenant_id, reader = await _agent(request, staff, interaction)
    async with plane.transaction(enter(staff.principal, tenant_id)) as scope:
        left = await remaining(scope, interaction, reader, clock.now())
    return JSONResponse({"left": left, "seconds": SHOWN_S}, headers=_NO_STORE)


@router.post("/desk/reveal")
async def at_the_desk(request: Request, form: DeskRevealForm, staff: AtDesk) -> JSONResponse:
    """Return the whole number to the agent in the conversation."""
    plane = request.app.state.plane
    tenant_id, reader = await _agent(request, staff, form.interaction)
    async with plane.transaction(enter(staff.principal, tenant_id)) as scope:
        seen = await reveal(scope, form.interaction, reader, form.reason, clock.now())
    return JSONResponse({"number": seen.number, "left": seen.left, "seconds": SHOWN_S}, headers=_NO_STORE)


def _reader(access: Access) -> Reader:
    return Reader(access.role, reader_of(access), access.agent_id)


async def _agent(request: Request, staff: StaffAccess, interaction: UUID) -> tuple[UUID, Reader]:
    """Return the client whose conversation it is, and what it calls this agent."""
    tenant_id: UUID = (await place_of(request.app.state.plane, staff, interaction))["tenant_id"]
    known_as = staff.known_as(tenant_id)
    return tenant_id, Reader(Role.AGENT, Actor("agent", str(known_as)), known_as)
