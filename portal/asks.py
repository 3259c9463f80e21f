"""What a client asks of people: messages to supervisors and seats, and to listen in; answers come from the floor."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import JSONResponse

from kit import clock
from kit.ids import new_id
from live import asks, messages
from live.asks import DECIDED_WITHIN, Wish
from live.core.board import Board
from live.core.messages import LONGEST, LONGEST_ANSWER
from live.messages import Message
from live.service import Watched, open_board
from portal.asking import ask_floor
from portal.asks_agreed import (
    LISTENING,
    TO_SEATS,
    TO_SUPERVISORS,
    agreed_with,
    refuse_conversation,
    refuse_seat,
    refuse_wish,
)
from portal.floor import phone_answer
from portal.floor_calls import by
from portal.floor_doors import doors_of
from tenants.controls.errors import NotAgreed
from tenants.endpoints import Access, CentreAccess, inside, permitted, permitted_centre
from tenants.service.listening import Listener, phone_of
from tenants.speaker import Speaker, speaker

router = APIRouter(include_in_schema=False)

MayAct = Annotated[Access, Depends(permitted("control.act"))]
Watches = Annotated[CentreAccess, Depends(permitted_centre("floor.watch"))]
SHOWN = timedelta(hours=24)


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class TextForm(_Form):
    """A message to the supervisors, or (``agent``: by the client's own id) to a seat."""

    text: str = Field(max_length=LONGEST * 2)
    agent: UUID | None = None


class WishForm(_Form):
    """To listen to an agent, or to the next conversation of a queue, and why."""

    agent: UUID | None = None
    queue: UUID | None = None
    reason: str = Field(max_length=LONGEST * 2)


class AskForm(_Form):
    """One of the requests."""

    ask_id: UUID


class AnswerForm(AskForm):
    """What a supervisor says to it: a message is answered, a request to listen granted or declined."""

    tenant_id: UUID
    do: Literal["read", "answer", "granted", "declined"]
    text: str = Field(default="", max_length=LONGEST_ANSWER * 2)


@router.post("/control/messages", status_code=201)
async def write(request: Request, form: TextForm, access: MayAct) -> JSONResponse:
    """Write to the supervisors, or to a seat, where the contract allows it."""
    who, now = _self(access), clock.now()
    async with request.app.state.plane.transaction(access.tenant_id) as scope:
        agreed = await agreed_with(scope, TO_SUPERVISORS if form.agent is None else TO_SEATS, access.role)
        if form.agent is None:
            await asks.write(scope, form.text, who, now)
        else:
            await refuse_seat(scope, agreed, form.agent)
            await messages.send(scope, Message(new_id(), "agent", form.text), [form.agent], who, now)
    return JSONResponse({"ok": True}, 201)


@router.post("/control/listening", status_code=201)
async def ask_to_listen(request: Request, form: WishForm, access: MayAct) -> JSONResponse:
    """Ask the supervisors to be let listen in."""
    who, board, wish = _self(access), await _board(request, access), Wish(form.agent, form.queue)
    async with request.app.state.plane.transaction(access.tenant_id) as scope:
        refuse_wish(await agreed_with(scope, LISTENING, access.role), wish, board)
        made = await asks.ask_to_listen(scope, wish, form.reason, board, who, clock.now())
    return JSONResponse({"id": str(made)}, 201)


@router.get("/control/asks")
async def asked(request: Request, access: MayAct) -> JSONResponse:
    """Return what one asked today, and which conversation may be heard now; newest first."""
    now, board = clock.now(), await _board(request, access)
    async with request.app.state.plane.transaction(access.tenant_id) as scope:
        rows = await asks.since(scope, now - SHOWN, access.principal.id)
        written = await messages.of_sender(scope, access.principal.id, now - SHOWN)
    aliases = {seat.agent_id: seat.alias for seat in board.seats.values()}
    shown = [{**_shown(row, board, now), "hears": asks.heard_of(row, board, now) is not None} for row in rows]
    to_seats = [
        {"id": str(row["id"]), "kind": "seat", "about": aliases.get(row["agent_id"], ""), "text": row["text"],
         "at": clock.millis(row["sent_at"]), "read": row["read_at"] is not None, "answer": row["answer"]}
        for row in written
    ]  # fmt: skip
    return JSONResponse({"asks": sorted([*shown, *to_seats], key=lambda each: -each["at"])})


@router.get("/control/phone")
async def phone(request: Request, access: MayAct) -> JSONResponse:
    """Give the browser the phone by which it hears what it was let listen to."""
    _self(access)
    state = request.app.state
    async with state.plane.transaction(access.tenant_id) as scope:
        await agreed_with(scope, LISTENING, access.role)
    listener = Listener(access.principal, state.settings.floor, access.tenant_id)
    return phone_answer(request, await phone_of(state.control, state.plane, listener, clock.now()))


@router.post("/control/listen")
async def listen(request: Request, form: AskForm, access: MayAct) -> JSONResponse:
    """Hear the conversation that a request was granted for; nobody hears the listener."""
    who, board = _self(access), await _board(request, access)
    async with request.app.state.plane.transaction(access.tenant_id) as scope:
        agreed = await agreed_with(scope, LISTENING, access.role)
        interaction = await asks.granted(scope, form.ask_id, who, board, clock.now())
        refuse_conversation(agreed, board, interaction, "/ask_id")
    fields = {"tenant": str(access.tenant_id), "interaction": interaction, "reason": "", "granted": str(form.ask_id)}
    floor = request.app.state.settings.floor
    await ask_floor(request, floor, "supervise", by=by(access, tenant=access.tenant_id), mode="listen", **fields)
    return JSONResponse({"ok": True})


@router.post("/control/release")
async def release(request: Request, access: MayAct) -> JSONResponse:
    """Hear nothing any more."""
    floor = request.app.state.settings.floor
    await ask_floor(request, floor, "release", by=by(access, tenant=access.tenant_id))
    return JSONResponse({"ok": True})


@router.get("/floor/asks")
async def to_decide(request: Request, centre: Watches) -> JSONResponse:
    """Return what the supervised clients asked within a day, newest first."""
    now, found = clock.now(), []
    for door, watched in await doors_of(request, centre.principal):
        if watched is None or not door.supervises:
            continue
        access = await inside(request, centre.principal, door.id, "call.supervise")
        board = await open_board(request.app.state.plane, watched)
        async with request.app.state.plane.transaction(access.tenant_id) as scope:
            rows = await asks.since(scope, now - SHOWN)
        found += [{**_shown(row, board, now), "client": str(door.id)} for row in rows]
    shown = sorted(found, key=lambda each: (not each["open"], -each["at"]))
    return JSONResponse({"asks": shown, "open": sum(each["open"] for each in shown)})


@router.post("/floor/asks")
async def decide(request: Request, form: AnswerForm, centre: Watches) -> JSONResponse:
    """Read or answer a message, or grant or decline a request to listen. Raises :class:`NotFound`."""
    access = await inside(request, centre.principal, form.tenant_id, "call.supervise")
    who = speaker(access.principal, access.role)
    async with request.app.state.plane.transaction(access.tenant_id) as scope:
        if form.do == "read":
            await asks.read(scope, form.ask_id, who, clock.now())
        elif form.do == "answer":
            await asks.answer(scope, form.ask_id, form.text, who, clock.now())
        else:
            await asks.decide(scope, form.ask_id, form.do, form.text, who, clock.now())
    return JSONResponse({"ok": True})


def _shown(row: Mapping[str, Any], board: Board, now: datetime) -> dict[str, Any]:
    seat, queue = board.seat_of(str(row["agent_id"])), board.queues.get(str(row["queue_id"]))
    waits = row["kind"] == asks.LISTEN and row["decision"] is None
    is_late = now > row["asked_at"] + DECIDED_WITHIN
    return {
        "id": str(row["id"]), "kind": row["kind"], "text": row["text"], "name": row["name"],
        "at": clock.millis(row["asked_at"]), "about": seat.alias if seat else queue.name if queue else "",
        "read": row["read_at"] is not None, "answer": row["answer"], "answered_by": row["answered_by"] or "",
        "decision": "expired" if waits and is_late else row["decision"],
        "open": (waits and not is_late) or (row["kind"] == asks.MESSAGE and row["answered_at"] is None),
    }  # fmt: skip


def _self(access: Access) -> Speaker:
    """Return who asks: a person. Raises :class:`NotAgreed`."""
    if access.principal.kind != "user":
        raise NotAgreed
    return speaker(access.principal, access.role)


async def _board(request: Request, access: Access) -> Board:
    member = access.principal.memberships[access.tenant_id]
    return await open_board(request.app.state.plane, Watched(access.tenant_id, member.name, member.zone))
