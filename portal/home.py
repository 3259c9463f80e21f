"""The first address: everybody lands where their work is."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import RedirectResponse

from tenants.access import Principal
from tenants.core.permissions import Role
from tenants.endpoints import signed_in

router = APIRouter(include_in_schema=False)


@router.get("/")
async def home(principal: Annotated[Principal, Depends(signed_in("it only sends one on"))]) -> RedirectResponse:
    """Send an agent to the desk and everybody else to the live board."""
    return RedirectResponse("/desk" if principal.staff_role is Role.AGENT else "/live", 303)
