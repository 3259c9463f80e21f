"""Say who of a side works on a work order: each side for itself, the other sees a team and a name."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from kit.db import Scope
from kit.errors import Detail, ValidationFailed
from workorders import schemas
from workorders.core.doer import Doer
from workorders.core.states import TERMINAL, Side, Status
from workorders.errors import ChangeWrongSide, WorkOrderOver
from workorders.facts import WorkOrderAssigned
from workorders.schemas import AssignmentOf
from workorders.service import sealing, terms
from workorders.service.changes import changes_between, stale
from workorders.service.rows import COLUMNS, find
from workorders.service.telling import tell

_ASSIGN = f"""
UPDATE gf.work_order SET assignment = $3, assigned_agent_id = $4, version = version + 1, event_seq = event_seq + 1,
  updated_at = $5 WHERE tenant_id = $1 AND id = $2 RETURNING {COLUMNS}
"""  # noqa: S608 - our own constants
_AGENT = "SELECT agent_id FROM gf.agent_profile WHERE tenant_id = $1 AND alias = $2 AND retired_at IS NULL"


async def assign(
    scope: Scope, work_order_id: UUID, to: AssignmentOf, doer: Doer, now: datetime, *, seen: int | None = None
) -> dict[str, Any]:
    """Say who of the doer's side works on it, and return the document; saying the same again changes nothing.

    ``seen`` is the version that the caller read, if it must say. Raises :class:`NotFound`, :class:`VersionMismatch`,
    :class:`ChangeWrongSide`, :class:`WorkOrderOver`, and :class:`ValidationFailed` for an agent who is not there.
    """
    row = await find(scope, work_order_id, doer, lock=True)
    if seen is not None and seen != row["version"]:
        raise await stale(scope, row, seen)
    if to.side is not doer.side:
        raise ChangeWrongSide("each side says itself who works on it")
    wanted = {"team": to.team, "person": to.person} if to.team or to.person else None
    if wanted == row["assignment"][to.side.value]:
        return schemas.work_order(row)
    if row["status"] in {status.value for status in TERMINAL}:
        raise WorkOrderOver(f"it is {Status(row['status'])}", status_now=row["status"])
    agent = row["assigned_agent_id"]
    if to.side is Side.OUTSOURCER:
        agent = await _agent(scope, to.person)
    assignment = {**row["assignment"], to.side.value: wanted}
    seal, keys = await sealing.sealer(scope, "work_order", work_order_id)
    await terms.rewrite(scope, keys, row, {**row, "assignment": assignment})
    packed = seal("assignment", sealing.packed("assignment", assignment))
    stored = await scope.fetch(_ASSIGN, scope.tenant_id, work_order_id, packed, agent, now)
    after = await sealing.opened_order(scope, stored[0])
    said = to.model_dump(mode="json")
    return tell(scope, WorkOrderAssigned, after, doer, now, changes=changes_between(row, after), assignment=said)


async def _agent(scope: Scope, alias: str | None) -> UUID | None:
    if alias is None:
        return None
    found = await scope.fetch(_AGENT, scope.tenant_id, alias)
    if not found:
        why = "no agent has this alias at this client"
        raise ValidationFailed(why, errors=(Detail("/person", "not_found", why),))
    agent: UUID = found[0]["agent_id"]
    return agent
