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
from webhooks.service.owed import Telling, owe

_ENDPOINTS = f"""
SELECT e.id FROM gf.webhook_endpoint AS e JOIN gf.connection AS c ON c.tenant_id = $1 AND c.code = e.connection
WHERE e.tenant_id = $1 AND e.connection = $2 AND e.state IN ('active', 'disabled')
  AND (NOT e.blueprint OR 'work_orders' = ANY(c.events)) AND {WANTED.format(type="$3::text")}
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
    endpoints = [] if happened.is_echo else await _endpoints(scope, telling)
    await owe(scope, telling, endpoints, at)
    return bool(endpoints)


async def _endpoints(scope: Scope, telling: Telling) -> list[UUID]:
    """Return where an event of a work order goes."""
    wanted = (scope.tenant_id, telling.connection, telling.type)
    rows = await scope.fetch(_ENDPOINTS, *wanted)
    if not rows and await ensure_endpoints(scope):  # the job that makes them after a blueprint has not run yet
        rows = await scope.fetch(_ENDPOINTS, *wanted)
    return [row["id"] for row in rows]
