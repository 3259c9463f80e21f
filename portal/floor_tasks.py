"""The work that waits, for supervisors: callbacks, messages, lost contacts, and what clients ask of seats."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from interactions.callbacks.service import MOST, open_tasks
from interactions.shown import as_shown
from kit import clock
from kit.errors import NotFound, Problem
from portal.asking import ask_floor
from portal.floor_doors import doors_of, people_of
from portal.floor_view import Door, People
from portal.pages import html, page_of, visitor_of
from tenants.core.grants import clean_reason
from tenants.core.masks import mask_value
from tenants.endpoints import CentreAccess, inside, permitted_centre, reader_of
from tenants.errors import ReasonNotClear
from tenants.service import reading
from workorders.core.numbers import readable
from workorders.endpoints import doer_of
from workorders.seat_tasks import service as seat_tasks
from workorders.seat_tasks.rows import waiting

router = APIRouter(include_in_schema=False)

PAGE = "/floor/tasks"
Watches = Annotated[CentreAccess, Depends(permitted_centre("floor.watch"))]
Reason = Annotated[str, Form(max_length=1000)]
_SEE_OTHER = 303


@router.get(PAGE)
async def page(request: Request, access: Watches) -> HTMLResponse:
    """Show what waits, the most urgent first; of all clients, or of one."""
    return await _show(request, access)


@router.post(PAGE + "/cancel")
async def cancel(
    request: Request, access: Watches, tenant_id: Annotated[UUID, Form()], interaction: Annotated[UUID, Form()],
    reason: Reason = "",
) -> Response:  # fmt: skip
    """Take a task back that nobody has in hand."""
    return await _act(request, access, (tenant_id, interaction), "cancel_task", reason=reason)


@router.post(PAGE + "/assign")
async def assign(
    request: Request, access: Watches, tenant_id: Annotated[UUID, Form()], interaction: Annotated[UUID, Form()],
    agent: Annotated[UUID, Form()], reason: Reason = "",
) -> Response:  # fmt: skip
    """Keep a task for one agent for a while; then it is anybody's again."""
    return await _act(request, access, (tenant_id, interaction), "assign_task", reason=reason, agent=str(agent))


@router.post(PAGE + "/hand-over")
async def hand_over(
    request: Request, access: Watches, tenant_id: Annotated[UUID, Form()], order_id: Annotated[UUID, Form()],
    seat_task_id: Annotated[UUID, Form()], agent: Annotated[UUID, Form()],
) -> Response:  # fmt: skip
    """Give what a client asks of a seat to another agent who serves it."""
    entered = await inside(request, access.principal, tenant_id, "work_order.change")
    people = await people_of(request.app.state.control, [tenant_id])
    alias = next((UUID(alias) for (_, alias), person in people.items() if person.id == agent), None)
    if alias is None:
        raise NotFound
    try:
        async with request.app.state.plane.transaction(entered.tenant_id) as scope:
            await seat_tasks.hand_over(scope, order_id, seat_task_id, alias, doer_of(entered), clock.now())
    except Problem as problem:
        if problem.status not in {400, 409}:
            raise
        return await _show(request, access, problem)
    return RedirectResponse(PAGE, _SEE_OTHER)


async def _act(
    request: Request, centre: CentreAccess, which: tuple[UUID, UUID], command: str, *, reason: str, **more: str
) -> Response:
    try:
        why = clean_reason(reason)
        if why is None:
            raise ReasonNotClear
        access = await inside(request, centre.principal, which[0], "call.begin")
        kind, name = access.who
        await ask_floor(
            request, request.app.state.settings.floor, command, tenant=str(which[0]), interaction=str(which[1]),
            actor_kind=kind, actor=name, reason=why, **more,
        )  # fmt: skip
    except Problem as problem:
        if problem.status not in {400, 409}:
            raise
        return await _show(request, centre, problem)
    return RedirectResponse(PAGE, _SEE_OTHER)


async def _show(request: Request, access: CentreAccess, problem: Problem | None = None) -> HTMLResponse:
    doors = [door for door, watched in await doors_of(request, access.principal) if watched is not None]
    people = await people_of(request.app.state.control, [door.id for door in doors])
    chosen, now = request.query_params.get("client", ""), clock.now()
    rows = [row for door in doors if chosen in {"", door.code} for row in await _tasks(request, access, door, people)]
    rows.sort(key=lambda row: (row["due_at"] is None, row["due_at"] or now))
    asked = [row for door in doors if chosen in {"", door.code} for row in await _asked(request, access, door, people)]
    asked.sort(key=lambda row: (row["due_at"] is None, row["due_at"] or now))
    agents = {
        door.id: sorted({p for (t, _), p in people.items() if t == door.id}, key=lambda p: p.name) for door in doors
    }
    return html(
        request, "floor_tasks.html", page_of(request, visitor_of(access.principal)),
        status=200 if problem is None else problem.status, rows=rows, doors=doors, chosen=chosen, agents=agents,
        asked=asked, now=now, overdue=sum(_is_late(row, now) for row in (*rows, *asked)),
        error=problem.code if problem else None,
    )  # fmt: skip


async def _tasks(request: Request, access: CentreAccess, door: Door, people: People) -> list[dict[str, Any]]:
    entered = await inside(request, access.principal, door.id, "call.begin")
    async with request.app.state.plane.transaction(entered.tenant_id) as scope:
        rows = await as_shown(scope, await open_tasks(scope), door.shown)
    named = {alias: person.name for (tenant, alias), person in people.items() if tenant == door.id}
    return [{**row, "door": door, "agent": named.get(row["agent_id"] or "", "")} for row in rows]


async def _asked(request: Request, access: CentreAccess, door: Door, people: People) -> list[dict[str, Any]]:
    entered = await inside(request, access.principal, door.id, "work_order.read")
    async with request.app.state.plane.transaction(entered.tenant_id) as scope:
        rows = mask_value(await waiting(scope, None, MOST), door.shown)
        if rows:
            await reading.listed(scope, reader_of(entered), "work_orders", len(rows), {})
    named = {alias: person.name for (tenant, alias), person in people.items() if tenant == door.id}
    return [
        {**row, "number": readable(row["number"]), "door": door, "name": named.get(str(row["agent_id"]), "")}
        for row in rows
    ]


def _is_late(row: dict[str, Any], now: datetime) -> bool:
    return row["due_at"] is not None and row["due_at"] < now
