"""Files on work orders that nobody gets: of every client that a supervisor watches, with how long they have waited."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from starlette.responses import HTMLResponse

from kit import clock
from portal.floor_doors import doors_of
from portal.floor_view import Door
from portal.order_files import size_text
from portal.pages import html, page_of, visitor_of
from tenants.core.masks import mask_value
from tenants.endpoints import CentreAccess, inside, permitted_centre, reader_of
from tenants.service import reading
from workorders.attachments.service.held_back import held_back
from workorders.attachments.service.scanning import LATE
from workorders.endpoints import doer_of

router = APIRouter(include_in_schema=False)

PAGE = "/floor/files"
Watches = Annotated[CentreAccess, Depends(permitted_centre("floor.watch"))]


@router.get(PAGE)
async def page(request: Request, access: Watches) -> HTMLResponse:
    """Show what waits for its scan and what was found, of all clients or of one."""
    doors = [door for door, watched in await doors_of(request, access.principal) if watched is not None]
    chosen = request.query_params.get("client", "")
    rows = [row for door in doors if chosen in {"", door.code} for row in await _files(request, access, door)]
    rows.sort(key=lambda row: (row["scan_state"] != "pending", row["stored_at"]))
    return html(
        request, "floor_files.html", page_of(request, visitor_of(access.principal)), rows=rows, doors=doors,
        chosen=chosen, late=clock.now() - LATE, waiting=sum(row["scan_state"] == "pending" for row in rows),
    )  # fmt: skip


async def _files(request: Request, access: CentreAccess, door: Door) -> list[dict[str, Any]]:
    entered = await inside(request, access.principal, door.id, "work_order.read")
    async with request.app.state.plane.transaction(entered.tenant_id) as scope:
        rows = mask_value(await held_back(scope, doer_of(entered), clock.now()), door.shown)
        if rows:
            await reading.listed(scope, reader_of(entered), "work_orders", len(rows), {})
    return [{**row, "door": door, "size_text": size_text(row["size"])} for row in rows]
