"""The routes of requests to cancel."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter, Request, Response

from kit.clock import now
from kit.db import Scope
from workorders.cancelling import service
from workorders.cancelling.schemas import Decision, NewCancellation
from workorders.endpoints import Changing, Reading, doer_of
from workorders.replies import Nothing, changed, shown

router = APIRouter(
    prefix="/v1/work-orders/{work_order_id}/cancellation", tags=["work orders"], default_response_class=Response
)


@router.post("", status_code=201)
async def request_cancellation(
    request: Request, work_order_id: UUID, body: NewCancellation, access: Changing
) -> Response:
    """Ask the resolver to let a work order be cancelled that is under way; one request at a time."""

    async def do(scope: Scope) -> object:
        return await service.request(scope, work_order_id, body, doer_of(access), now())

    return await changed(request, access, body, do, 201)


@router.get("")
async def get_cancellation(request: Request, work_order_id: UUID, access: Reading) -> Response:
    """Return the last request to cancel this work order, with its decision once there is one."""

    async def do(scope: Scope) -> object:
        return await service.newest(scope, work_order_id, doer_of(access))

    return await shown(request, access, work_order_id, do)


@router.post("/take-up")
async def take_up_cancellation(request: Request, work_order_id: UUID, access: Changing) -> Response:
    """Tell the requester that one looks into its request to cancel; it is ``inProgress`` then. There is no body."""

    async def do(scope: Scope) -> object:
        return await service.take_up(scope, work_order_id, doer_of(access), now())

    return await changed(request, access, Nothing(), do)


@router.post("/decision")
async def decide_cancellation(request: Request, work_order_id: UUID, body: Decision, access: Changing) -> Response:
    """Agree, and the work order is cancelled at once; or decline with a reason, and it keeps its status."""

    async def do(scope: Scope) -> object:
        return await service.decide(scope, work_order_id, body, doer_of(access), now())

    return await changed(request, access, body, do)
