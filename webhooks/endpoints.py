"""The routes of endpoints, deliveries and the feed, for clients' systems with a key and for people with a session.

A key has its own connection only; people see every connection of their company, and name one where one is needed.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from time import monotonic
from typing import Annotated, Any
from uuid import UUID

import orjson
from fastapi import APIRouter, Depends, Query, Request, Response

from journal.core.facts import Actor
from kit.clock import now
from kit.db import Plane, Transaction
from kit.errors import Detail, ValidationFailed
from kit.ids import new_id
from kit.outbound import AddressRefused, Guard
from tenants.endpoints import Access, permitted, reader_of
from tenants.service import reading
from tenants.service.policies import shown_to
from webhooks import schemas
from webhooks.client import Client, Message
from webhooks.core.events import is_known
from webhooks.core.formats import CLOUDEVENTS
from webhooks.errors import NoConsent, UrlRefused
from webhooks.schemas import EndpointChange, NewEndpoint, Replay, Rotation
from webhooks.service import feed, keeping, log
from webhooks.service.deliveries import Selection, replay

router = APIRouter(prefix="/v1", default_response_class=Response)

Managing = Annotated[Access, Depends(permitted("endpoint.manage"))]
Reading = Annotated[Access, Depends(permitted("event.read"))]
Limit = Annotated[int, Query(ge=1, le=200)]
Text = Annotated[str | None, Query(max_length=200, pattern="^[^\\x00]*$")]

_LOOK_EVERY_S = 1.0
_VERIFY = "endpoint.verify"


@router.get("/events", tags=["events"])
async def list_events(  # noqa: PLR0913, PLR0917 - each is a parameter of the address
    request: Request, access: Reading, after: Text = None, work_order: UUID | None = None,
    type: Text = None,  # noqa: A002 - its name in the address
    connection: Text = None, limit: Limit = 50, wait: Annotated[int, Query(ge=0, le=20)] = 0,
) -> Response:  # fmt: skip
    """Read what happened, oldest first, from a cursor on; the events that your own key caused are among it.

    Keep ``next``, also that of an empty page, and go on from it. ``wait``: so many seconds an empty answer may take.
    """
    _only(request, "after", "work_order", "type", "connection", "limit", "wait")
    types = () if type is None else tuple(type.split(","))
    if unknown := [each for each in types if not is_known(each)]:
        why = f"there is no type {unknown[0][:60]!r}"
        raise ValidationFailed(why, errors=(Detail("query:type", "value_error", why),))
    wanted = feed.Wanted(_connection(access, connection), after, work_order, types, limit)
    until = monotonic() + wait
    while True:
        async with _plane(request).transaction(access.tenant_id) as scope:
            page = await feed.read(scope, wanted)
            events = schemas.told(page.events, await shown_to(scope, access.role))
            if events:
                told = {"connection": wanted.connection, "work_order": str(work_order), "type": type}
                await reading.listed(scope, reader_of(access), "work_orders", len(events), told)
        if events or page.has_more or monotonic() >= until or await request.is_disconnected():
            return _response({"data": events, "has_more": page.has_more, "next": page.next})
        await asyncio.sleep(_LOOK_EVERY_S)


@router.get("/endpoints", tags=["endpoints"])
async def list_endpoints(request: Request, access: Managing) -> Response:
    """List where events go, with how much waits and how much was given up at each."""
    _only(request)
    async with _acting(request, access) as scope:
        rows = await keeping.endpoints(scope, _own(access))
    return _response({"data": [schemas.endpoint(row) for row in rows]})


@router.post("/endpoints", status_code=201, tags=["endpoints"])
async def create_endpoint(request: Request, body: NewEndpoint, access: Managing) -> Response:
    """Add an address; its secret is shown here, once. Nothing goes there until it is verified.

    With ``"signature": "v1a"`` a key signs that only we have: ``public_key`` verifies it, and there is no secret.
    """
    connection = _connection(access, body.connection)
    await refuse_private(request, body.url)
    async with _acting(request, access) as scope:
        made, secret = await keeping.add(scope, body, connection, _by(access), now())
        document = schemas.endpoint(await keeping.endpoint(scope, made))
    return _response({**document, "secret": secret}, 201, {"Location": f"{router.prefix}/endpoints/{made}"})


@router.get("/endpoints/{endpoint_id}", tags=["endpoints"])
async def get_endpoint(request: Request, endpoint_id: UUID, access: Managing) -> Response:
    """Return one endpoint."""
    return await _shown(request, endpoint_id, access)


@router.patch("/endpoints/{endpoint_id}", tags=["endpoints"])
async def change_endpoint(request: Request, endpoint_id: UUID, body: EndpointChange, access: Managing) -> Response:
    """Change an endpoint. With a new address it has to be verified again; events meanwhile can be replayed."""
    async with _acting(request, access) as scope:
        await keeping.endpoint(scope, endpoint_id, _own(access))
    if body.url is not None:
        await refuse_private(request, body.url)
    async with _acting(request, access) as scope:
        await keeping.change(scope, endpoint_id, body, _own(access), _by(access), now())
    return await _shown(request, endpoint_id, access)


@router.delete("/endpoints/{endpoint_id}", status_code=204, tags=["endpoints"])
async def delete_endpoint(request: Request, endpoint_id: UUID, access: Managing) -> Response:
    """Remove an endpoint; what waited for it is not sent any more."""
    async with _acting(request, access) as scope:
        await keeping.remove(scope, endpoint_id, _own(access), _by(access), now())
    return Response(status_code=204)


@router.post("/endpoints/{endpoint_id}/rotate", tags=["endpoints"])
async def rotate_secret(
    request: Request, endpoint_id: UUID, access: Managing, body: Rotation | None = None
) -> Response:  # fmt: skip
    """Return a new secret, once; for 24 hours the old one signs too, and either signature is enough.

    With ``v1a`` there is nothing secret to show but a new ``public_key``; ``signature`` changes from one to the other.
    """
    wanted = None if body is None else body.signature
    async with _acting(request, access) as scope:
        secret = await keeping.rotate(scope, endpoint_id, _own(access), _by(access), now(), wanted)
        shown = schemas.endpoint(await keeping.endpoint(scope, endpoint_id, _own(access)))
    told = {name: shown[name] for name in ("id", "signature", "public_key", "old_secret_until")}
    return _response({**told, "secret": secret})


@router.post("/endpoints/{endpoint_id}/verify", tags=["endpoints"])
async def verify_endpoint(request: Request, endpoint_id: UUID, access: Managing) -> Response:
    """Ask the address whether it wants events, and send them if it does.

    It gets a signed ``endpoint.verify`` and answers 2xx with its ``challenge``; with ``cloudevents``, OPTIONS.
    """
    await ask_consent(request, endpoint_id, access)
    return await _shown(request, endpoint_id, access)


@router.post("/endpoints/{endpoint_id}/enable", tags=["endpoints"])
async def enable_endpoint(request: Request, endpoint_id: UUID, access: Managing) -> Response:
    """Send to it again; what waited meanwhile goes out in order."""
    async with _acting(request, access) as scope:
        await keeping.switch(scope, endpoint_id, _own(access), _by(access), now(), on=True)
    return await _shown(request, endpoint_id, access)


@router.post("/endpoints/{endpoint_id}/disable", tags=["endpoints"])
async def disable_endpoint(request: Request, endpoint_id: UUID, access: Managing) -> Response:
    """Send nothing to it; events wait until it is enabled."""
    async with _acting(request, access) as scope:
        await keeping.switch(scope, endpoint_id, _own(access), _by(access), now(), on=False)
    return await _shown(request, endpoint_id, access)


@router.post("/endpoints/{endpoint_id}/test", status_code=202, tags=["endpoints"])
async def test_endpoint(request: Request, endpoint_id: UUID, access: Managing) -> Response:
    """Send it an ``endpoint.test``; how that goes stands in its deliveries."""
    async with _acting(request, access) as scope:
        await keeping.send_test(scope, endpoint_id, _own(access), now())
    return await _shown(request, endpoint_id, access, 202)


@router.post("/endpoints/{endpoint_id}/replay", status_code=202, tags=["endpoints"])
async def replay_events(request: Request, endpoint_id: UUID, body: Replay, access: Managing) -> Response:
    """Send events again with their first ids, in order: these, or those of a time; all, or what was given up."""
    async with _acting(request, access) as scope:
        await keeping.locked(scope, endpoint_id, _own(access))
        count = await replay(scope, endpoint_id, Selection(body.event_ids, body.since, body.until, body.only_failed))
    return _response({"replayed": count}, 202)


@router.get("/endpoints/{endpoint_id}/deliveries", tags=["endpoints"])
async def list_deliveries(  # noqa: PLR0913, PLR0917 - each is a parameter of the address
    request: Request, endpoint_id: UUID, access: Managing, state: Text = None,
    type: Text = None,  # noqa: A002 - its name in the address
    work_order: UUID | None = None, after: UUID | None = None, limit: Limit = 50,
) -> Response:  # fmt: skip
    """List what went or goes there, newest first; ``state``: waiting, delivered, or dead for what was given up."""
    _only(request, "state", "type", "work_order", "after", "limit")
    if state not in {None, "waiting", "delivered", "dead"}:
        raise ValidationFailed("state is waiting, delivered or dead")
    async with _acting(request, access) as scope:
        await keeping.endpoint(scope, endpoint_id, _own(access))
        rows = await log.deliveries(scope, endpoint_id, log.Filter(state, type, work_order, after, limit))
    more = len(rows) > limit
    shown = [schemas.delivery(row) for row in rows[:limit]]
    return _response({"data": shown, "has_more": more, "next": shown[-1]["id"] if more else None})


@router.get("/deliveries/{delivery_id}", tags=["endpoints"])
async def get_delivery(request: Request, delivery_id: UUID, access: Managing) -> Response:
    """Return a delivery with its attempts: when, how long, the status, and the first 4 kB of the answer."""
    async with _acting(request, access) as scope:
        row, attempts = await log.delivery(scope, delivery_id, _own(access))
    return _response({**schemas.delivery(row), "tries": [schemas.attempt(each) for each in attempts]})


@router.post("/deliveries/{delivery_id}/redeliver", status_code=202, tags=["endpoints"])
async def redeliver(request: Request, delivery_id: UUID, access: Managing) -> Response:
    """Send one event again, with its first id."""
    async with _acting(request, access) as scope:
        row = await log.redeliver(scope, delivery_id, _own(access))
    return _response(schemas.delivery(row), 202)


async def refuse_private(request: Request, url: str) -> None:
    """Raise ``UrlRefused`` for an address that nothing is sent to; it is looked at again before each attempt."""
    try:
        await _guard(request).check(url)
    except (AddressRefused, OSError) as error:
        raise UrlRefused(str(error)[:200]) from error


async def ask_consent(request: Request, endpoint_id: UUID, access: Access) -> None:
    """Ask an endpoint's address for its consent, and activate it. Raises ``NotFound`` and ``NoConsent``."""
    async with _acting(request, access) as scope:
        row = await keeping.own(scope, endpoint_id, _own(access))
        secret = await keeping.secret_of(scope, row)
    async with Client(_guard(request)) as client:
        said = await _consent(client, row, secret, request.url.hostname or "glassfloor")
    if said is not None:
        raise NoConsent(answer=said)
    async with _acting(request, access) as scope:
        await keeping.verified(scope, endpoint_id, row["url"], _own(access), _by(access), now())


