"""The first address: an agent lands at its desk, everybody else on the home of its role."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import RedirectResponse, Response

from tenants.access import Principal
from tenants.core.permissions import Role
from tenants.endpoints import signed_in

router = APIRouter(include_in_schema=False)

SEE_OTHER = 303


@router.get("/")
async def home(principal: Annotated[Principal, Depends(signed_in("it only sends one on"))]) -> Response:
    """Send an agent to the desk and everybody else to the home of their role."""
    return RedirectResponse("/desk" if principal.staff_role is Role.AGENT else "/home", SEE_OTHER)
