"""Write down what a connection is to be told, in the transaction in which it happened.

The event is a snapshot of that moment. Its sequence was taken under the work order's row lock, so events of one work
order become visible in their order, and no delivery can overtake one that it does not see.
"""

from __future__ import annotations

from datetime import datetime
from functools import partial
from uuid import UUID

from kit.db import Scope
from webhooks.core.events import Happened, body, event_type
from webhooks.service.endpoints_of import WANTED, ensure_endpoints
from webhooks.service.owed import Telling, store

_DELIVERY = f"""
INSERT INTO gf.webhook_delivery (tenant_id, endpoint_id, event_id, subject, sequence)
SELECT $1, e.id, $2, $3, $4 FROM gf.webhook_endpoint AS e
JOIN gf.connection AS c ON c.tenant_id = $1 AND c.code = e.connection
WHERE e.tenant_id = $1 AND e.connection = $5 AND e.state IN ('active', 'disabled')
  AND (NOT e.blueprint OR 'work_orders' = ANY(c.events)) AND {WANTED.format(type="$6::text")}
RETURNING id
"""  # noqa: S608 - our own constants


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
    owed = (scope.tenant_id, event_id, subject, data["sequence"], data["connection"], telling.type)
    if await scope.fetch(_DELIVERY, *owed):
        return True
    if not await ensure_endpoints(scope):
        return False
    return bool(await scope.fetch(_DELIVERY, *owed))  # the job that makes them after a blueprint has not run yet
