"""The files of a work order as its page shows them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from kit.db import Scope
from tenants.core.masks import Shown, mask_value
from workorders.attachments import schemas
from workorders.attachments.core.states import MOMENT, is_own
from workorders.attachments.service import rows
from workorders.core.doer import Doer

_KIB = 1024


async def files_of(scope: Scope, order_id: UUID, doer: Doer, shown: Shown, *, may_attach: bool) -> list[dict[str, Any]]:
    """Return what is attached and this reader may see, oldest first."""
    return [
        {
            **mask_value(schemas.attachment(row), shown),
            "at": row["created_at"],
            "scanned": row["scanned_at"],
            "moment": row["kind"] == MOMENT,
            "size_text": size_text(row["size"]),
            "removable": may_attach and is_own(row, doer),
        }
        for row in await rows.of_order(scope, order_id, doer)
    ]


def size_text(size: int | None) -> str:
    """Return a length in bytes as people read it: ``1.4 MiB``."""
    if size is None:
        return ""
    if size < _KIB:
        return f"{size} B"
    kib = size / _KIB
    return f"{kib:.0f} KiB" if kib < _KIB else f"{kib / _KIB:.1f} MiB"
