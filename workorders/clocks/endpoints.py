"""The clocks of a work order over HTTP."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

import orjson
from fastapi import APIRouter, Depends, Request, Response

from kit.clock import now
from tenants.endpoints import Access, permitted, reader_of
from tenants.service import reading
from workorders import service
from workorders.asked import only
from workorders.clocks.shown import clocks_of
from workorders.endpoints import doer_of

router = APIRouter(prefix="/v1/work-orders", tags=["work orders"], default_response_class=Response)

Reading = Annotated[Access, Depends(permitted("work_order.read"))]


@router.get("/{work_order_id}/sla")
async def list_clocks(request: Request, work_order_id: UUID, access: Reading) -> Response:
    """Return what both sides owe about a work order, by when, how much of it is used, and in which spans it ran."""
    only(request)
    async with request.app.state.plane.transaction(access.tenant_id) as scope:
        order = await service.detail(scope, work_order_id, doer_of(access))
        shown = await clocks_of(scope, [order], now(), spans=True)
        await reading.work_order_opened(scope, reader_of(access), work_order_id)
    return Response(orjson.dumps({"data": shown[order["id"]]}), media_type="application/json")
