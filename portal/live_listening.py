"""Listening from one client's live board: its own people, where the contract says so, and quality of the call centre.

Their phone is one of the browser, rings for what they ask to hear, and can do nothing else.
"""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import JSONResponse

from kit import clock
from kit.errors import Forbidden
from portal.asking import ask_floor
from portal.floor import phone_answer
from portal.floor_calls import by
from tenants.core.permissions import STAFF, decide
from tenants.core.supervision import Supervision
from tenants.endpoints import Access, permitted
from tenants.service.listening import Listener, phone_of
from tenants.service.policies import policy_of

router = APIRouter(include_in_schema=False)

MayListen = Annotated[Access, Depends(permitted("call.listen"))]


class ListenForm(BaseModel):
    """The conversation to hear."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    interaction: UUID
    reason: Annotated[str, Field(max_length=300)] = ""


@router.get("/live/phone")
async def phone(request: Request, access: MayListen) -> JSONResponse:
    """Give the browser the phone that it listens with."""
    state, is_staff = request.app.state, access.role in STAFF
    async with state.plane.transaction(access.tenant_id) as scope:
        policy = (await policy_of(scope)).supervision
    if not may_listen(access, policy):
        raise Forbidden
    listener = Listener(access.principal, state.settings.floor, None if is_staff else access.tenant_id)
    return phone_answer(request, await phone_of(state.control, state.plane, listener, clock.now()))


@router.post("/live/listen")
async def listen(request: Request, form: ListenForm, access: MayListen) -> JSONResponse:
    """Hear a conversation of this client as it goes on; nobody hears the listener."""
    fields = {"tenant": str(access.tenant_id), "interaction": str(form.interaction), "reason": form.reason.strip()}
    await ask_floor(request, request.app.state.settings.floor, "supervise", by=_by(access), mode="listen", **fields)
    return JSONResponse({"ok": True})


@router.post("/live/release")
async def release(request: Request, access: MayListen) -> JSONResponse:
    """Hear nothing any more."""
    await ask_floor(request, request.app.state.settings.floor, "release", by=_by(access))
    return JSONResponse({"ok": True})


def may_listen(access: Access, policy: Supervision) -> bool:
    """Say whether this reader may listen to the client's conversations, by its role and by what the client allows."""
    allows = policy.listen if access.role in STAFF else policy.client_listens
    return allows and decide(access.role, "call.listen") is not None


def _by(access: Access) -> dict[str, str | None]:
    return by(access, tenant=None if access.role in STAFF else access.tenant_id)
