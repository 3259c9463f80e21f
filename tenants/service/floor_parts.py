"""A tenant's numbers and queues, as its floor needs them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlmodel import col

from kit.scoping import ScopedSession
from tenants.core.configuration import NumberConfiguration, QueueConfiguration
from tenants.core.outcomes import leaves
from tenants.models import Flow, Number, Queue


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
        )
        for q in rows
    )
