"""Write down what a connection is to be told, in the transaction in which it happened.

The event is a snapshot of that moment. Its sequence was taken under the work order's row lock, so events of one work
order become visible in their order, and no delivery can overtake one that it does not see.
"""

from __future__ import annotations

from datetime import datetime
from functools import partial
from uuid import UUID

from kit.db import Scope
from kit.ids import new_id
from webhooks.core.events import Happened, body, event_type
from webhooks.service.endpoints_of import ensure_endpoints
from webhooks.service.owed import Telling, store

_DELIVERY = """
INSERT INTO gf.webhook_delivery (tenant_id, id, endpoint_id, event_id, subject, sequence)
SELECT $1, $2, e.id, $3, $4, $5 FROM gf.webhook_endpoint AS e
JOIN gf.connection AS c ON c.tenant_id = $1 AND c.code = e.connection
WHERE e.tenant_id = $1 AND e.connection = $6 AND 'work_orders' = ANY(c.events)
RETURNING id
"""


async def announce(scope: Scope, happened: Happened, at: datetime) -> bool:
    """Store the event and what its connection is owed; return whether anything is to be sent.

    The connection that caused it is not told, and an internal comment is no event.
    """
    if happened.internal:
        return False
    subject, data = UUID(happened.subject), happened.data
    telling = Telling(
        data["connection"], event_type(happened), subject, data["sequence"], partial(body, happened=happened),
        data["origin"],
    )  # fmt: skip
    event_id = await store(scope, telling, at)
    if happened.is_echo:
        return False
    owed = (scope.tenant_id, new_id(), event_id, subject, data["sequence"], data["connection"])
    if await scope.fetch(_DELIVERY, *owed):
        return True
    await ensure_endpoints(scope)  # the job that makes them after a blueprint has not run yet
    return bool(await scope.fetch(_DELIVERY, *owed))
