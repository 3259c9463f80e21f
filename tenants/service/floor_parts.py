"""Parts of a floor's configuration: a tenant's numbers and queues, and the phones of those who listen."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from kit.scoping import ScopedSession
from tenants.core.configuration import (
    ListenerConfiguration,
    NumberConfiguration,
    QueueConfiguration,
    listening_phone_name,
)
from tenants.core.outcomes import leaves
from tenants.models import Flow, Number, Queue

LISTENS_FOR = timedelta(hours=12)
"""So long a listener's phone is known to the floor after it was given out."""

_LISTENERS = """
SELECT p.id, p.turn, p.user_id, p.tenant_id, p.secret, p.desk_id FROM control.listening_phone p
JOIN control."user" u ON u.id = p.user_id
WHERE p.floor_id = :floor AND p.made_at > :since AND u.disabled_at IS NULL AND CASE WHEN p.tenant_id IS NULL
  THEN u.staff_role IS NOT NULL
  ELSE EXISTS (SELECT FROM control.membership m WHERE m.user_id = p.user_id AND m.tenant_id = p.tenant_id) END
"""


async def read_listeners(session: AsyncSession, floor_id: str, now: datetime) -> tuple[ListenerConfiguration, ...]:
    """Return the phones of supervisors and of clients' listeners, of those who still may have one."""
    rows = await session.execute(text(_LISTENERS), {"floor": floor_id, "since": now - LISTENS_FOR})
    return tuple(
        ListenerConfiguration(
            r.user_id, r.tenant_id, listening_phone_name(r.id, r.turn, r.tenant_id), r.secret, r.desk_id
        )
        for r in rows
    )


async def read_numbers(scope: ScopedSession, numbers: Sequence[Number]) -> tuple[NumberConfiguration, ...]:
    """Return the numbers whose flow is there, with its newest version."""
    newest_flows = select(Flow).ext(distinct_on(col(Flow.code))).order_by(col(Flow.code), col(Flow.version).desc())
    flows = {flow.code: flow for flow in (await scope.execute(newest_flows)).scalars()}
    found = ((number, flows.get(number.flow)) for number in numbers)
    return tuple(
        NumberConfiguration(number.number, flow.code, flow.version, flow.content)
        for number, flow in found
        if flow is not None
    )


async def read_queues(scope: ScopedSession) -> tuple[QueueConfiguration, ...]:
    """Return the queues that are in use."""
    in_use = select(Queue).where(col(Queue.retired_at).is_(None)).order_by(col(Queue.code))
    rows = (await scope.execute(in_use)).scalars()
    return tuple(
        QueueConfiguration(
            id=q.id,
            code=q.code,
            name=q.name,
            needs=q.needs,
            ring_s=q.ring_s,
            max_wait_s=q.max_wait_s,
            wrap_up_s=q.wrap_up_s,
            dispositions=tuple((outcome.code, outcome.path) for outcome in leaves(q.dispositions)),
            wrap_up_ends=q.desk.get("wrap_up_ends", True),
            outcome_required=q.desk.get("outcome_required", False),
            guests_wrap_up=q.desk.get("guests_wrap_up", False),
        )
        for q in rows
    )
