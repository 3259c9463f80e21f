"""The routes of work orders, for clients' systems with a key and for people with a session.

Answers are written by orjson from asyncpg rows, without a response model: these routes are hot
(performance.md, section 4).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any
from uuid import UUID

import orjson
from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel

from kit.clock import now
from kit.db import Plane, Transaction
from kit.errors import IfMatchRequired
from tenants.core.masks import mask_value
from tenants.core.permissions import STAFF
from tenants.endpoints import Access, permitted, reader_of
from tenants.service import reading
from tenants.service.policies import shown_to
from workorders import asked, service
from workorders.clocks.shown import clocks_of
from workorders.core.doer import Doer
from workorders.core.idempotency import fingerprint
from workorders.core.states import Side
from workorders.schemas import AssignmentOf, Move, NewComment, NewWorkOrder, WorkOrderPatch
from workorders.service.idempotency import Act, Answer, Claim, once
from workorders.service.lists import etag

router = APIRouter(prefix="/v1/work-orders", tags=["work orders"], default_response_class=Response)

Reading = Annotated[Access, Depends(permitted("work_order.read"))]
Creating = Annotated[Access, Depends(permitted("work_order.create"))]
Changing = Annotated[Access, Depends(permitted("work_order.change"))]
Commenting = Annotated[Access, Depends(permitted("work_order.comment"))]
Merged = Annotated[None, Depends(asked.is_merge_patch)]


@router.post("", status_code=201)
async def create(request: Request, body: NewWorkOrder, access: Creating) -> Response:
    """Hand a work order to the other side: a client's system asks the centre."""
    asked.only(request)

    async def act(scope: Transaction) -> Answer:
        document = await service.create(scope, service.Asked(body), doer_of(access), now())
        document = mask_value(document, await shown_to(scope, access.role))
        return Answer(201, {"Location": f"{router.prefix}/{document['id']}", "ETag": etag(document)}, _json(document))

    return await answer_once(request, access, body, act)


@router.get("")
async def list_orders(request: Request, access: Reading) -> Response:
    """List work orders, newest first; every parameter but ``limit``, ``after`` and ``before`` is an equality filter."""
    wanted, fields = asked.page_of(request, "fields"), asked.fields_of(request)
    async with plane_of(request).transaction(access.tenant_id) as scope:
        page = await service.list_orders(scope, wanted, doer_of(access))
        told = {**wanted.filters, "after": wanted.after, "before": wanted.before, "limit": wanted.limit}
        await reading.listed(scope, reader_of(access), "work_orders", len(page.data), told)
        page = replace(page, data=mask_value(page.data, await shown_to(scope, access.role)))
    return _page_response(request, replace(page, data=[_chosen(document, fields) for document in page.data]))


@router.get("/{work_order_id}")
async def detail(request: Request, work_order_id: UUID, access: Reading) -> Response:
    """Return one work order with its ETag; ``fields`` says which fields, with the id in any case.

    ``sla``: what both sides owe, as it stands now.
    """
    asked.only(request, "fields")
    fields = asked.fields_of(request)
    async with plane_of(request).transaction(access.tenant_id) as scope:
        document = await service.detail(scope, work_order_id, doer_of(access))
        clocks = await clocks_of(scope, [document], now())
        document = mask_value({**document, "sla": clocks[document["id"]]}, await shown_to(scope, access.role))
        await reading.work_order_opened(scope, reader_of(access), work_order_id)
    return _response(_json(_chosen(document, fields)), headers={"ETag": etag(document)})


@router.get("/{work_order_id}/comments")
async def list_comments(request: Request, work_order_id: UUID, access: Reading) -> Response:
    """List the comments that this caller may see, newest first."""
    wanted = asked.page_of(request)
    async with plane_of(request).transaction(access.tenant_id) as scope:
        page = await service.comments(scope, work_order_id, wanted, doer_of(access))
        page = replace(page, data=mask_value(page.data, await shown_to(scope, access.role)))
        await reading.work_order_opened(scope, reader_of(access), work_order_id)
    return _page_response(request, page)


@router.post("/{work_order_id}/comments", status_code=201)
async def comment(request: Request, work_order_id: UUID, body: NewComment, access: Commenting) -> Response:
    """Add a comment. It raises the sequence, not the version, so it never makes another's If-Match stale."""
    asked.only(request)

    async def act(scope: Transaction) -> Answer:
        document = await service.comment(scope, work_order_id, body, doer_of(access), now())
        document = mask_value(document, await shown_to(scope, access.role))
        return Answer(201, {}, _json(document))

    return await answer_once(request, access, body, act)


@router.get("/{work_order_id}/transitions")
async def list_transitions(request: Request, work_order_id: UUID, access: Reading) -> Response:
    """List the transitions that this caller may take now."""
    asked.only(request)
    async with plane_of(request).transaction(access.tenant_id) as scope:
        steps = await service.allowed(scope, work_order_id, doer_of(access), now())
        await reading.work_order_opened(scope, reader_of(access), work_order_id)
    return _response(_json({"data": steps}))


