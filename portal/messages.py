"""Messages to agents: supervisors write on the floor, agents read and answer at the desk."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import JSONResponse

from kit import clock
from kit.db import Plane, Scope
from kit.errors import NotFound
from kit.ids import new_id
from live import messages
from live.core.messages import LONGEST, LONGEST_ANSWER
from live.errors import MessageNotClear
from live.messages import Message
from portal.agent_clients import first_that_knows
from portal.desk import AtDesk
from portal.floor_doors import doors_of, people_of
from portal.floor_view import Door, People
from tenants.endpoints import CentreAccess, StaffAccess, inside, permitted_centre
from tenants.speaker import speaker

router = APIRouter(include_in_schema=False)

Watches = Annotated[CentreAccess, Depends(permitted_centre("floor.watch"))]
_QUEUE = "SELECT name FROM gf.queue WHERE tenant_id = $1 AND id = $2"


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class WriteForm(_Form):
    """A text, and who is to get it: one agent, those of a client's queue, of a client, or all that one supervises."""

    audience: Literal["agent", "queue", "client", "all"]
    agent: UUID | None = None
    tenant_id: UUID | None = None
    queue: UUID | None = None
    text: str = Field(max_length=LONGEST * 2)


class MessageForm(_Form):
    """One's message."""

    message: UUID


class AnswerForm(MessageForm):
    """What one answers."""

    text: str = Field(max_length=LONGEST_ANSWER * 2)


@router.post("/floor/messages", status_code=201)
async def write(request: Request, form: WriteForm, centre: Watches) -> JSONResponse:
    """Write to agents; whoever works for several clients gets it once. Raises :class:`NotFound`."""
    doors = await _supervised(request, centre)
    people = await people_of(request.app.state.control, [door.id for door in doors])
    batch, sent = new_id(), 0
    for tenant_id, to in (await _addressed(request, centre, form, doors, people)).items():
        access = await inside(request, centre.principal, tenant_id, "call.supervise")
        by = speaker(access.principal, access.role)
        async with request.app.state.plane.transaction(access.tenant_id) as scope:
            message = Message(batch, form.audience, form.text, form.queue if form.audience == "queue" else None)
            await messages.send(scope, message, to, by, clock.now())
        sent += len(to)
    if not sent:
        raise MessageNotClear("no agent would get it")
    return JSONResponse({"sent": sent}, 201)


async def _addressed(
    request: Request, centre: CentreAccess, form: WriteForm, doors: list[Door], people: People
) -> Mapping[UUID, list[UUID]]:
    """Return who gets it, by client and the client's own ids of them. Raises :class:`NotFound`."""
    if form.audience in {"queue", "client"}:
        door = next((door for door in doors if door.id == form.tenant_id), None)
        if door is None or (form.audience == "queue" and form.queue is None):
            raise NotFound
        access = await inside(request, centre.principal, door.id, "call.supervise")
        async with request.app.state.plane.transaction(access.tenant_id) as scope:
            found = await messages.agents_of(scope, form.queue if form.audience == "queue" else None)
        known = {UUID(alias) for tenant, alias in people if tenant == door.id}
        return {door.id: [each for each in found if each in known]}
    chosen: dict[UUID, list[UUID]] = {}
    written: set[UUID] = set()
    for door in doors:
        for (tenant, alias), person in people.items():
            wanted = form.audience == "all" or person.id == form.agent
            if tenant == door.id and wanted and person.id not in written:
                written.add(person.id)
                chosen.setdefault(tenant, []).append(UUID(alias))
    if not chosen:
        raise NotFound
    return chosen


@router.get("/floor/messages")
async def written(request: Request, centre: Watches) -> JSONResponse:
    """Return what one wrote today, newest first: how many have read it, and what was answered."""
    doors = await _supervised(request, centre)
    people = await people_of(request.app.state.control, [door.id for door in doors])
    now = clock.now()
    batches: dict[UUID, dict[str, Any]] = {}
    for door in doors:
        access = await inside(request, centre.principal, door.id, "call.supervise")
        midnight = _midnight(now, centre.principal.memberships[access.tenant_id].zone)
        async with request.app.state.plane.transaction(access.tenant_id) as scope:
            for row in await messages.of_sender(scope, access.principal.id, midnight):
                batch = batches.setdefault(row["batch_id"], _batch(row))
                person = people.get((door.id, row["agent_id"]))
                _count(batch, row, "" if person is None else person.name)
                if row["audience"] == "queue" and not batch["to"]:
                    found = await scope.fetch(_QUEUE, scope.tenant_id, UUID(row["queue_id"]))
                    batch["to"] = found[0]["name"] if found else ""
                elif row["audience"] in {"agent", "client"}:
                    batch["to"] = door.name if row["audience"] == "client" else batch["names"][0]
    shown = sorted(batches.values(), key=lambda batch: batch["at"], reverse=True)
    return JSONResponse({"messages": shown, "unseen": sum(batch["unseen"] for batch in shown)})


def _batch(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": str(row["batch_id"]), "at": clock.millis(row["sent_at"]), "audience": row["audience"], "to": "",
        "text": row["text"], "of": 0, "read": 0, "unseen": 0, "names": [], "answers": [],
    }  # fmt: skip


def _count(batch: dict[str, Any], row: Mapping[str, Any], name: str) -> None:
    batch["of"] += 1
    batch["read"] += row["read_at"] is not None
    batch["names"].append(name)
    if row["answer"] is not None:
        new = row["answer_seen_at"] is None
        batch["unseen"] += new
        told = {"name": name, "text": row["answer"], "at": clock.millis(row["answered_at"]), "new": new}
        batch["answers"].append(told)


@router.post("/floor/messages/seen")
async def seen(request: Request, centre: Watches) -> JSONResponse:
    """Note that one has seen the answers that there are."""
    for door in await _supervised(request, centre):
        access = await inside(request, centre.principal, door.id, "call.supervise")
        async with request.app.state.plane.transaction(access.tenant_id) as scope:
            await messages.answers_seen(scope, access.principal.id, clock.now())
    return JSONResponse({"ok": True})


@router.post("/desk/messages/read")
async def read(request: Request, form: MessageForm, staff: AtDesk) -> JSONResponse:
    """Acknowledge a message. Raises :class:`NotFound`."""
    await _mine(request.app.state.plane, staff, form.message, None)
    return JSONResponse({"ok": True})


@router.post("/desk/messages/answer")
async def answer(request: Request, form: AnswerForm, staff: AtDesk) -> JSONResponse:
    """Answer a message in one line. Raises :class:`NotFound`."""
    await _mine(request.app.state.plane, staff, form.message, form.text)
    return JSONResponse({"ok": True})


async def _mine(plane: Plane, staff: StaffAccess, message: UUID, text: str | None) -> None:
    """Do it in the client whose message it is: the one that finds it as this agent's own."""

    async def done(scope: Scope, agent_id: UUID) -> None:
        if text is None:
            await messages.read(scope, message, agent_id, clock.now())
        else:
            await messages.answer(scope, message, agent_id, text, clock.now())

    await first_that_knows(plane, staff, done)


async def _supervised(request: Request, centre: CentreAccess) -> list[Door]:
    return [door for door, watched in await doors_of(request, centre.principal) if watched and door.supervises]


def _midnight(now: datetime, zone: str) -> datetime:
    return now.astimezone(ZoneInfo(zone)).replace(hour=0, minute=0, second=0, microsecond=0)
