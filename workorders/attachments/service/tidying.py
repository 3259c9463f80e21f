"""Forget what came to nothing: attachments whose content never came, links that are over, files that no row names."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from pathlib import PurePosixPath
from uuid import UUID

from kit.db import AccessibleTenantId, Plane
from kit.objects import Objects

LIFE = timedelta(days=1)
"""So long an announced file may take to come; and so long a file that no row names is left alone."""

_NEVER_CAME = """
DELETE FROM gf.work_order_attachment
WHERE tenant_id = $1 AND kind = 'file' AND stored_at IS NULL AND created_at < $2
"""
_LINKS = "DELETE FROM gf.work_order_link WHERE tenant_id = $1 AND expires_at < $2"
_NAMED = "SELECT key FROM gf.work_order_attachment WHERE tenant_id = $1 AND key = ANY($2::text[])"
_MILLISECONDS = 80
"""Below the milliseconds of a UUID of version 7 (RFC 9562) there are so many bits."""


async def tidy(plane: Plane, tenant_id: AccessibleTenantId, objects: Objects, now: datetime) -> int:
    """Forget it; return how many files were deleted. Raises ``OSError``."""
    async with plane.transaction(tenant_id) as scope:
        await scope.fetch(_NEVER_CAME, tenant_id, now - LIFE)
        await scope.fetch(_LINKS, tenant_id, now - LIFE)
    before = int((now - LIFE).timestamp() * 1000)
    keys = await asyncio.to_thread(_old, objects, f"t/{tenant_id}/attachment/", before)
    if not keys:
        return 0
    async with plane.transaction(tenant_id) as scope:
        named = {row["key"] for row in await scope.fetch(_NAMED, tenant_id, keys)}
    left = [key for key in keys if key not in named]
    await asyncio.to_thread(_delete, objects, left)
    return len(left)


def _delete(objects: Objects, keys: list[str]) -> None:
    for key in keys:
        objects.delete(key)


def _old(objects: Objects, prefix: str, before: int) -> list[str]:
    """Return the keys below a prefix that were made before that millisecond."""
    return [key for key, _ in objects.keys(prefix) if UUID(PurePosixPath(key).stem).int >> _MILLISECONDS < before]
