"""Calls that the centre begins, for a client's systems and for people: click to call, and taking a task back."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any
from uuid import UUID

import orjson
from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from interactions import service as interactions
from interactions.shown import whole_numbers
from kit.db import Scope
from kit.errors import NotFound, ValidationFailed
from kit.ids import new_id
from portal.desk import refusal
from switchboard.inbox import inbox_name
from tenants.endpoints import Access, permitted
from tenants.service.at_desk import colleague
from workorders.endpoints import answer_once
from workorders.service.idempotency import Answer

router = APIRouter(prefix="/v1/calls", tags=["calls"])

Beginning = Annotated[Access, Depends(permitted("call.begin"))]
ANSWER_WITHIN = timedelta(seconds=3)


class NewCall(BaseModel):
    """Who calls whom: an agent by the client's own id for it, and a number, or the contact of an interaction.

    The agent's phone rings first. ``queue`` says whose outcomes and number are used: else the agent's first queue.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    agent_id: UUID
    number: Annotated[str, Field(max_length=40)] | None = None
    interaction_id: UUID | None = None
    queue: Annotated[str, Field(max_length=64)] | None = None


@router.post("", status_code=202)
async def begin(request: Request, body: NewCall, access: Beginning) -> Response:
    """Let an agent call, once for each Idempotency-Key; what comes of it is the interaction of the answer.

    An agent calls for itself only.
    """
    if access.own not in (None, body.agent_id):
        raise NotFound
    number, origin = body.number, body.interaction_id
    if (number is None) == (origin is None):
        raise ValidationFailed("say a number, or the interaction whose contact is called")
    if origin is not None:
        number = await _number_of(request, access, origin)
    asked = {
        "agent": str(await colleague(request.app.state.control, access.tenant_id, body.agent_id)),
        "tenant": str(access.tenant_id), "number": number, "queue": body.queue,
        "origin": None if origin is None else str(origin),
    }  # fmt: skip

    async def act(_scope: Scope) -> Answer:
        made = new_id()
        await _ask(request, "call", {**asked, "interaction": str(made)})
        return Answer(202, {}, orjson.dumps({"interaction_id": str(made)}))

    return await answer_once(request, access, body, act, needs_key=False)


@router.delete("/{interaction_id}", status_code=204)
async def cancel(request: Request, interaction_id: UUID, access: Beginning) -> Response:
    """Take back a callback, a message or a missed contact that no agent has in hand."""
    async with request.app.state.plane.transaction(access.tenant_id) as scope:
        row = await interactions.brief(scope, interaction_id)
    if row is None or access.own is not None or row["task"] is None:
        raise NotFound
    kind, name = access.who
    asked = {"tenant": str(access.tenant_id), "interaction": str(interaction_id), "actor_kind": kind, "actor": name}
    await _ask(request, "cancel_task", asked)
    return Response(status_code=204)


async def _number_of(request: Request, access: Access, interaction_id: UUID) -> str:
    async with request.app.state.plane.transaction(access.tenant_id) as scope:
        row = await interactions.brief(scope, interaction_id)
        if row is None or access.own not in (None, row["agent_id"]):
            raise NotFound
        number = (await whole_numbers(scope, [interaction_id])).get(str(interaction_id))
    if not number:
        raise NotFound
    return number


async def _ask(request: Request, command: str, fields: dict[str, Any]) -> None:
    state = request.app.state
    asked = {"command": command, **{name: value for name, value in fields.items() if value is not None}}
    answer = await state.bus.ask(inbox_name(state.settings.floor), asked, ANSWER_WITHIN)
    if not answer.get("ok"):
        raise refusal(answer)
