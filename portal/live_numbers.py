"""The client's numbers on the live board: where each leads, and which acts about it this reader may begin."""

from __future__ import annotations

from typing import Any

from kit.db import Scope
from tenants.core.controls import ANNOUNCEMENT, HOURS, PAUSE, Agreed
from tenants.core.permissions import decide
from tenants.endpoints import Access

_NUMBERS = """
SELECT n ->> 'number' AS number, n ->> 'flow' AS flow FROM
  (SELECT content FROM gf.blueprint WHERE tenant_id = $1 ORDER BY version DESC LIMIT 1) b,
  jsonb_array_elements(b.content -> 'numbers') n ORDER BY 1
"""


async def numbers_of(scope: Scope, access: Access, agreed: Agreed) -> dict[str, Any] | None:
    """Return ``rows`` of numbers, and the acts that ``may`` be begun about one; None for who may not see acts."""
    if decide(access.role, "control.read") is None:
        return None
    acts = decide(access.role, "control.act") is not None and agreed.lets(access.role)
    may = [act for act in (PAUSE, HOURS, ANNOUNCEMENT) if acts and act in agreed.acts]
    return {"rows": [dict(row) for row in await scope.fetch(_NUMBERS, scope.tenant_id)], "may": may}
