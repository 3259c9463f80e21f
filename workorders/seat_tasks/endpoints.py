"""The routes of seat tasks: what the client asks of the seat, and what the seat says to it."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

import orjson
from fastapi import APIRouter, Query, Request, Response

from kit.clock import now
from kit.db import Scope
from tenants.core.masks import mask_value
from tenants.endpoints import reader_of
from tenants.service import reading
from tenants.service.policies import shown_to
from workorders.asked import only
from workorders.endpoints import Changing, Reading, doer_of
from workorders.replies import Nothing, changed, shown
from workorders.seat_tasks import service
from workorders.seat_tasks.schemas import Completion, HandOver, NewSeatTask

router = APIRouter(
    prefix="/v1/work-orders/{work_order_id}/seat-tasks", tags=["work orders"], default_response_class=Response
)


waiting = APIRouter(prefix="/v1/seat-tasks", tags=["work orders"], default_response_class=Response)


@waiting.get("")
async def list_waiting_seat_tasks(
    request: Request, access: Reading, agent_id: UUID | None = None, limit: Annotated[int, Query(ge=1, le=200)] = 50,
    after: Annotated[str | None, Query(max_length=64)] = None,
) -> Response:  # fmt: skip
    """List the seat tasks that are open or accepted, of one agent or of all, what is due first in front.

    ``after``: the ``next`` of the page before.
    """
    only(request, "agent_id", "limit", "after")
    async with request.app.state.plane.transaction(access.tenant_id) as scope:
        page = await service.waiting(scope, agent_id, doer_of(access), limit=limit, after=after)
        shown = {**page.document(), "data": mask_value(page.data, await shown_to(scope, access.role))}
        await reading.listed(scope, reader_of(access), "work_orders", len(page.data), {"seat_tasks": "waiting"})
    return Response(orjson.dumps(shown), media_type="application/json")


@router.post("", status_code=201)
async def create_seat_task(request: Request, work_order_id: UUID, body: NewSeatTask, access: Changing) -> Response:
    """Ask the seat that raised this work order to inform the customer, to call back, or to collect information."""

    async def do(scope: Scope) -> object:
        return await service.create(scope, work_order_id, body, doer_of(access), now())

    return await changed(request, access, body, do, 201)


@router.get("")
async def list_seat_tasks(request: Request, work_order_id: UUID, access: Reading) -> Response:
    """List every seat task about a work order, oldest first."""

    async def do(scope: Scope) -> object:
        return {"data": await service.of_order(scope, work_order_id, doer_of(access))}

    return await shown(request, access, work_order_id, do)


@router.get("/{seat_task_id}")
async def get_seat_task(request: Request, work_order_id: UUID, seat_task_id: UUID, access: Reading) -> Response:
    """Return one seat task, with its outcome once there is one."""

    async def do(scope: Scope) -> object:
        return await service.one(scope, work_order_id, seat_task_id, doer_of(access))

    return await shown(request, access, work_order_id, do)


@router.post("/{seat_task_id}/withdraw")
async def withdraw_seat_task(request: Request, work_order_id: UUID, seat_task_id: UUID, access: Changing) -> Response:
    """Take a seat task back that nobody has accepted yet. There is no body."""

    async def do(scope: Scope) -> object:
        return await service.withdraw(scope, work_order_id, seat_task_id, doer_of(access), now())

    return await changed(request, access, Nothing(), do)


@router.post("/{seat_task_id}/accept")
async def accept_seat_task(request: Request, work_order_id: UUID, seat_task_id: UUID, access: Changing) -> Response:
    """Take a seat task in hand, as its agent or a supervisor. There is no body."""

    async def do(scope: Scope) -> object:
        return await service.accept(scope, work_order_id, seat_task_id, doer_of(access), now())

    return await changed(request, access, Nothing(), do)


@router.post("/{seat_task_id}/completion")
async def complete_seat_task(
    request: Request, work_order_id: UUID, seat_task_id: UUID, body: Completion, access: Changing
) -> Response:
    """Say how an accepted seat task ended; ``close`` confirms the resolution and closes the work order with it."""

    async def do(scope: Scope) -> object:
        return await service.complete(scope, work_order_id, seat_task_id, body, doer_of(access), now())

    return await changed(request, access, body, do)


@router.put("/{seat_task_id}/agent")
async def hand_over_seat_task(
    request: Request, work_order_id: UUID, seat_task_id: UUID, body: HandOver, access: Changing
) -> Response:
    """Give a seat task to another agent who serves the client, as a supervisor; it is open again."""

    async def do(scope: Scope) -> object:
        return await service.hand_over(scope, work_order_id, seat_task_id, body.agent_id, doer_of(access), now())

    return await changed(request, access, body, do)
