"""An endpoint of a client's own and what went there, for others to look for."""

from __future__ import annotations

from uuid import UUID, uuid5

from kit.db import Transaction
from probe.core.canaries import Canaries
from webhooks.service.endpoints_of import new_secret

_ENDPOINT = """
INSERT INTO gf.webhook_endpoint (tenant_id, id, connection, url, secret, blueprint, description, state)
SELECT $1, $2, min(code), $3, $4, false, $5, 'unverified' FROM gf.connection WHERE tenant_id = $1
"""
_DELIVERY = """
INSERT INTO gf.webhook_delivery (tenant_id, id, endpoint_id, event_id, subject, sequence, state, last_error)
SELECT $1, $2, $3, id, subject, sequence, 'dead', $4 FROM gf.webhook_event WHERE tenant_id = $1 ORDER BY id LIMIT 1
"""


def endpoint_of(tenant: UUID) -> UUID:
    """Return the id of an endpoint that a client added."""
    return uuid5(tenant, "endpoint")


def delivery_of(tenant: UUID) -> UUID:
    """Return the id of a delivery to it."""
    return uuid5(tenant, "delivery")


async def an_endpoint(scope: Transaction, words: Canaries) -> None:
    """Let the client have added an endpoint that took nothing of what it was sent."""
    tenant = scope.tenant_id
    url = f"https://127.0.0.1:9/{words.word('endpoint address')}"
    await scope.fetch(_ENDPOINT, tenant, endpoint_of(tenant), url, new_secret(), words.word("endpoint description"))
    await scope.fetch(_DELIVERY, tenant, delivery_of(tenant), endpoint_of(tenant), words.word("delivery error"))
