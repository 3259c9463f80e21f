"""Say in the journal what happened to a work order: its fact is what history, webhooks, the feed and screens read.

A change takes the row's lock, then counts, then tells, all in one transaction: the numbers have no gap and rise in the
order of commits.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from journal import service as journal
from journal.core.facts import Actor, NewFact
from kit.db import Scope
from workorders import schemas
from workorders.core.doer import Doer
from workorders.core.states import Side
from workorders.facts import WorkOrderHappened
from workorders.service.rows import COLUMNS
from workorders.service.sealing import opened_order

_COUNT = f"""
UPDATE gf.work_order SET event_seq = event_seq + 1, updated_at = $3 WHERE tenant_id = $1 AND id = $2 RETURNING {COLUMNS}
"""  # noqa: S608 - our own constants


async def counted(scope: Scope, work_order_id: UUID, now: datetime) -> Mapping[str, Any]:
    """Count something that happened beside the work order's own fields, and return its row: no version is raised."""
    return await opened_order(scope, (await scope.fetch(_COUNT, scope.tenant_id, work_order_id, now))[0])


def tell(
    scope: Scope,
    kind: type[WorkOrderHappened],
    row: Mapping[str, Any],
    doer: Doer,
    now: datetime,
    *,
    changes: Mapping[str, list[Any]] | None = None,
    **detail: Any,  # noqa: ANN401 - the kind's own last field
) -> dict[str, Any]:
    """Append a fact with the work order as ``row`` says it is now, and return that document.

    ``detail``: what only this kind has, under the name that its events have it by (``comment``).
    """
    document = schemas.work_order(row)
    fact = kind(
        number=document["number"],
        title=document["title"],
        status=document["status"],
        connection=document["connection"],
        side=doer.side.value,
        author=doer.name,
        origin=doer.origin,
        interaction_id=document["interaction_id"],
        agent_id=None if row["agent_id"] is None else str(row["agent_id"]),
        sequence=document["sequence"],
        changes=dict(changes or {}),
        work_order=document,
        **detail,
    )
    journal.append(scope, fact, subject=row["id"], at=now, actor=Actor(doer.kind, doer.id))
    return document


def doer_behind(fact: NewFact) -> Doer:
    """Return who caused a work order's fact: what follows from it in its transaction is that one's doing as well."""
    said = fact.payload.data()
    _, _, connection = said["origin"].partition("connection:")
    return Doer(Side(said["side"]), fact.actor.kind, fact.actor.id, said["author"], connection=connection or None)
