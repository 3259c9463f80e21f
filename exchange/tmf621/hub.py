"""TMF621's registration of listeners: a hub is an endpoint of the connection, in the standard's form.

It is verified, rotated, replayed and looked into like every other endpoint, below ``/v1/endpoints``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any
from urllib.parse import parse_qsl
from uuid import UUID

import orjson
from fastapi import APIRouter, Depends, Request, Response
from pydantic import AfterValidator, Field, StringConstraints

from exchange.tmf621.endpoints import edition_of
from exchange.tmf621.schemas import Typed
from kit.clock import now
from kit.errors import Detail, NotFound, ValidationFailed
from tenants.endpoints import Access, permitted, reader_of
from webhooks.core.tmf621 import BASE, FORMATS, Edition, event_types
from webhooks.endpoints import refuse_private
from webhooks.schemas import NewEndpoint, Url
from webhooks.service import keeping
from workorders.asked import only
from workorders.core.custom import storable
from workorders.endpoints import plane_of

router = APIRouter(prefix=BASE, tags=["TMF621"], default_response_class=Response, include_in_schema=False)

Managing = Annotated[Access, Depends(permitted("endpoint.manage"))]
Query = Annotated[str, StringConstraints(max_length=200), AfterValidator(storable)]


class NewHub(Typed):
    """A listener that wants events; ``query`` says which."""

    callback: Url
    event_query: Query | None = Field(None, alias="query")


@router.post("/v4/hub", status_code=201)
@router.post("/v5/hub", status_code=201)
async def register(request: Request, body: NewHub, access: Managing) -> Response:
    """Register a listener. The secret that its events are signed with is shown here, once."""
    only(request)
    edition, own = edition_of(request), _connection(access)
    wanted = NewEndpoint(
        url=body.callback, types=_types(body.event_query), format=FORMATS[edition.version],
        description=body.event_query or "",
    )  # fmt: skip
    await refuse_private(request, body.callback)
    async with plane_of(request).transaction(access.tenant_id) as scope:
        made, secret = await keeping.add(scope, wanted, own, reader_of(access), now())
        row = await keeping.endpoint(scope, made, own)
    where = f"{edition.public_url}{BASE}/{edition.version}/hub/{made}"
    return _answer({**_hub(row, edition), "secret": secret}, 201, {"Location": where})


@router.get("/v4/hub/{endpoint_id}")
@router.get("/v5/hub/{endpoint_id}")
async def registered(request: Request, endpoint_id: UUID, access: Managing) -> Response:
    """Return a listener."""
    only(request)
    edition = edition_of(request)
    async with plane_of(request).transaction(access.tenant_id) as scope:
        row = await keeping.endpoint(scope, endpoint_id, _connection(access))
    if row["format"] != FORMATS[edition.version]:
        raise NotFound
    return _answer(_hub(row, edition))


@router.delete("/v4/hub/{endpoint_id}", status_code=204)
@router.delete("/v5/hub/{endpoint_id}", status_code=204)
async def unregister(request: Request, endpoint_id: UUID, access: Managing) -> Response:
    """Remove a listener; what waited for it is not sent any more."""
    only(request)
    own = _connection(access)
    async with plane_of(request).transaction(access.tenant_id) as scope:
        row = await keeping.locked(scope, endpoint_id, own)
        if row["format"] != FORMATS[edition_of(request).version]:
            raise NotFound
        await keeping.remove(scope, endpoint_id, own, reader_of(access), now())
    return Response(status_code=204)


def _connection(access: Access) -> str:
    """Return the key's connection: the standard has no place to name one, so people use ``/v1/endpoints``."""
    if access.principal.connection is None:
        raise ValidationFailed("a listener is registered with a connection's key")
    return access.principal.connection


def _types(query: str | None) -> list[str]:
    """Return our types of events for ``eventType=...`` (several: repeated, or by commas); without it all."""
    if not query:
        return event_types()
    pairs = parse_qsl(query.removeprefix("?"), keep_blank_values=True)
    names = [each for name, value in pairs for each in (value.split(",") if name == "eventType" else [name])]
    try:
        return event_types(names or [query])
    except KeyError as error:
        why = "query is eventType= and names of this standard's events; nothing is deleted, so no delete event is sent"
        raise ValidationFailed(why, errors=(Detail("/query", "value_error", why),)) from error


def _hub(row: Mapping[str, Any], edition: Edition) -> dict[str, Any]:
    made = {"id": str(row["id"]), "callback": row["url"], "query": row["description"] or None}
    return edition.typed("Hub", made)


def _answer(shown: Mapping[str, Any], status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    return Response(orjson.dumps(shown), status, dict(headers or {}), "application/json")
