"""How endpoints do, in figures: what waits, was given up, was taken. Each is read from the index of its own state.

Deliveries that were taken are kept for as long as their work orders are, so nothing here walks through them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from kit.counting import Counted
from kit.db import Scope

COUNTED: Final = 999
"""So far an endpoint's deliveries are counted for its page at a glance."""
_NEWEST = 200
"""The speed of a connection is that of so many of its newest deliveries, of each endpoint."""
_STATE = "FROM gf.webhook_delivery AS d WHERE d.tenant_id = $1 AND d.endpoint_id = e.id AND d.state = "
WAITING: Final = f"(SELECT count(*) {_STATE} 'waiting')"
DEAD: Final = f"(SELECT count(*) {_STATE} 'dead')"
"""The SQL of how many deliveries of the endpoint ``e`` wait, and were given up."""
_LAST_AT = f"(SELECT max(d.delivered_at) {_STATE} 'delivered')"
_UPTO = f"(SELECT count(*) FROM (SELECT {_STATE} {{which}} LIMIT {COUNTED + 1}) AS n)"  # noqa: S608 - our own constants
_AT_A_GLANCE = f"""
SELECT e.connection, e.url, e.state, e.failing_since, {_UPTO.format(which="'waiting'")} AS waiting,
  {_UPTO.format(which="'dead'")} AS dead, {_UPTO.format(which="'delivered' AND d.delivered_at > $2")} AS delivered,
  {_LAST_AT} AS last_at
FROM gf.webhook_endpoint AS e WHERE e.tenant_id = $1 AND e.state IN ('active', 'disabled')
ORDER BY e.connection, e.blueprint DESC, e.id
"""  # noqa: S608 - our own constants
_OF_CONNECTION = f"""
SELECT coalesce(sum({WAITING}), 0)::bigint AS waiting, coalesce(sum({DEAD}), 0)::bigint AS dead,
  max({_LAST_AT}) AS last_at, coalesce(bool_or(e.failing_since IS NOT NULL), false) AS failing
FROM gf.webhook_endpoint AS e WHERE e.tenant_id = $1 AND e.connection = $2
"""  # noqa: S608 - our own constants
_SPEED = """
SELECT (percentile_disc(0.95) WITHIN GROUP (ORDER BY a.duration_ms))::bigint AS p95_ms
FROM gf.webhook_endpoint AS e
CROSS JOIN LATERAL (SELECT d.id FROM gf.webhook_delivery AS d WHERE d.tenant_id = $1 AND d.endpoint_id = e.id
  ORDER BY d.id DESC LIMIT $3) AS d
JOIN gf.webhook_attempt AS a ON a.tenant_id = $1 AND a.delivery_id = d.id
WHERE e.tenant_id = $1 AND e.connection = $2
"""


async def at_a_glance(scope: Scope, since: datetime) -> list[dict[str, Any]]:
    """Return each endpoint that is called or was switched off, with what waits, is ``dead``, was taken ``since``.

    Each of these is a :class:`Counted`; ``last_at``: when it took something last.
    """
    rows = await scope.fetch(_AT_A_GLANCE, scope.tenant_id, since)
    return [
        {**row, **{name: Counted.upto(COUNTED, row[name]) for name in ("waiting", "dead", "delivered")}} for row in rows
    ]


async def of_connection(scope: Scope, connection: str) -> Mapping[str, Any]:
    """Return how a connection's endpoints do together: ``waiting``, ``dead``, ``last_at``, ``failing``, ``p95_ms``."""
    rows: Sequence[Mapping[str, Any]] = await scope.fetch(_OF_CONNECTION, scope.tenant_id, connection)
    speed = await scope.fetch(_SPEED, scope.tenant_id, connection, _NEWEST)
    return {**rows[0], "p95_ms": speed[0]["p95_ms"]}
