"""The routes of TMF621 in its versions 4 and 5, at the addresses that the standard gives them.

They are described by TM Forum's own documents, so ours leaves them out; docs/tmf621.md says what is narrower here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

import orjson
from fastapi import APIRouter, Depends, Request, Response

from exchange.tmf621 import service
from exchange.tmf621.receiving import put_aside
from exchange.tmf621.schemas import Attachment, New, NewV4, NewV5, Nothing, Patch, PatchV4, PatchV5
from exchange.tmf621.service import Brought, Found, Speaker
from exchange.tmf621.service.queries import MAX_OFFSET, Asked, read_fields, read_list
from kit.clock import now
from kit.db import Transaction
from kit.errors import IfMatchRequired
from tenants.core.masks import mask_value
from tenants.endpoints import Access, granted, permitted, reader_of
from tenants.service import reading
from tenants.service.policies import shown_to
from webhooks.core.tmf621 import BASE, Edition
from workorders.asked import if_match, only, seen_by
from workorders.endpoints import Merged, answer_once, doer_of, plane_of
from workorders.service.idempotency import Answer
from workorders.service.lists import etag

router = APIRouter(prefix=BASE, tags=["TMF621"], default_response_class=Response, include_in_schema=False)

Reading = Annotated[Access, Depends(permitted("work_order.read"))]
Creating = Annotated[Access, Depends(permitted("work_order.create"))]
Changing = Annotated[Access, Depends(permitted("work_order.change"))]


@router.post("/v4/troubleTicket", status_code=201)
async def create_v4(request: Request, body: NewV4, access: Creating) -> Response:
    """Make a trouble ticket: hand a work order to the centre."""
    return await _create(request, body, access)


@router.post("/v5/troubleTicket", status_code=201)
async def create_v5(request: Request, body: NewV5, access: Creating) -> Response:
    """Make a trouble ticket: hand a work order to the centre."""
    return await _create(request, body, access)


@router.get("/v4/troubleTicket")
@router.get("/v5/troubleTicket")
async def search(request: Request, access: Reading) -> Response:
    """List trouble tickets, newest first."""
    edition = edition_of(request)
    asked = read_list(request.query_params.multi_items(), edition.version)
    async with plane_of(request).transaction(access.tenant_id) as scope:
        found = await service.search(scope, asked, Speaker(doer_of(access), edition, asked.fields))
        told = {**asked.filters, "after": asked.after, "before": asked.before, "offset": asked.offset}
        await reading.listed(scope, reader_of(access), "work_orders", len(found.rows), told)
        shown = mask_value(found.rows, await shown_to(scope, access.role))
    total = {} if found.total is None else {"X-Total-Count": str(found.total)}
    headers = {**total, "X-Result-Count": str(len(shown)), **_link(request, asked, found)}
    return _answer(200, shown, headers)


@router.get("/v4/troubleTicket/{work_order_id}")
@router.get("/v5/troubleTicket/{work_order_id}")
async def retrieve(request: Request, work_order_id: UUID, access: Reading) -> Response:
    """Return one trouble ticket with its ETag."""
    speaker = _speaker(request, access)
    async with plane_of(request).transaction(access.tenant_id) as scope:
        order, shown = await service.retrieve(scope, work_order_id, speaker)
        shown = mask_value(shown, await shown_to(scope, access.role))
        await reading.work_order_opened(scope, reader_of(access), work_order_id)
    return _answer(200, shown, {"ETag": etag(order)})


@router.patch("/v4/troubleTicket/{work_order_id}")
async def change_v4(request: Request, work_order_id: UUID, body: PatchV4, access: Changing, _form: Merged) -> Response:
    """Change a trouble ticket by JSON merge-patch: its attributes, new notes, its status."""
    return await _change(request, work_order_id, body, access)


@router.patch("/v5/troubleTicket/{work_order_id}")
async def change_v5(request: Request, work_order_id: UUID, body: PatchV5, access: Changing, _form: Merged) -> Response:
    """Change a trouble ticket by JSON merge-patch: its attributes, new notes, its status."""
    return await _change(request, work_order_id, body, access)


@router.delete("/v4/troubleTicket/{work_order_id}", status_code=204)
@router.delete("/v5/troubleTicket/{work_order_id}", status_code=204)
async def remove(request: Request, work_order_id: UUID, access: Changing) -> Response:
    """Cancel a trouble ticket; what is under way its resolver is asked to let go.

    Version 5 answers 202 then. Version 4 knows no other success than 204.
    """
    only(request)
    asked = 202 if edition_of(request).is_v5 else 204

    async def act(scope: Transaction) -> Answer:
        seen = _seen(request, work_order_id)
        cancelled = await service.remove(scope, work_order_id, doer_of(access), now(), seen=seen)
        return Answer(204 if cancelled else asked, {}, b"")

    return await answer_once(request, access, Nothing(), act, needs_key=False)


async def _create(request: Request, body: New, access: Access) -> Response:
    _check_may_add(access, body)
    async with put_aside(request, access, body.attachments or ()) as brought:
        speaker = _speaker(request, access, brought)

        async def act(scope: Transaction) -> Answer:
            order, shown = await service.create(scope, body, speaker, now())
            shown = mask_value(shown, await shown_to(scope, access.role))
            return Answer(201, {"Location": shown["href"], "ETag": etag(order)}, orjson.dumps(shown))

        return await answer_once(request, access, body, act, needs_key=False)


async def _change(request: Request, work_order_id: UUID, body: Patch, access: Access) -> Response:
    _check_may_add(access, body)
    new = await _unknown(request, access, work_order_id, body.attachments or ())
    async with put_aside(request, access, new) as brought:
        speaker = _speaker(request, access, brought)

        async def act(scope: Transaction) -> Answer:
            seen = _seen(request, work_order_id)
            order, shown = await service.change(scope, work_order_id, body, speaker, now(), seen=seen)
            shown = mask_value(shown, await shown_to(scope, access.role))
            return Answer(200, {"ETag": etag(order)}, orjson.dumps(shown))

        return await answer_once(request, access, body, act, needs_key=False)


def _check_may_add(access: Access, body: Patch | New) -> None:
    """Refuse notes and attachments of who may change the rest only. Raises :class:`Forbidden`."""
    if body.notes or body.attachments:
        granted("work_order.comment", access.principal, access.role)


async def _unknown(
    request: Request, access: Access, work_order_id: UUID, said: tuple[Attachment, ...]
) -> tuple[Attachment, ...]:
    """Return the attachments that the ticket does not have yet. Raises :class:`NotFound` before anything is stored."""
    if not said:
        return ()
    async with plane_of(request).transaction(access.tenant_id) as scope:
        known = {each["id"] for each in await service.attachments(scope, work_order_id, doer_of(access))}
    return tuple(each for each in said if each.id not in known)


def edition_of(request: Request) -> Edition:
    """Return which version is spoken at this address."""
    version = request.scope["route"].path.removeprefix(BASE).split("/")[1]
    return Edition(version, request.app.state.settings.public_url)


def _speaker(request: Request, access: Access, brought: Brought | None = None) -> Speaker:
    edition = edition_of(request)
    fields = read_fields(request.query_params.get("fields"), edition.version)
    only(request, "fields")
    return Speaker(doer_of(access), edition, fields, brought or Brought())


def _seen(request: Request, work_order_id: UUID) -> int | None:
    """Return the version that If-Match names, if it is sent; ``*`` names none. Raises :class:`IfMatchRequired`."""
    if (if_match(request) or "").strip() == "*":
        raise IfMatchRequired
    return seen_by(request, work_order_id)


def _link(request: Request, asked: Asked, found: Found) -> dict[str, str]:
    """Point to the next page: by the cursor where the version has one, else by numbers."""
    url = request.url.remove_query_params(["before", "offset"])
    if "/v5/" in url.path:
        following = None if found.next is None else url.include_query_params(after=found.next)
    else:
        offset = asked.offset + len(found.rows)
        more = found.next is not None and offset <= MAX_OFFSET
        following = url.include_query_params(offset=offset) if more else None
    return {} if following is None else {"Link": f'<{following.path}?{following.query}>; rel="next"'}


def _answer(status: int, shown: Any, headers: Mapping[str, str]) -> Response:  # noqa: ANN401 - any JSON value
    return Response(orjson.dumps(shown), status, dict(headers), "application/json")
