"""What a supervisor does, from the floor's page, with the conversation that it took over: hold, give away, outcome."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request
from pydantic import Field, model_validator
from starlette.responses import JSONResponse

from interactions import service as interactions
from journal import service as journal
from kit.errors import NotFound
from portal.asking import ask_floor
from portal.floor_calls import CallForm, Watches, ask, by
from tenants.endpoints import CentreAccess, inside

router = APIRouter(include_in_schema=False)


class TakenForm(CallForm):
    """One act in the conversation; ``kind`` says to whom it is given away, and the field beside it which one."""

    act: Literal["hold", "retrieve", "digits", "transfer"]
    digits: Annotated[str, Field(max_length=32)] | None = None
    kind: Literal["agent", "queue", "number"] | None = None
    seat: Annotated[str, Field(max_length=40)] | None = None
    queue: Annotated[str, Field(max_length=64)] | None = None
    number: Annotated[str, Field(max_length=32)] | None = None

    @model_validator(mode="after")
    def _names_one(self) -> TakenForm:
        if self.act == "transfer" and self.kind is None:
            raise ValueError("say to whom the contact is given: an agent, a queue or a number")
        if self.kind is not None and self.target[1] is None:
            raise ValueError(f"somebody of this kind is named in the field {self.target[0]}")
        return self

    @property
    def target(self) -> tuple[str, str | None]:
        """The field that names who is meant, and what stands there."""
        field = {"agent": "seat"}.get(str(self.kind), str(self.kind))
        return field, getattr(self, field)


class OutcomeForm(CallForm):
    """What came of a conversation that was taken over."""

    code: Annotated[str, Field(min_length=1, max_length=64)]


@router.post("/floor/taken")
async def act(request: Request, form: TakenForm, access: Watches) -> JSONResponse:
    """Hold, take back, press keys, or give the contact to an agent, a queue or a number."""
    more: dict[str, Any] = {} if form.digits is None else {"digits": form.digits}
    if form.act == "transfer":
        field, value = form.target
        more["target"] = {"kind": form.kind, field: value}
    return await ask(request, access, f"taken_{form.act}", form, **more)


@router.post("/floor/come-back")
async def come_back(request: Request, access: Watches) -> JSONResponse:
    """Let one's phone ring again for what one takes part in: the page was loaded anew, and its sound is gone."""
    await ask_floor(request, request.app.state.settings.floor, "come_back", by=by(access))
    return JSONResponse({"ok": True})


@router.get("/floor/outcomes")
async def outcomes(
    request: Request, access: Watches, tenant_id: Annotated[UUID, Query()], interaction: Annotated[UUID, Query()]
) -> JSONResponse:
    """Return what may have come of a conversation that this supervisor took over. Raises :class:`NotFound`."""
    row = await _taken_by_me(request, access, tenant_id, interaction)
    return JSONResponse({"outcomes": [{"code": each["code"], "name": each["name"]} for each in row["dispositions"]]})


@router.post("/floor/outcome")
async def outcome(request: Request, form: OutcomeForm, access: Watches) -> JSONResponse:
    """Say what came of a conversation that was taken over, while it goes on or after. Raises :class:`NotFound`."""
    row = await _taken_by_me(request, access, form.tenant_id, form.interaction)
    return await ask(request, access, "taken_outcome", form, queue=str(row["queue_id"]), code=form.code)


async def _taken_by_me(request: Request, centre: CentreAccess, tenant_id: UUID, interaction: UUID) -> dict[str, Any]:
    access = await inside(request, centre.principal, tenant_id, "call.supervise")
    async with request.app.state.plane.transaction(access.tenant_id) as scope:
        row = await interactions.brief(scope, interaction)
        told = [] if row is None else await journal.history(scope, interaction)
    took = [fact.data["user_id"] for fact in told if fact.kind == "InteractionTakenOver"]
    if row is None or took[-1:] != [access.principal.id]:
        raise NotFound
    return row
