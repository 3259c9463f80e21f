"""The do-not-call list, for a client's systems."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import JSONResponse, Response

from interactions.nocall import service
from interactions.nocall.service import Wanted
from kit import clock
from kit.errors import ValidationFailed
from kit.instants import Instant
from portal.nocall import who_of
from tenants.core.numbers import e164
from tenants.endpoints import Access, permitted
from tenants.service.at_desk import home_number

router = APIRouter(prefix="/v1/do-not-call", tags=["do not call"])

Keeping = Annotated[Access, Depends(permitted("do_not_call.keep"))]


class NewNumbers(BaseModel):
    """Numbers that are not to be called, why, and until when (absent: for ever)."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    numbers: Annotated[list[Annotated[str, Field(max_length=80)]], Field(min_length=1, max_length=service.MOST)]
    why: Annotated[str, Field(max_length=1000)]
    expires_at: Instant | None = None


class Lifting(BaseModel):
    """Why a number may be called again."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    why: Annotated[str, Field(max_length=1000)]


@router.get("")
async def entries(
    request: Request, access: Keeping, number: Annotated[str, Query(max_length=80)] = "", after: UUID | None = None
) -> JSONResponse:
    """List the entries that count, newest first, numbers masked; or what is said about one number."""
    home = await home_number(request.app.state.control, access.tenant_id)
    asked = e164(number, home) if number else ""
    if asked is None:
        raise ValidationFailed("this is not a phone number")
    async with request.app.state.plane.transaction(access.tenant_id) as scope:
        found = await service.entries(scope, clock.now(), asked, after)
    return JSONResponse(
        {"data": [_line(each) for each in found], "next": found[-1]["id"] if len(found) == service.PAGE else None}
    )


@router.post("")
async def add(request: Request, body: NewNumbers, access: Keeping) -> JSONResponse:
    """Put numbers on the list; again, nothing changes. ``refused``: places, from 1, of what is no number."""
    now = clock.now()
    if body.expires_at is not None and body.expires_at <= now:
        raise ValidationFailed("expires_at is over")
    home = await home_number(request.app.state.control, access.tenant_id)
    wanted = Wanted(body.numbers, body.why, body.expires_at, home)
    async with request.app.state.plane.transaction(access.tenant_id) as scope:
        added = await service.add(scope, wanted, who_of(access), now)
    return JSONResponse({"added": added.count, "known": added.known, "refused": list(added.refused)})


@router.post("/{line_id}/lift", status_code=204)
async def lift(request: Request, line_id: UUID, body: Lifting, access: Keeping) -> Response:
    """Take a number off the list."""
    async with request.app.state.plane.transaction(access.tenant_id) as scope:
        await service.take_off(scope, line_id, body.why, who_of(access), clock.now())
    return Response(status_code=204)


def _line(entry: dict[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in entry.items()}
