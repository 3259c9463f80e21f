"""What an agent hands to the client out of a conversation: a work order of its type, with the moment that it marked."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

import orjson
from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from interactions import service as interactions
from kit import clock
from kit.db import Scope, Transaction
from kit.errors import Detail, NotFound, ValidationFailed
from kit.instants import Instant
from portal.desk import AtDesk
from portal.desk_view import place_of
from portal.markers import place_at
from tenants.access import enter
from tenants.core.masks import mask_value
from tenants.core.permissions import Role, decide
from tenants.endpoints import Access
from tenants.service.policies import shown_to
from workorders.attachments.schemas import PlacedMoment
from workorders.attachments.service.adding import note_moment
from workorders.core.doer import Doer
from workorders.core.states import Side
from workorders.endpoints import answer_once
from workorders.fields import Code, Custom, Line, Priority, Severity, Text
from workorders.schemas import NewComment, NewWorkOrder
from workorders.service import changes
from workorders.service.idempotency import Answer

router = APIRouter(include_in_schema=False)

MARKED_S = 10
"""So long is a moment that an agent marked, in seconds."""
_SECOND = timedelta(seconds=1)
_ORDER = {"type", "title", "description", "priority", "severity", "custom"}


class EscalationForm(BaseModel):
    """What the client's people shall solve. ``marked_at``: which moment of the conversation they shall hear."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    interaction: UUID
    type: Code
    title: Line | None = None
    description: Text = ""
    priority: Priority | None = None
    severity: Severity | None = None
    custom: Custom = Field(default_factory=dict)
    comment: Annotated[NewComment | None, Field()] = None
    marked_at: Instant | None = None


class NotRecorded(ValidationFailed):
    """At the moment that the agent marked nothing was recorded."""

    code = "moment_not_recorded"
    title = "This moment of the conversation was not recorded"


@router.post("/desk/escalate", status_code=201)
async def escalate(request: Request, form: EscalationForm, staff: AtDesk) -> Response:
    """Hand what the seat cannot solve to the client, as a work order of the interaction's own tenant.

    The desk sends an Idempotency-Key for each draft: what was sent twice is raised once.
    """
    place = await place_of(request.app.state.plane, staff, form.interaction)
    tenant_id, known_as = enter(staff.principal, place["tenant_id"]), staff.known_as(place["tenant_id"])
    role = staff.principal.memberships[tenant_id].role
    grant = decide(role, "work_order.create")
    if grant is None:
        raise NotFound
    doer = Doer(Side.OUTSOURCER, "agent", str(known_as), place["alias"], agent_id=known_as)
    order = NewWorkOrder.model_validate(form.model_dump(include=_ORDER, exclude_none=True, exclude_unset=True))

    async def act(scope: Transaction) -> Answer:
        now = clock.now()
        made = await changes.escalate(scope, changes.Asked(order, form.interaction, known_as), doer, now)
        if form.comment is not None:
            await changes.comment(scope, UUID(made["id"]), form.comment, doer, now)
        if form.marked_at is not None:
            await _mark(scope, UUID(made["id"]), form.interaction, form.marked_at, doer)
        shown: dict[str, Any] = mask_value(made, await shown_to(scope, Role.AGENT))
        return Answer(201, {}, orjson.dumps(shown))

    return await answer_once(request, Access(staff.principal, tenant_id, role, grant, "work_order.create"), form, act)


async def _mark(scope: Scope, order: UUID, interaction: UUID, at: datetime, doer: Doer) -> None:
    spot = place_at(await interactions.history(scope, interaction), at)
    if spot is None or at > clock.now() + _SECOND:
        raise NotRecorded(errors=(Detail("/marked_at", NotRecorded.code, "nothing was recorded then"),))
    recording, ms = spot
    begin = ms // 1000
    wanted = PlacedMoment(
        kind="recording_moment", recording_id=recording, from_s=begin, to_s=begin + MARKED_S, interaction_id=interaction
    )
    await note_moment(scope, order, wanted, doer, clock.now())
