"""Tell the client's systems of a call that goes to one of the client's people, and take their answer.

It goes to every connection that asks for ``handed_calls``, once. A system that takes it has the context; one whose
answer says ``{"acknowledged": true}`` has also read it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

import orjson

from interactions.people import service as people
from interactions.people.errors import ContextUnknown
from kit.clock import now
from kit.db import Scope
from webhooks.core.events import CONTEXT_SENT, context_body
from webhooks.service.endpoints_of import ensure_endpoints
from webhooks.service.owed import Telling, owe

_SUBSCRIBED = """
SELECT e.id, c.code AS connection FROM gf.connection AS c
JOIN gf.webhook_endpoint AS e ON e.tenant_id = $1 AND e.connection = c.code AND e.blueprint
WHERE c.tenant_id = $1 AND c.retired_at IS NULL AND c.url <> '' AND 'handed_calls' = ANY(c.events) ORDER BY c.code
"""
_TOLD = "SELECT 1 FROM gf.webhook_event WHERE tenant_id = $1 AND subject = $2 LIMIT 1"


async def push_context(scope: Scope, data: Mapping[str, Any], at: datetime) -> int:
    """Owe a telling to every system that wants it; return to how many. One that was owed already is not owed again."""
    tenant, context = scope.tenant_id, UUID(data["context_id"])
    if await scope.fetch(_TOLD, tenant, context):
        return 0
    await ensure_endpoints(scope)
    rows = await scope.fetch(_SUBSCRIBED, tenant)
    told_at = at.isoformat().replace("+00:00", "Z")
    for number, row in enumerate(rows, 1):
        body = partial(context_body, at=told_at, data=data)
        await owe(scope, Telling(row["connection"], CONTEXT_SENT, context, number, body), [row["id"]], at)
    return len(rows)


async def taken(scope: Scope, context: UUID, answer: str) -> None:
    """Take note that a system took a telling, and of what its answer says."""
    at = now()
    try:
        await people.delivered(scope, context, "webhook", at)
        if _acknowledges(answer):
            await people.acknowledge(scope, context, "webhook", at)
    except ContextUnknown:  # its interaction was deleted meanwhile
        return


def _acknowledges(answer: str) -> bool:
    """Say whether an answer is a JSON object with ``"acknowledged": true``; anything else is none."""
    try:
        said = orjson.loads(answer)
    except orjson.JSONDecodeError:
        return False
    return isinstance(said, dict) and said.get("acknowledged") is True