async def _consent(client: Client, row: Mapping[str, Any], secret: str, origin: str) -> str | None:
    """Return None when the address agrees, else what it answered."""
    if row["format"] == CLOUDEVENTS:
        return None if await client.handshake(row["url"], origin) else "no WebHook-Allowed-Origin for us"
    at, challenge = now(), str(new_id())
    message = {"id": challenge, "type": _VERIFY, "timestamp": schemas.instant(at), "data": {"challenge": challenge}}
    reply = await client.send(Message(row["url"], secret, challenge, orjson.dumps(message)), at)
    if reply.error is not None:
        return reply.error
    agreed = reply.answer.status is not None and 200 <= reply.answer.status < 300 and challenge in reply.text  # noqa: PLR2004 - 2xx
    return None if agreed else f"{reply.answer.status}: {reply.text[:200]}".removesuffix(": ")


async def _shown(request: Request, endpoint_id: UUID, access: Access, status: int = 200) -> Response:
    async with _acting(request, access) as scope:
        return _response(schemas.endpoint(await keeping.endpoint(scope, endpoint_id, _own(access))), status)


def _own(access: Access) -> str | None:
    """Return the connection that a key is bound to; None: all of the company's."""
    return access.principal.connection if access.principal.kind == "key" else None


def _connection(access: Access, named: str | None) -> str:
    own = _own(access)
    if own is not None and named in {None, own}:
        return own
    if own is not None or named is None:
        raise ValidationFailed("say which connection; a key's is its own")
    return named


def _by(access: Access) -> Actor:
    return Actor(*access.who)


def _only(request: Request, *known: str) -> None:
    """Refuse a parameter that is not known, or given twice."""
    names = [name for name, _ in request.query_params.multi_items()]
    for name in names:
        if name not in known or names.count(name) > 1:
            why = f"there is no parameter {name[:80]!r} here, or it is given twice"
            raise ValidationFailed(why, errors=(Detail(f"query:{name[:80]}", "value_error", why),))


@asynccontextmanager
async def _acting(request: Request, access: Access) -> AsyncIterator[Transaction]:
    async with _plane(request).transaction(access.tenant_id) as scope:
        yield scope


def _plane(request: Request) -> Plane:
    plane: Plane = request.app.state.plane
    return plane


def _guard(request: Request) -> Guard:
    return Guard(allow_private=request.app.state.settings.allow_private_webhooks)


def _response(document: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:  # noqa: ANN401 - any JSON value
    return Response(orjson.dumps(document), status, dict(headers or {}), "application/json")
