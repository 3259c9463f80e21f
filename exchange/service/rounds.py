"""Looking for what webhooks did not bring: page by page, so much in a round, from where the last page ended."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from exchange.adapters.chosen import CONNECTORS
from exchange.core.outgoing import Changed, Page
from exchange.service import connectors, inbox, links, rows
from exchange.service.connectors import Target
from kit.clock import now
from kit.db import Scope
from kit.errors import NotFound
from workorders.service import references

PAGES: Final = 5
"""So many pages are read in one round; what is left is for the next one, soon."""
LEASE: Final = timedelta(minutes=2)
"""So long a round belongs to whoever began it: longer than its pages may take."""
SOON: Final = timedelta(seconds=10)
LATER: Final = timedelta(minutes=1)
"""When a round that failed is tried again, at the earliest."""
_CLAIM = """
UPDATE gf.exchange_connector AS c SET due_at = clock_timestamp() + $2::interval, started_at = clock_timestamp(),
  looked = CASE WHEN c.finished_at IS NOT NULL AND c.finished_at >= c.started_at THEN 0 ELSE c.looked END,
  found = CASE WHEN c.finished_at IS NOT NULL AND c.finished_at >= c.started_at THEN 0 ELSE c.found END
WHERE c.tenant_id = $1 AND c.every_minutes > 0 AND c.due_at <= clock_timestamp()
  AND (c.quiet_until IS NULL OR c.quiet_until <= clock_timestamp())
  AND NOT EXISTS (SELECT FROM gf.exchange_connection AS x WHERE x.tenant_id = $1 AND x.connection = c.connection
    AND x.state <> 'active')
RETURNING c.connection
"""
_KEEP = """
UPDATE gf.exchange_connector SET cursor = $4, looked = looked + $5, found = found + $6, error = NULL
WHERE tenant_id = $1 AND connection = $2 AND cursor = $3 RETURNING id
"""
_ANEW = "UPDATE gf.exchange_connector SET cursor = $4 WHERE tenant_id = $1 AND connection = $2 AND cursor = $3"
_END = """
UPDATE gf.exchange_connector SET finished_at = CASE WHEN $3 THEN finished_at ELSE clock_timestamp() END,
  due_at = clock_timestamp() + CASE WHEN $3 THEN $4::interval ELSE make_interval(mins => every_minutes) END
WHERE tenant_id = $1 AND connection = $2
"""
_FAILED = """
UPDATE gf.exchange_connector SET error = $3,
  due_at = clock_timestamp() + greatest(make_interval(mins => every_minutes), $4::interval)
WHERE tenant_id = $1 AND connection = $2
"""


async def claim(scope: Scope) -> list[Target]:
    """Return the systems whose round is due, for the time of a lease. Raises ``KeysAway``: nothing is taken then."""
    found = []
    for each in await scope.fetch(_CLAIM, scope.tenant_id, LEASE):
        try:
            target = await connectors.target(scope, await rows.one(scope, each["connection"]))
        except NotFound:  # it was taken out of the blueprint
            continue
        if target is not None:
            found.append(target)
    return found


async def keep(scope: Scope, target: Target, page: Page) -> bool:
    """Ask about what is new on a page, and keep where it ended; False: somebody else has gone on meanwhile."""
    row = await rows.one(scope, target.connection)
    new = 0
    for changed in page.changed:
        if await _is_news(scope, target, changed):
            new += await inbox.keep_hint(scope, row, changed.id, f"found:{changed.id}:{changed.at.isoformat()}", now())
    kept = await scope.fetch(
        _KEEP, scope.tenant_id, target.connection, target.cursor, page.cursor, len(page.changed), new
    )
    return bool(kept)


async def begin_anew(scope: Scope, target: Target) -> None:
    """Go back to where the next page can be asked for in other words: these were refused."""
    again = CONNECTORS[target.adapter].anew(target.cursor)
    await scope.fetch(_ANEW, scope.tenant_id, target.connection, target.cursor, again)


async def end(scope: Scope, target: Target, *, more: bool) -> None:
    """End a round; with ``more`` it goes on soon."""
    await scope.fetch(_END, scope.tenant_id, target.connection, more, SOON)


async def failed(scope: Scope, target: Target, why: str, wait: timedelta | None) -> None:
    """Take note that a system did not answer, and be quiet for as long as it asked."""
    await scope.fetch(_FAILED, scope.tenant_id, target.connection, why[:300], wait or LATER)
    if wait is not None:
        await connectors.quiet(scope, target.connection, wait)


async def _is_news(scope: Scope, target: Target, changed: Changed) -> bool:
    """Say whether a change was not applied yet; of things that no work order is for, as the client set it."""
    order = await references.order_of(scope, target.connection, links.name_of(target.connection, changed.id))
    if order is None:
        return target.takes_new
    link = await links.of(scope, target.connection, order)
    return link is None or link.updated_at is None or link.updated_at < changed.at
