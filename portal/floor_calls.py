"""What a supervisor does on the floor: take part in calls, end them, help agents, and send them on a break or home."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import JSONResponse

from kit import clock
from kit.errors import NotFound
from live.alerting import Carer, acknowledge
from live.service import Watched
from portal.asking import ask_floor
from portal.floor_doors import doors_of, of_the_centre, people_of
from tenants.access import INSTALLATION
from tenants.core.alerts import AlertLimits
from tenants.core.permissions import Permission
from tenants.endpoints import Access, CentreAccess, inside, permitted_centre
from tenants.service.policies import policy_of
from tenants.service.sessions import close_all

router = APIRouter(include_in_schema=False)

Watches = Annotated[CentreAccess, Depends(permitted_centre("floor.watch"))]
Reason = Annotated[str, Field(max_length=300)]
_AGENT_OF = "SELECT user_id FROM control.agent WHERE id = $1"


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class CallForm(_Form):
    """A conversation of one client."""

    tenant_id: UUID
    interaction: UUID
    reason: Reason = ""


class TakePart(CallForm):
    """How to take part."""

    mode: Literal["listen", "whisper", "barge"]


class StateForm(_Form):
    """What an agent is to be; ``why``: the reason of its break, ``reason``: the supervisor's own."""

    agent: UUID
    state: Literal["available", "on_break", "offline"]
    why: str = Field(default="", max_length=40)
    reason: Reason = ""


class AgentForm(_Form):
    """An agent of the floor."""

    agent: UUID
    reason: Reason = ""


class AlertForm(_Form):
    """An alert of one client, by its name on the floor."""

    tenant_id: UUID
    alert: Annotated[str, Field(min_length=1, max_length=160)]


@router.post("/floor/supervise")
async def supervise(request: Request, form: TakePart, access: Watches) -> JSONResponse:
    """Listen, whisper or barge: one's phone rings, or the present way changes."""
    needed: Permission = "call.listen" if form.mode == "listen" else "call.supervise"
    return await ask(request, access, "supervise", form, needed, mode=form.mode)


@router.post("/floor/take-over")
async def take_over(request: Request, form: CallForm, access: Watches) -> JSONResponse:
    """Go on with the contact in the agent's place."""
    return await ask(request, access, "take_over", form)


@router.post("/floor/hang-up")
async def hang_up(request: Request, form: CallForm, access: Watches) -> JSONResponse:
    """End a conversation for everybody."""
    return await ask(request, access, "force_end", form)


@router.post("/floor/help")
async def answer_help(request: Request, form: CallForm, access: Watches) -> JSONResponse:
    """Take care of an agent who asks for help."""
    return await ask(request, access, "answer_help", form)


@router.post("/floor/release")
async def release(request: Request, access: Watches) -> JSONResponse:
    """Take part in nothing any more."""
    await ask_floor(request, request.app.state.settings.floor, "release", by=by(access))
    return JSONResponse({"ok": True})


@router.post("/floor/state")
async def force_state(request: Request, form: StateForm, access: Watches) -> JSONResponse:
    """Put an agent into a state; whoever works finishes first."""
    return await _force(request, access, form, state=form.state, why=form.why)


@router.post("/floor/sign-out")
async def sign_out(request: Request, form: AgentForm, access: Watches) -> JSONResponse:
    """Send an agent home: no call reaches it, and its browsers are signed out."""
    answer = await _force(request, access, form, state="offline", why="", signed_out=True)
    control = request.app.state.control
    user = await (await control.pool()).fetchval(_AGENT_OF, form.agent)
    await close_all(control, user)
    return answer


@router.post("/floor/alert")
async def take_care(request: Request, form: AlertForm, centre: Watches) -> JSONResponse:
    """Say that one takes care of an alert; its client's journal has it, or the centre's.

    Raises :class:`kit.errors.NotFound`.
    """
    plane, who = request.app.state.plane, centre.principal
    if form.tenant_id == INSTALLATION:
        (_, watched), limits, role = await of_the_centre(request), AlertLimits(), centre.role
    else:
        access = await inside(request, who, form.tenant_id, "call.supervise")
        async with plane.transaction(access.tenant_id) as scope:
            limits = (await policy_of(scope)).supervision.alerts
        place, role = who.memberships[access.tenant_id], access.role
        watched = Watched(access.tenant_id, place.name, place.zone)
    await acknowledge(plane, watched, form.alert, limits, Carer(who.id, who.name, str(role)), clock.now())
    return JSONResponse({"ok": True})


def by(access: Access | CentreAccess, *, tenant: UUID | None = None) -> dict[str, str | None]:
    """Return who acts, as the floor's commands and the client's journal name it; ``tenant``: of its own person."""
    who = access.principal
    return {
        "user_id": who.id, "name": who.name, "role": str(access.role), "tenant": None if tenant is None else str(tenant)
    }  # fmt: skip


async def ask(
    request: Request, centre: CentreAccess, command: str, form: CallForm, needed: Permission = "call.supervise",
    **more: object,
) -> JSONResponse:  # fmt: skip
    """Enter the client of the conversation, which sees the visit, and ask the floor."""
    access = await inside(request, centre.principal, form.tenant_id, needed)
    fields = {"tenant": str(form.tenant_id), "interaction": str(form.interaction), "reason": form.reason.strip()}
    await ask_floor(request, request.app.state.settings.floor, command, by=by(access), **fields, **more)
    return JSONResponse({"ok": True})


async def _force(request: Request, centre: CentreAccess, form: StateForm | AgentForm, **more: object) -> JSONResponse:
    """Ask for an agent who works for a client that this supervisor supervises. Raises :class:`NotFound`."""
    doors = [door for door, watched in await doors_of(request, centre.principal) if watched and door.supervises]
    people = await people_of(request.app.state.control, [door.id for door in doors])
    tenants = sorted(str(tenant) for (tenant, _), person in people.items() if person.id == form.agent)
    if not tenants:
        raise NotFound
    fields = {"agent": str(form.agent), "tenants": tenants, "reason": form.reason.strip(), **more}
    await ask_floor(request, request.app.state.settings.floor, "force_state", by=by(centre), **fields)
    return JSONResponse({"ok": True})
