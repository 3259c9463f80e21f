"""The address that clients' systems send messages to, and the API by which people of both sides keep connections."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import orjson
from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from exchange.core.agreement import Act
from exchange.errors import MailNotSetUp
from exchange.schemas import ConnectorBody, DoorBody, DropBody, MailBody, MapBody, Reason, SecretBody, Trial
from exchange.service import agreements, connectors, doors, drops, health, inbox, mailing, maps, rows, trying
from exchange.service.agreements import By
from journal.core.facts import Actor
from kit.clock import now
from kit.errors import NotFound
from tenants.access import for_system
from tenants.callers import origin_of, refuse_unseen
from tenants.core.permissions import STAFF
from tenants.endpoints import Access, permitted, public
from tenants.idp.connections import Planes
from tenants.oneself import fresh
from workorders.core.states import Side

router = APIRouter(prefix="/v1", tags=["connections"], default_response_class=Response)
Builder = Annotated[Access, Depends(permitted("integration.manage"))]
BuildsNow = Annotated[Access, Depends(fresh(permitted("integration.manage")))]
"""Whoever is given something that opens the door."""

ActName = Literal["invite", "accept", "decline", "suspend", "resume", "revoke"]

_ACCEPTED, _OK, _CREATED, _NO_CONTENT = 202, 200, 201, 204


@router.post(
    "/inbound/{connection_token}", status_code=_ACCEPTED,
    dependencies=[Depends(public("a client's system shows its address and signs, or comes from its network"))],
)  # fmt: skip
async def receive_message(request: Request, connection_token: str) -> Response:
    """Take a message of a client's system: 202 once it is kept, 200 for one that was kept before.

    It is verified and read far enough to know which thing it is about; work orders follow it afterwards, in order.
    """
    body, at = await request.body(), now()
    shown = doors.read_token(request.app.state.signer, connection_token)
    came = inbox.Came(
        {name.lower(): value for name, value in request.headers.items()}, body,
        origin_of(request),
    )  # fmt: skip
    async with request.app.state.plane.transaction(for_system(shown.tenant_id, "inbound")) as scope:
        taken = await inbox.take(scope, await doors.door(scope, shown), came, at)
    if taken.id is None:
        return _json({"message_id": taken.message_id, "result": "duplicate"})
    return _json({"id": str(taken.id), "message_id": taken.message_id, "result": "kept"}, _ACCEPTED)


@router.get("/connections")
async def list_connections(request: Request, access: Builder) -> Response:
    """List the client's connections, and where each stands."""
    async with request.app.state.plane.transaction(access.tenant_id) as scope:
        return _json({"data": [health.brief(row) for row in await rows.every(scope)]})


@router.get("/connections/{connection}")
async def show_connection(request: Request, connection: str, access: Builder) -> Response:
    """Say how a connection is: where it stands, what waits in and out, how fast it goes."""
    async with request.app.state.plane.transaction(access.tenant_id) as scope:
        return _json(await health.of(scope, await rows.one(scope, connection), side_of(access)))


@router.get("/connections/{connection}/messages")
async def list_messages(request: Request, connection: str, access: Builder) -> Response:
    """List the newest messages that came in, and what each step of each came to."""
    async with request.app.state.plane.transaction(access.tenant_id) as scope:
        await rows.one(scope, connection)
        return _json({"data": await health.messages(scope, connection)})


@router.get("/connections/{connection}/links")
async def list_links(request: Request, connection: str, access: Builder) -> Response:
    """List the newest links of work orders with things of the system, each with its ``exchange_state``."""
    async with request.app.state.plane.transaction(access.tenant_id) as scope:
        await rows.one(scope, connection)
        return _json({"data": await health.linked(scope, connection)})


@router.post("/connections/{connection}/agreement/{agreement_act}")
async def agree(request: Request, connection: str, agreement_act: ActName, body: Reason, access: Builder) -> Response:
    """Invite, accept, decline, suspend, resume or revoke; in force at once, for keys too."""
    by = by_of(access, body.reason)
    await agreements.act(planes_of(request), access.tenant_id, connection, Act(agreement_act), by, now())
    return await show_connection(request, connection, access)


@router.post("/connections/{connection}/address", status_code=_CREATED)
async def make_address(request: Request, connection: str, body: DoorBody, access: BuildsNow) -> Response:
    """Make the address that the system sends to, and its secret: both are told this once. An older one is over."""
    state = request.app.state
    refuse_unseen(request, body.certificates)
    async with state.plane.transaction(access.tenant_id) as scope:
        made = await doors.make(scope, state.signer, connection, body, by_of(access).actor, now())
    told = {"address": address(request, made), "secret": made.secret or None}
    return _json(told, _CREATED)


@router.post("/connections/{connection}/secret")
async def change_secret(request: Request, connection: str, body: SecretBody, access: BuildsNow) -> Response:
    """Change what signs messages to the address, which stays; one that we make is told this once.

    The one before verifies on until the next change.
    """
    async with request.app.state.plane.transaction(access.tenant_id) as scope:
        made = await doors.change_secret(scope, connection, body, by_of(access).actor, now())
    return _json({"secret": made or None})


