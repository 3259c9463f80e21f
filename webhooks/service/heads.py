"""Bring signed heads of the journal to the client's own systems, where nobody of ours reaches them.

A head goes to every endpoint whose connection asks for ``journal_heads``. Each endpoint has a series of its own, so a
head that one does not take keeps no other waiting.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial

from journal.heads import Head
from kit.db import Scope
from webhooks.core.events import JOURNAL_HEAD, head_body
from webhooks.service.deliveries import Selection, replay
from webhooks.service.endpoints_of import ensure_endpoints
from webhooks.service.owed import Telling, owe

_SUBSCRIBED = """
SELECT e.id, c.code AS connection, v.id AS told FROM gf.connection AS c
LEFT JOIN gf.webhook_endpoint AS e ON e.tenant_id = $1 AND e.connection = c.code AND e.blueprint
LEFT JOIN gf.webhook_event AS v ON v.tenant_id = $1 AND v.subject = e.id AND v.sequence = $2
WHERE c.tenant_id = $1 AND c.retired_at IS NULL AND c.url <> '' AND 'journal_heads' = ANY(c.events) ORDER BY c.code
"""
_BROUGHT = """
SELECT d.sequence AS seq, count(*) FILTER (WHERE d.state = 'delivered') AS delivered, count(*) AS sent
FROM gf.webhook_delivery AS d JOIN gf.webhook_event AS v ON v.tenant_id = $1 AND v.id = d.event_id
WHERE d.tenant_id = $1 AND v.type = $2 AND d.sequence = ANY($3::bigint[]) GROUP BY d.sequence
"""


async def push_head(scope: Scope, head: Head, at: datetime, *, again: bool = False) -> int:
    """Owe a head to every endpoint that wants heads; return to how many it goes now.

    One that was told already is told once more with ``again``, by the same event. Raises ``KeysAway``.
    """
    body = partial(head_body, tenant_id=str(scope.tenant_id), document=head.document)
    rows, sent = await scope.fetch(_SUBSCRIBED, scope.tenant_id, head.seq), 0
    if any(row["id"] is None for row in rows):  # the job that makes them after a blueprint has not run yet
        await ensure_endpoints(scope)
        rows = await scope.fetch(_SUBSCRIBED, scope.tenant_id, head.seq)
    for row in rows:
        if row["told"] is None:
            await owe(scope, Telling(row["connection"], JOURNAL_HEAD, row["id"], head.seq, body), [row["id"]], at)
            sent += 1
        elif again:
            await replay(scope, row["id"], Selection(event_ids=[row["told"]], only_failed=False))
            sent += 1
    return sent


async def brought(scope: Scope, heads: Sequence[Head]) -> Mapping[int, tuple[int, int]]:
    """Return for each head that was sent, by its fact's number: how many systems took it, and how many it went to."""
    rows = await scope.fetch(_BROUGHT, scope.tenant_id, JOURNAL_HEAD, [head.seq for head in heads])
    return {row["seq"]: (row["delivered"], row["sent"]) for row in rows}


async def takers(scope: Scope) -> list[str]:
    """Return the codes of the connections that are brought heads."""
    return [row["connection"] for row in await scope.fetch(_SUBSCRIBED, scope.tenant_id, 0)]
