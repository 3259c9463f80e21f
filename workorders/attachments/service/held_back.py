"""Files that nobody can download: those that wait for their scan, and those in which something was found."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from kit.db import Scope
from workorders.attachments.core.states import is_seen
from workorders.attachments.service.rows import open_rows
from workorders.core.doer import Doer
from workorders.core.numbers import readable

MOST: Final = 200
FOUND_SINCE: Final = timedelta(days=30)
"""What was found longer ago is told by the work order alone."""
_HELD_BACK = """
SELECT a.*, o.number FROM gf.work_order_attachment a
JOIN gf.work_order o ON o.tenant_id = a.tenant_id AND o.id = a.work_order_id
WHERE a.tenant_id = $1 AND a.scan_state IN ('pending', 'infected') AND a.stored_at IS NOT NULL
  AND (a.scan_state = 'pending' OR a.scanned_at > $2)
ORDER BY a.scan_state DESC, a.stored_at LIMIT $3
"""


async def held_back(scope: Scope, doer: Doer, now: datetime) -> list[dict[str, Any]]:
    """Return them, those that wait first, the oldest in front.

    ``name`` is None while the file is the other side's and was not scanned: it does not exist for the doer yet.
    """
    rows = await open_rows(scope, await scope.fetch(_HELD_BACK, scope.tenant_id, now - FOUND_SINCE, MOST))
    return [
        {**row, "number": readable(row["number"]), "name": row["name"] if is_seen(row, doer) else None} for row in rows
    ]