@router.get("/connections/{connection}/map")
async def show_map(request: Request, connection: str, access: Builder) -> Response:
    """Return the map that messages are read by; version 0 is what its kind of system begins with."""
    async with request.app.state.plane.transaction(access.tenant_id) as scope:
        return _json(maps.shown(await maps.in_force(scope, await rows.one(scope, connection))))


@router.put("/connections/{connection}/map")
async def put_map(request: Request, connection: str, body: MapBody, access: Builder) -> Response:
    """Put a new version of the map in force; what waited for it goes on, in order."""
    async with request.app.state.plane.transaction(access.tenant_id) as scope:
        made = await maps.put(scope, connection, body, by_of(access), access.principal.name, now())
        return _json(maps.shown(made))


@router.post("/connections/{connection}/trial")
async def try_message(request: Request, connection: str, body: Trial, access: Builder) -> Response:
    """Say what a message would do now, by the map in force or the one that is sent along; nothing is changed."""
    async with request.app.state.plane.transaction(access.tenant_id) as scope:
        return _json(await trying.would(scope, await rows.one(scope, connection), body, now()))


@router.get("/connections/{connection}/connector")
async def show_connector(request: Request, connection: str, access: Builder) -> Response:
    """Return how the system is called by its own API, and how that goes; 404 while it is not set."""
    async with request.app.state.plane.transaction(access.tenant_id) as scope:
        row, held = await rows.one(scope, connection), await connectors.shown(scope, connection)
        if held is None:
            raise NotFound
        told = {"adapter": row["adapter"], "url": row["ask_url"], "has_secret": row["ask_secret"] is not None}
        return _json({"in_use": row["called"], **told, **held})


@router.put("/connections/{connection}/connector")
async def put_connector(request: Request, connection: str, body: ConnectorBody, access: BuildsNow) -> Response:
    """Set how the system is read and told by its own API."""
    async with request.app.state.plane.transaction(access.tenant_id) as scope:
        await connectors.put(scope, connection, body, by_of(access).actor, now())
    return await show_connector(request, connection, access)


@router.get("/connections/{connection}/mail")
async def show_mail(request: Request, connection: str, access: Builder) -> Response:
    """Return how the connection goes by mail; 404 while it is not set."""
    async with request.app.state.plane.transaction(access.tenant_id) as scope:
        row, held = await rows.one(scope, connection), await mailing.shown(scope, connection)
        if held is None:
            raise NotFound
        return _json({"in_use": row["adapter"] == "mail", **held})


@router.put("/connections/{connection}/mail")
async def put_mail(request: Request, connection: str, body: MailBody, access: BuildsNow) -> Response:
    """Let the connection go by mail; its address for messages and calls of its API are over."""
    await set_mail(request, connection, body, access)
    return await show_mail(request, connection, access)


@router.post("/connections/{connection}/mail/key", status_code=_NO_CONTENT)
async def rotate_mail_key(request: Request, connection: str, access: BuildsNow) -> Response:
    """Sign the addresses of answers anew; those that were given out are good until this is done again."""
    async with request.app.state.plane.transaction(access.tenant_id) as scope:
        await mailing.rotate(scope, connection, by_of(access), now())
    return Response(status_code=_NO_CONTENT)


@router.get("/connections/{connection}/files")
async def show_files(request: Request, connection: str, access: Builder) -> Response:
    """Return how the connection goes by files on an SFTP server; 404 while it is not set."""
    async with request.app.state.plane.transaction(access.tenant_id) as scope:
        row, held = await rows.one(scope, connection), await drops.shown(scope, connection)
        if held is None:
            raise NotFound
        return _json({"in_use": row["adapter"] == "drop", **held})


@router.put("/connections/{connection}/files")
async def put_files(request: Request, connection: str, body: DropBody, access: BuildsNow) -> Response:
    """Let the connection go by files; its address for messages and calls of its API are over."""
    async with request.app.state.plane.transaction(access.tenant_id) as scope:
        await drops.put(scope, connection, body, by_of(access), now())
    return await show_files(request, connection, access)


async def set_mail(request: Request, connection: str, wanted: MailBody, access: Access) -> None:
    """Let a connection go by mail. Raises :class:`MailNotSetUp` and what setting it raises."""
    if not request.app.state.settings.mail_domain:
        raise MailNotSetUp
    async with request.app.state.plane.transaction(access.tenant_id) as scope:
        await mailing.put(scope, connection, wanted, by_of(access), now())


def side_of(access: Access) -> str:
    """Return which side somebody acts for."""
    return (Side.OUTSOURCER if access.role in STAFF else Side.TENANT).value


def by_of(access: Access, reason: str = "") -> By:
    """Return who acts: a person, never a key. Raises :class:`NotFound`."""
    if access.principal.kind != "user":
        raise NotFound
    return By(Actor(*access.who), side_of(access), reason)


def planes_of(request: Request) -> Planes:
    """Return what changing an agreement needs."""
    state = request.app.state
    return Planes(state.control, state.plane, state.box)


def address(request: Request, made: doors.Made) -> str:
    """Return the whole address of what was made."""
    return f"{request.app.state.settings.public_url}{router.prefix}/inbound/{made.token}"


def _json(document: Any, status: int = _OK) -> Response:  # noqa: ANN401 - any JSON value
    return Response(orjson.dumps(document), status, {"Cache-Control": "no-store"}, "application/json")
