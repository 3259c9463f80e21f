"""Keep what a work order is found by: blind indexes of its sealed texts, in rows of their own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kit.db import Scope
from kit.tenantkeys import TenantKeys
from workorders.core.terms import terms
from workorders.service import sealing

_REWRITE = """
WITH gone AS (
  DELETE FROM gf.work_order_term WHERE tenant_id = $1 AND work_order_id = $2 AND term <> ALL($3::bytea[])
)
INSERT INTO gf.work_order_term (tenant_id, term, work_order_id)
SELECT $1, term, $2 FROM unnest($3::bytea[]) AS term ON CONFLICT DO NOTHING
"""


def blinded(keys: TenantKeys, order: Mapping[str, Any]) -> list[bytes]:
    """Return the blind indexes of a work order's document."""
    return [sealing.blind(keys, field, text) or b"" for field, text in terms(order)]


async def rewrite(scope: Scope, keys: TenantKeys, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    """Let a changed work order be found by what it says now, unless that is what it said before."""
    if terms(before) != terms(after):
        await scope.fetch(_REWRITE, scope.tenant_id, before["id"], blinded(keys, after))
