"""Answers of the handshakes' routes: done once for each Idempotency-Key, and shown as the caller may see them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import orjson
from fastapi import Request
from pydantic import BaseModel
from starlette.responses import Response

from kit.db import Scope, Transaction
from tenants.core.masks import mask_value
from tenants.endpoints import Access, reader_of
from tenants.service import reading
from tenants.service.policies import shown_to
from workorders.asked import only
from workorders.endpoints import answer_once
from workorders.fields import Body
from workorders.service.idempotency import Answer

Do = Callable[[Scope], Awaitable[Any]]
"""Does or reads something, and returns its document."""


class Nothing(Body):
    """The body of a request that says everything by its address."""


async def changed(request: Request, access: Access, body: BaseModel, do: Do, status: int = 200) -> Response:
    """Do it in one transaction, once for each Idempotency-Key; an address has no parameters here."""
    only(request)

    async def act(scope: Transaction) -> Answer:
        return Answer(status, {}, await _bytes(scope, access, await do(scope)))

    return await answer_once(request, access, body, act)


async def shown(request: Request, access: Access, work_order_id: UUID, do: Do) -> Response:
    """Return what is read of a work order, and write down who read it; an address has no parameters here."""
    only(request)
    async with request.app.state.plane.transaction(access.tenant_id) as scope:
        body = await _bytes(scope, access, await do(scope))
        await reading.work_order_opened(scope, reader_of(access), work_order_id)
    return Response(body, media_type="application/json")


async def _bytes(scope: Scope, access: Access, document: Any) -> bytes:  # noqa: ANN401 - any JSON value
    return orjson.dumps(mask_value(document, await shown_to(scope, access.role)))
