"""Before the shift: an agent says which clients may see its desk in their conversations."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import JSONResponse

from interactions.desktop import service as desktop
from kit import clock
from kit.db import Plane
from kit.errors import NotFound, TenantElsewhere
from tenants.access import enter
from tenants.endpoints import StaffAccess, permitted_staff
from tenants.service.policies import policy_of

router = APIRouter(include_in_schema=False)

AtDesk = Annotated[StaffAccess, Depends(permitted_staff("call.handle"))]


class ConsentForm(BaseModel):
    """Which client, and what the agent says to it."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    client: Annotated[str, Field(max_length=64)]
    given: bool


@router.post("/desk/view/consent")
async def consent(request: Request, form: ConsentForm, staff: AtDesk) -> JSONResponse:
    """Write down what the agent says. Raises :class:`NotFound` for a client whose contract shows no desks."""
    for member in staff.principal.memberships.values():
        if member.code == form.client and member.open and member.agent_id is not None:
            async with request.app.state.plane.transaction(enter(staff.principal, member.tenant_id)) as scope:
                if (await policy_of(scope)).desktop.on:
                    await desktop.give_consent(scope, member.agent_id, given=form.given)
                    return JSONResponse({"ok": True})
    raise NotFound


async def asking(plane: Plane, staff: StaffAccess) -> list[dict[str, Any]]:
    """Return the clients who see desks by their contract, with what the agent said to each for this shift."""
    found = []
    for member in staff.principal.memberships.values():
        if not member.open or member.agent_id is None:
            continue
        try:
            async with plane.transaction(enter(staff.principal, member.tenant_id)) as scope:
                policy = (await policy_of(scope)).desktop
                if policy.on:
                    given = await desktop.consent(scope, member.agent_id, clock.now())
                    told = {"code": member.code, "name": member.name, "given": given}
                    found.append({**told, "stored": policy.stored, "must": policy.consent})
        except TenantElsewhere:
            continue
    return found