@router.post("/{work_order_id}/transitions")
async def transition(request: Request, work_order_id: UUID, body: Move, access: Changing) -> Response:
    """Move a work order on. A client's system says in If-Match which version it has seen."""
    asked.only(request)

    async def act(scope: Transaction) -> Answer:
        seen = await _seen(request, access, scope, work_order_id)
        document = await service.transition(scope, work_order_id, body, doer_of(access), now(), seen=seen)
        return await _whole(scope, access, document)

    return await answer_once(request, access, body, act)


@router.patch("/{work_order_id}")
async def update(
    request: Request, work_order_id: UUID, body: WorkOrderPatch, access: Changing, _form: Merged
) -> Response:
    """Change fields by JSON merge-patch. A client's system says in If-Match which version it has seen."""
    asked.only(request)

    async def act(scope: Transaction) -> Answer:
        seen = await _seen(request, access, scope, work_order_id)
        document = await service.edit(scope, work_order_id, body, doer_of(access), now(), seen=seen)
        return await _whole(scope, access, document)

    return await answer_once(request, access, body, act, needs_key=False)


@router.put("/{work_order_id}/assignment")
async def assign(request: Request, work_order_id: UUID, body: AssignmentOf, access: Changing) -> Response:
    """Say who of your side works on it. A client's system says in If-Match which version it has seen."""
    asked.only(request)

    async def act(scope: Transaction) -> Answer:
        seen = await _seen(request, access, scope, work_order_id)
        document = await service.assign(scope, work_order_id, body, doer_of(access), now(), seen=seen)
        return await _whole(scope, access, document)

    return await answer_once(request, access, body, act, needs_key=False)


@router.get("/{work_order_id}/history")
async def history(request: Request, work_order_id: UUID, access: Reading) -> Response:
    """Return everything that happened to a work order, oldest first, from the journal."""
    asked.only(request)
    async with plane_of(request).transaction(access.tenant_id) as scope:
        entries = await service.history(scope, work_order_id, doer_of(access))
        entries = mask_value(entries, await shown_to(scope, access.role))
        await reading.work_order_opened(scope, reader_of(access), work_order_id)
    return _response(_json({"data": entries}))


def doer_of(access: Access) -> Doer:
    """Say who acts. The other side never sees the real name of one of the outsourcer's people."""
    who = access.principal
    if who.kind == "key":
        return Doer(Side.TENANT, "key", who.id, who.name, connection=who.connection)
    if access.role in STAFF:
        return Doer(Side.OUTSOURCER, *access.who, access.role.value, agent_id=access.own)
    return Doer(Side.TENANT, "user", who.id, who.name)


async def answer_once(
    request: Request, access: Access, body: BaseModel, act: Act, *, needs_key: bool = True
) -> Response:
    """Do it in one transaction, once for each Idempotency-Key; ``needs_key``: a system must send one."""
    claim, plane = _claim(request, access, body, needs_key=needs_key), plane_of(request)
    if claim is None:
        async with plane.transaction(access.tenant_id) as scope:
            answer = await act(scope)
    else:
        answer = await once(plane, access.tenant_id, claim, act, now())
    replayed = {"Idempotency-Replayed": "true"} if answer.replayed else {}
    if answer.refusal is not None:
        answer.refusal.data["headers"] = replayed
        raise answer.refusal
    return _response(answer.body, answer.status, {**answer.headers, **replayed})


def _claim(request: Request, access: Access, body: BaseModel, *, needs_key: bool) -> Claim | None:
    key = asked.idempotency_key(request)
    if key is None:
        if needs_key and access.principal.kind == "key":
            raise asked.no_key()
        return None
    said = {"body": body.model_dump(mode="json", exclude_unset=True), "if_match": asked.if_match(request)}
    route = request.scope["route"].path
    print_ = fingerprint(request.method, request.url.path, said)
    return Claim(f"{access.principal.kind}:{access.principal.id}", request.method, route, key, print_)


async def _seen(request: Request, access: Access, scope: Transaction, work_order_id: UUID) -> int | None:
    """Return the version that If-Match names; existence comes before preconditions. Raises :class:`IfMatchRequired`."""
    tag = asked.if_match(request)
    if (access.principal.kind == "key" and tag is None) or (tag is not None and tag.strip() == "*"):
        await service.detail(scope, work_order_id, doer_of(access))
        raise IfMatchRequired
    return asked.seen_by(request, work_order_id)


async def _whole(scope: Transaction, access: Access, document: dict[str, Any]) -> Answer:
    shown = mask_value(document, await shown_to(scope, access.role))
    return Answer(200, {"ETag": etag(shown)}, _json(shown))


def _chosen(document: dict[str, Any], fields: frozenset[str] | None) -> dict[str, Any]:
    return document if fields is None else {name: value for name, value in document.items() if name in fields}


def _page_response(request: Request, page: service.Page) -> Response:
    link = {}
    if page.next is not None:
        url = request.url.remove_query_params("before").include_query_params(after=page.next)
        link["Link"] = f'<{url.path}?{url.query}>; rel="next"'
    return _response(_json(page.document()), headers=link)


def plane_of(request: Request) -> Plane:
    """Return where tenants' transactions are opened."""
    plane: Plane = request.app.state.plane
    return plane


def _json(document: Any) -> bytes:  # noqa: ANN401 - any JSON value
    return orjson.dumps(document)


def _response(body: bytes, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    return Response(body, status, dict(headers or {}), "application/json")
