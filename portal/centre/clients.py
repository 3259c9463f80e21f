"""The list of clients: their state, the version in force, how many seats and numbers, and the way to their settings."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from kit.errors import Problem
from portal.pages import html, page_of, visitor_of
from tenants.access import for_system
from tenants.endpoints import CentreAccess, permitted_centre
from tenants.onboarding import service as onboardings
from tenants.service.blueprints import newest
from tenants.service.floors import TenantSummary, list_tenants

router = APIRouter(include_in_schema=False)

PAGE = 25
_COUNTS = """SELECT t.id, (SELECT count(*) FROM control.number n WHERE n.tenant_id = t.id) AS numbers,
  (SELECT count(*) FROM control.rental r WHERE r.tenant_id = t.id) AS seats
FROM control.tenant t WHERE t.id = ANY($1)"""


@router.get("/centre/clients")
async def clients(
    request: Request, access: Annotated[CentreAccess, Depends(permitted_centre("tenant.create"))]
) -> Response:
    """List the clients, by name, so many a page; the words to look for are in the address."""
    query, state = request.query_params, request.app.state
    wanted, begin = query.get("q", "").strip()[:80], _whole(query.get("from", ""))
    every = [t for t in await list_tenants(state.control) if wanted.lower() in f"{t.name} {t.code}".lower()]
    shown = every[begin : begin + PAGE]
    pool = await state.control.pool()
    counts = {row["id"]: row for row in await pool.fetch(_COUNTS, [tenant.id for tenant in shown])}
    mine = {place.tenant_id for place in access.principal.memberships.values() if place.open}
    rows = [await _row(state.plane, tenant, counts.get(tenant.id), tenant.id in mine) for tenant in shown]
    return html(
        request, "centre/clients.html", page_of(request, visitor_of(access.principal)), rows=rows, q=wanted,
        total=len(every), begin=begin, next=begin + PAGE if len(every) > begin + PAGE else None,
        unfinished=len(await onboardings.unfinished(state.control)),
    )  # fmt: skip


def _whole(text: str) -> int:
    return int(text) if text.isdecimal() and text.isascii() and len(text) < 7 else 0  # noqa: PLR2004 - digits


async def _row(plane: Any, tenant: TenantSummary, counts: Any, may_enter: bool) -> dict[str, Any]:  # noqa: ANN401, FBT001 - rows
    version, known = await _version(plane, tenant.id)
    return {
        "code": tenant.code,
        "name": tenant.name,
        "state": tenant.state,
        "seats": counts["seats"] if counts else 0,
        "numbers": counts["numbers"] if counts else 0,
        "version": version,
        "known": known,
        "may_enter": may_enter,
    }


async def _version(plane: Any, tenant_id: UUID) -> tuple[int, bool]:  # noqa: ANN401 - kit.db.Plane
    """Return the version in force; a client whose own database is away is shown without it."""
    try:
        async with plane.session(for_system(tenant_id, "list of clients")) as session:
            row = await newest(session)
    except (Problem, OSError):
        return 0, False
    return (row.version if row else 0), True
