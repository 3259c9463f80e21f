"""Store what a connection is told, sealed, and what an endpoint is owed of it: in the transaction of what happened."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from kit import vault
from kit.db import Scope
from kit.ids import new_id
from webhooks.core.events import place

_EVENT = """
INSERT INTO gf.webhook_event (tenant_id, id, connection, type, subject, sequence, origin, body, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
"""
_DELIVERY = """
INSERT INTO gf.webhook_delivery (tenant_id, id, endpoint_id, event_id, subject, sequence)
VALUES ($1, $2, $3, $4, $5, $6)
"""


@dataclass(frozen=True, slots=True)
class Telling:
    """An event before it has an id; ``body`` makes what is told from that id. ``origin``: who caused it."""

    connection: str
    type: str
    subject: UUID
    sequence: int
    body: Callable[[str], Mapping[str, Any]]
    origin: str = "glassfloor"


async def store(scope: Scope, telling: Telling, at: datetime) -> UUID:
    """Store an event and return its id. Raises ``KeysAway``."""
    event_id = new_id()
    told = orjson.dumps(telling.body(str(event_id)))
    sealed = (await vault.sealing(scope)).seal_bytes(told, place(event_id))
    await scope.fetch(
        _EVENT, scope.tenant_id, event_id, telling.connection, telling.type, telling.subject, telling.sequence,
        telling.origin, sealed, at,
    )  # fmt: skip
    return event_id


async def owe(scope: Scope, telling: Telling, endpoint: UUID, at: datetime) -> None:
    """Store an event that goes to one endpoint. Raises ``KeysAway``."""
    event_id = await store(scope, telling, at)
    await scope.fetch(_DELIVERY, scope.tenant_id, new_id(), endpoint, event_id, telling.subject, telling.sequence)
