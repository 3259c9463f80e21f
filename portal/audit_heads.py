"""Signed heads of the journal: the list to fetch, and one at once, brought to the client's own systems."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from journal import heads
from kit import clock
from kit.errors import Forbidden
from portal.audit import PAGE, refuse_own
from tenants.endpoints import Access, permitted, reader_of
from webhooks.service import push_head

router = APIRouter(include_in_schema=False)
api = APIRouter(tags=["journal"])

MayRead = Annotated[Access, Depends(permitted("journal.read"))]
_SEE_OTHER = 303


@api.get("/v1/journal/heads")
async def signed_heads(
    request: Request, access: MayRead, before_seq: Annotated[int | None, Query(ge=1, lt=2**63)] = None
) -> Response:
    """Return signed heads of the journal, newest first, 50 at once: keep them where we cannot reach them."""
    refuse_own(access)
    async with request.app.state.plane.transaction(access.tenant_id) as scope:
        found = await heads.listed(scope, before_seq)
    return JSONResponse({"data": [head.document for head in found], "next": found[-1].seq if found else None})


@api.post("/v1/journal/heads", status_code=201)
async def sign_one(request: Request, access: MayRead) -> Response:
    """Sign the head of now and bring it to every system that asks for heads; return it and how many it goes to."""
    head, sent = await _sign(request, access)
    return JSONResponse({"head": head.document if head else None, "sent": sent}, 201)


@router.post(PAGE + "/heads")
async def sign_one_here(request: Request, access: MayRead) -> Response:
    """Do the same from the audit's page, which then says what came of it."""
    head, sent = await _sign(request, access)
    told = urlencode({"sent": sent} if head else {"sent": "none"})
    return RedirectResponse(f"{PAGE}?{told}#h-heads", _SEE_OTHER)


async def _sign(request: Request, access: Access) -> tuple[heads.Head | None, int]:
    refuse_own(access)
    if access.grant.masked:
        raise Forbidden
    now, state = clock.now(), request.app.state
    async with state.plane.transaction(access.tenant_id) as scope:
        head = await heads.sign(scope, state.signer, heads.REQUEST, now, reader_of(access))
        return head, await push_head(scope, head, now, again=True) if head else 0
