"""Every published operation: one table a subject, together here."""

from __future__ import annotations

from app.published.operations import (
    attachments,
    centre,
    context,
    exchange,
    handshakes,
    interactions,
    kept,
    live,
    webhooks,
    work_orders,
)
from app.published.parts import Operations

OPERATIONS: Operations = {
    **work_orders.TABLE, **handshakes.TABLE, **attachments.TABLE, **context.TABLE,
    **exchange.TABLE, **interactions.TABLE,
    **centre.TABLE, **live.TABLE, **kept.TABLE, **webhooks.TABLE,
}  # fmt: skip
