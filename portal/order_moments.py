"""From the player to a work order: a second of the recording is attached to one, or begins a new one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import RedirectResponse, Response

from interactions.endpoints import readable
from kit import clock
from kit.db import Scope
from kit.errors import Forbidden, NotFound
from portal.desk_orders import MARKED_S
from tenants.core.permissions import decide
from tenants.endpoints import Access, permitted
from workorders.attachments.errors import AttachmentNotClear
from workorders.attachments.schemas import PlacedMoment
from workorders.attachments.service.adding import name_moment
from workorders.endpoints import doer_of
from workorders.fields import Code
from workorders.schemas import NewWorkOrder
from workorders.service import changes, lists
from workorders.service.rules import rules_of

router = APIRouter(include_in_schema=False)

MayAttach = Annotated[Access, Depends(permitted("work_order.comment"))]
_SEE_OTHER = 303


async def offer(scope: Scope, access: Access) -> dict[str, Any] | None:
    """Return what the player offers this reader; None: nothing. ``types``: of a new one, those that ask for nothing.

    ``types`` without any entry: the client names none; None: this reader begins none here.
    """
    if decide(access.role, "work_order.comment") is None or decide(access.role, "recording.listen") is None:
        return None
    types = (await rules_of(scope)).types
    simple = {code: kind.name for code, kind in types.items() if not any(f.required for f in kind.fields)}
    begins = decide(access.role, "work_order.create") is not None and access.role != "agent" and (simple or not types)
    return {"types": simple if begins else None}


@router.post("/interactions/{interaction_id}/work-orders")
async def attach(  # noqa: PLR0913 - the form's fields
    request: Request, interaction_id: UUID, access: MayAttach, *, recording: Annotated[UUID, Form()],
    at_ms: Annotated[int, Form(ge=0, le=86_400_000)], work_order: Annotated[str, Form(max_length=40)] = "",
    title: Annotated[str, Form(max_length=200)] = "", type: Annotated[Code, Form()] = "request",  # noqa: A002 - the field's name
) -> Response:  # fmt: skip
    """Attach a second of the recording to one of the conversation's work orders, or to a new one; go there."""
    if decide(access.role, "recording.listen") is None:
        raise Forbidden
    doer, now = doer_of(access), clock.now()
    async with request.app.state.plane.transaction(access.tenant_id) as scope:
        row = await readable(scope, interaction_id, access)
        wanted = _moment(row, recording, at_ms // 1000)
        order = work_order
        if order and order not in {each["id"] for each in await lists.list_for_interaction(scope, interaction_id)}:
            raise NotFound
        if not order:
            order = await _begun(scope, access, interaction_id, NewWorkOrder(type=type, title=title.strip() or None))
        await name_moment(scope, UUID(order), wanted, doer, now)
    return RedirectResponse(f"/work-orders/{order}", _SEE_OTHER)


async def _begun(scope: Scope, access: Access, interaction: UUID, body: NewWorkOrder) -> str:
    if decide(access.role, "work_order.create") is None or access.role == "agent":
        raise Forbidden
    made = await changes.create(scope, changes.Asked(body, interaction), doer_of(access), clock.now())
    return str(made["id"])


def _moment(row: Mapping[str, Any], recording: UUID, second: int) -> PlacedMoment:
    """Return the moment that begins there, as far as the recording goes. Raises ``AttachmentNotClear``."""
    found = next((each for each in row["recordings"] if str(each["id"]) == str(recording)), None)
    whole = 0 if found is None else found["duration_ms"] // 1000
    if whole < 1:
        raise AttachmentNotClear("there is no such recording")
    begin = min(second, whole - 1)
    return PlacedMoment(
        kind="recording_moment", recording_id=recording, from_s=begin, to_s=min(begin + MARKED_S, whole)
    )
