"""The routes of questions to the requester."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter, Request, Response

from kit.clock import now
from kit.db import Scope
from workorders.asking import service
from workorders.asking.schemas import InfoAnswer, NewInfoRequest
from workorders.endpoints import Changing, Reading, doer_of
from workorders.replies import changed, shown

router = APIRouter(prefix="/v1/work-orders", tags=["work orders"], default_response_class=Response)


@router.post("/{work_order_id}/info-requests", status_code=201)
async def ask_for_info(request: Request, work_order_id: UUID, body: NewInfoRequest, access: Changing) -> Response:
    """Ask the requester something: the work order is pending on the requester until the last question is answered.

    Several may be open. ``path`` is a JSON pointer (RFC 6901) to the field of the work order that is asked for.
    """

    async def do(scope: Scope) -> object:
        return await service.ask(scope, work_order_id, body, doer_of(access), now())

    return await changed(request, access, body, do, 201)


@router.get("/{work_order_id}/info-requests")
async def list_info_requests(request: Request, work_order_id: UUID, access: Reading) -> Response:
    """List every question about a work order, oldest first."""

    async def do(scope: Scope) -> object:
        return {"data": await service.of_order(scope, work_order_id, doer_of(access))}

    return await shown(request, access, work_order_id, do)


@router.get("/{work_order_id}/info-requests/{info_request_id}")
async def get_info_request(request: Request, work_order_id: UUID, info_request_id: UUID, access: Reading) -> Response:
    """Return one question, with its answer once there is one."""

    async def do(scope: Scope) -> object:
        return await service.one(scope, work_order_id, info_request_id, doer_of(access))

    return await shown(request, access, work_order_id, do)


@router.post("/{work_order_id}/info-requests/{info_request_id}/answer")
async def answer_info_request(
    request: Request, work_order_id: UUID, info_request_id: UUID, body: InfoAnswer, access: Changing
) -> Response:
    """Answer a question; with the last open one the work order is in progress again. The same answer twice is once."""

    async def do(scope: Scope) -> object:
        return await service.answer(scope, work_order_id, info_request_id, body, doer_of(access), now())

    return await changed(request, access, body, do)
