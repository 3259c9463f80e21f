"""Work orders that are not over, of all clients of a supervisor: how old, what is late, what goes back and forth."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from starlette.responses import HTMLResponse

from kit import clock
from portal.floor_doors import doors_of
from portal.floor_view import Door
from portal.pages import html, page_of, visitor_of
from tenants.core.masks import mask_value
from tenants.endpoints import CentreAccess, inside, permitted_centre, reader_of
from tenants.service import reading
from workorders.core.states import TERMINAL, Status
from workorders.endpoints import doer_of
from workorders.service import ageing
from workorders.service.ageing import EDGES, MOST, Figures, Which

router = APIRouter(include_in_schema=False)

Watches = Annotated[CentreAccess, Depends(permitted_centre("floor.watch"))]
NEXT = 10
"""So much of what is due next is shown."""
STATUSES = tuple(status.value for status in Status if status not in TERMINAL)


@dataclass(frozen=True, slots=True)
class Place:
    """One client with its figures, what is due next there, and the rows of the list that is open."""

    door: Door
    figures: Figures
    due: list[dict[str, Any]]
    rows: list[dict[str, Any]]


@router.get("/floor/work-orders")
async def page(request: Request, access: Watches) -> HTMLResponse:
    """Show the figures, of all clients or of one, and the work orders behind the one that was asked for."""
    query, now = request.query_params, clock.now()
    which, chosen = _asked(request), query.get("client", "")
    doors = [door for door, watched in await doors_of(request, access.principal) if watched is not None]
    places = [await _place(request, access, door, which, now) for door in doors if chosen in {"", door.code}]
    due = sorted((each for place in places for each in place.due), key=lambda each: each["due_at"])[:NEXT]
    rows = sorted((row for place in places for row in place.rows), key=lambda row: row["created_at"])
    return html(
        request, "floor_orders.html", page_of(request, visitor_of(access.principal)), doors=doors, places=places,
        chosen=chosen, which=which, due=due, rows=rows[:MOST], statuses=STATUSES, ages=len(EDGES) + 1, now=now,
        cells=_cells(places), counted=sum(_count(place.figures, which) for place in places) if which else 0,
    )  # fmt: skip


def _asked(request: Request) -> Which | None:
    """Read which figure is open; None: none is. What is no status and no age stands for all."""
    query = request.query_params
    status, age = query.get("status"), query.get("age", "")
    which = Which(
        status if status in STATUSES else None, int(age) if age in {str(n) for n in range(len(EDGES) + 1)} else None,
        *(query.get(name) == "1" for name in ("late", "soon", "back")),
    )  # fmt: skip
    return which if which != Which() or query.get("all") == "1" else None


async def _place(request: Request, access: CentreAccess, door: Door, which: Which | None, now: datetime) -> Place:
    entered = await inside(request, access.principal, door.id, "work_order.read")
    doer = replace(doer_of(entered), agent_id=None)
    async with request.app.state.plane.transaction(entered.tenant_id) as scope:
        figures = await ageing.figures(scope, now)
        due = await ageing.next_due(scope, NEXT, doer, now)
        rows = [] if which is None else await ageing.behind(scope, which, figures.back, doer, now)
        if due or rows:
            await reading.listed(scope, reader_of(entered), "work_orders", len(rows), {})
    due = [{**each, "order": mask_value(each["order"], door.shown), "door": door} for each in due]
    return Place(door, figures, due, [_row(row, door, figures, now) for row in rows])


def _row(order: dict[str, Any], door: Door, figures: Figures, now: datetime) -> dict[str, Any]:
    shown = mask_value(order, door.shown)
    created = datetime.fromisoformat(order["created_at"])
    turned = next((n for key, n in figures.back.items() if str(key) == order["id"]), None)
    return {**shown, "created_at": created, "days": (now - created).days, "door": door, "turned": turned}


def _cells(places: list[Place]) -> dict[tuple[str, int], int]:
    found: dict[tuple[str, int], int] = {}
    for place in places:
        for cell, n in place.figures.cells.items():
            found[cell] = found.get(cell, 0) + n
    return found


def _count(figures: Figures, which: Which) -> int:
    """Return what the figure says whose list is open: each has one condition, or a status and an age."""
    if which.late or which.soon or which.back:
        return figures.late if which.late else figures.soon if which.soon else len(figures.back)
    return sum(
        n for (status, age), n in figures.cells.items()
        if which.status in {None, status} and which.age in {None, age}
    )  # fmt: skip
