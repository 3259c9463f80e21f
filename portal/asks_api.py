"""What a client's systems ask of people: messages to supervisors and seats, and that somebody be let listen in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

import orjson
from fastapi import APIRouter, Depends, Request
from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from starlette.responses import Response

from kit import clock
from kit.db import Scope
from kit.errors import NotFound
from kit.ids import new_id
from live import asks, messages
from live.asks import Wish
from live.core.messages import LONGEST
from live.messages import Message
from live.service import Watched, open_board
from portal.asks import SHOWN
from portal.asks_agreed import LISTENING, TO_SEATS, TO_SUPERVISORS, agreed_with, refuse_seat, refuse_wish
from tenants.controls.errors import NotAgreed
from tenants.core.permissions import CLIENT_PEOPLE, Role
from tenants.endpoints import Access, permitted
from tenants.speaker import Speaker, speaker
from workorders.core.custom import storable
from workorders.endpoints import answer_once
from workorders.service.idempotency import Answer

router = APIRouter(prefix="/v1/controls", tags=["controls"])

MayRead = Annotated[Access, Depends(permitted("control.read"))]
MayAct = Annotated[Access, Depends(permitted("control.act"))]
_PERSON = """
SELECT u.id::text AS id, u.name, m.role FROM control.membership m JOIN control."user" u ON u.id = m.user_id
WHERE m.tenant_id = $1 AND u.email = lower($2)
"""


class NewMessage(BaseModel):
    """A message to the supervisors, or to the seat of ``agent`` (the client's own id of it)."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    text: Annotated[str, Field(min_length=1, max_length=LONGEST * 2)]
    agent: UUID | None = None


class NewRequest(BaseModel):
    """To listen to an agent's conversation, or to the next one of a queue: one of both. ``person``: who would listen.

    A system names one of the client's people by e-mail address; a person asks for itself.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    agent: UUID | None = None
    queue: UUID | None = None
    reason: Annotated[str, Field(min_length=1, max_length=LONGEST * 2)]
    person: Annotated[str, Field(max_length=254), AfterValidator(storable)] = ""


@router.get("/asks")
async def asked(request: Request, access: MayRead) -> Response:
    """Return what was asked of the supervisors within a day by anybody of the client, newest first."""
    async with request.app.state.plane.transaction(access.tenant_id) as scope:
        rows = await asks.since(scope, clock.now() - SHOWN)
    return Response(_bytes({"asks": [_told(row) for row in rows]}), media_type="application/json")


@router.post("/messages", status_code=201)
async def write(request: Request, body: NewMessage, access: MayAct) -> Response:
    """Write to the supervisors or to a seat, once for each Idempotency-Key."""

    async def send(scope: Scope) -> Answer:
        who, now = _self(access), clock.now()
        agreed = await agreed_with(scope, TO_SUPERVISORS if body.agent is None else TO_SEATS, access.role)
        if body.agent is None:
            made = await asks.write(scope, body.text, who, now)
        else:
            await refuse_seat(scope, agreed, body.agent)
            made = new_id()
            await messages.send(scope, Message(made, "agent", body.text), [body.agent], who, now)
        return Answer(201, {}, _bytes({"id": made}))

    return await answer_once(request, access, body, send)


@router.post("/listening", status_code=201)
async def ask_to_listen(request: Request, body: NewRequest, access: MayAct) -> Response:
    """Ask the supervisors to let somebody of the client listen in, once for each Idempotency-Key."""
    listener = await _listener(request, body, access)
    member = access.principal.memberships[access.tenant_id]
    board = await open_board(request.app.state.plane, Watched(access.tenant_id, member.name, member.zone))

    async def ask(scope: Scope) -> Answer:
        wish = Wish(body.agent, body.queue)
        refuse_wish(await agreed_with(scope, LISTENING, Role(listener.role)), wish, board)
        made = await asks.ask_to_listen(scope, wish, body.reason, board, listener, clock.now())
        return Answer(201, {}, _bytes({"id": made}))

    return await answer_once(request, access, body, ask)


async def _listener(request: Request, body: NewRequest, access: Access) -> Speaker:
    """Return who would listen. Raises :class:`NotFound` for who is not one of the client's people."""
    if access.principal.kind == "user" and not body.person:
        return _self(access)
    pool = await request.app.state.control.pool()
    row = await pool.fetchrow(_PERSON, access.tenant_id, body.person)
    if row is None or row["role"] not in CLIENT_PEOPLE:
        raise NotFound
    return Speaker(row["id"], row["name"], row["role"])


def _self(access: Access) -> Speaker:
    if access.agent_id is not None:
        raise NotAgreed
    return speaker(access.principal, access.role)


def _told(row: Mapping[str, Any]) -> dict[str, Any]:
    kept = ("id", "kind", "text", "name", "role", "asked_at", "read_at", "decision", "answer", "answered_by")
    return {**{name: row[name] for name in kept}, "agent": row["agent_id"], "queue": row["queue_id"]}


def _bytes(value: Any) -> bytes:  # noqa: ANN401 - any JSON value
    return orjson.dumps(value, option=orjson.OPT_UTC_Z)
