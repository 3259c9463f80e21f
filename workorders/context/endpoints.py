"""The routes of a work order's context, for clients' systems with a key and for people with a session."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

import orjson
from fastapi import APIRouter, Depends, Request, Response

from interactions.errors import RecordingAway
from kit import clock
from tenants.core.permissions import decide
from tenants.endpoints import Access, permitted, reader_of
from tenants.service import reading
from tenants.service.policies import shown_to
from workorders.asked import only
from workorders.context import service
from workorders.context.service import Means, Wanted
from workorders.context.vcon import MEDIA
from workorders.endpoints import doer_of

router = APIRouter(prefix="/v1/work-orders/{work_order_id}/context", tags=["context"], default_response_class=Response)

Reading = Annotated[Access, Depends(permitted("work_order.read"))]


@router.get("")
async def work_order_context(request: Request, work_order_id: UUID, access: Reading) -> Response:
    """Return the conversation behind a work order as a signed vCon (JWS in JSON), with links of 15 minutes.

    Recordings are in it for who may hear them, when the client's policy gives them to its systems.
    """
    only(request)
    async with request.app.state.plane.transaction(access.tenant_id) as scope:
        wanted = Wanted(doer_of(access), await shown_to(scope, access.role), recordings=_may_hear(access))
        try:
            signed = await service.context(scope, means_of(request), work_order_id, wanted, clock.now())
        except OSError as error:
            raise RecordingAway from error
        await reading.work_order_opened(scope, reader_of(access), work_order_id)
    return Response(orjson.dumps(signed), 200, {"Cache-Control": "no-store"}, MEDIA)


@router.delete("/links", status_code=204)
async def revoke_recordings(request: Request, work_order_id: UUID, access: Reading) -> Response:
    """End every link to the recordings of this conversation at once; who hears one is cut off within two seconds."""
    only(request)
    async with request.app.state.plane.transaction(access.tenant_id) as scope:
        await service.revoke(scope, work_order_id, doer_of(access), clock.now())
    return Response(status_code=204)


def means_of(request: Request) -> Means:
    """Return what this process makes vCons with."""
    state = request.app.state
    return Means(state.signer, state.recordings, state.settings.public_url)


def _may_hear(access: Access) -> bool:
    by_role = decide(access.role, "recording.listen") is not None and access.grant.reach.name == "ALL"
    return by_role and (access.principal.kind != "key" or "recording.listen" in access.principal.scopes)
