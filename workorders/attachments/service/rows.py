"""Read attachments as far as the doer sees them, and write down what is decided about one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from kit.db import Scope
from kit.errors import NotFound
from workorders.attachments.core.states import is_seen
from workorders.core.doer import Doer
from workorders.service import rows as orders
from workorders.service.sealing import opened

TABLE = "work_order_attachment"
SEALED = ("name", "found")
"""Sealed columns of ``gf.work_order_attachment``."""

_OF = "SELECT * FROM gf.work_order_attachment WHERE tenant_id = $1 AND work_order_id = $2 ORDER BY id"
_ONE = "SELECT * FROM gf.work_order_attachment WHERE tenant_id = $1 AND work_order_id = $2 AND id = $3"
_ONE_LOCKED = _ONE + " FOR UPDATE"

Row = Mapping[str, Any]


def content_place(attachment_id: UUID | str) -> str:
    """Return where a file's content is sealed for (:mod:`kit.sealedfile`)."""
    return f"{TABLE}|content|{attachment_id}"


async def of_order(scope: Scope, work_order_id: UUID, doer: Doer) -> list[Row]:
    """Return what is attached to a work order, oldest first. Raises :class:`NotFound`."""
    await orders.find(scope, work_order_id, doer)
    rows = await scope.fetch(_OF, scope.tenant_id, work_order_id)
    return list(await open_rows(scope, [row for row in rows if is_seen(row, doer)]))


async def find(scope: Scope, work_order_id: UUID, attachment_id: UUID, doer: Doer, *, lock: bool = False) -> Row:
    """Return one attachment; ``lock``: with its order, which is locked first. Raises :class:`NotFound`."""
    await orders.find(scope, work_order_id, doer, lock=lock)
    sql = _ONE_LOCKED if lock else _ONE
    rows = await scope.fetch(sql, scope.tenant_id, work_order_id, attachment_id)
    if not rows or not is_seen(rows[0], doer):
        raise NotFound
    return (await open_rows(scope, rows))[0]


async def open_rows(scope: Scope, rows: Sequence[Row]) -> Sequence[Row]:
    """Return these rows with their texts open."""
    return await opened(scope, TABLE, SEALED, rows)
