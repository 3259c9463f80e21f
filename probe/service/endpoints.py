"""An endpoint of a client's own and what went there, for others to look for."""

from __future__ import annotations

from uuid import UUID, uuid5

import orjson

from kit import vault
from kit.db import Transaction
from probe.core.canaries import Canaries
from webhooks.core.events import place
from webhooks.service.endpoints_of import new_secret, sealed_secret

_ENDPOINT = """
INSERT INTO gf.webhook_endpoint (tenant_id, id, connection, url, secret, blueprint, description, state)
SELECT $1, $2, min(code), $3, $4, false, $5, 'unverified' FROM gf.connection WHERE tenant_id = $1
"""
_EVENT = """
WITH head AS (UPDATE gf.journal_head SET feed = feed + 1 WHERE tenant_id = $1 RETURNING feed)
INSERT INTO gf.webhook_event (tenant_id, id, connection, type, subject, sequence, origin, body, created_at, position)
SELECT $1, $2, min(c.code), 'endpoint.test', $3, 1, 'glassfloor', $4, clock_timestamp(), min(head.feed)
FROM head, gf.connection AS c WHERE c.tenant_id = $1
"""
_DELIVERY = """
INSERT INTO gf.webhook_delivery (tenant_id, id, endpoint_id, event_id, subject, sequence, state, last_error)
VALUES ($1, $2, $3, $4, $3, 1, 'dead', $5)
"""


def endpoint_of(tenant: UUID) -> UUID:
    """Return the id of an endpoint that a client added."""
    return uuid5(tenant, "endpoint")


def delivery_of(tenant: UUID) -> UUID:
    """Return the id of a delivery to it."""
    return uuid5(tenant, "delivery")


def event_of(tenant: UUID) -> UUID:
    """Return the id of what was to be delivered."""
    return uuid5(tenant, "event")


async def an_endpoint(scope: Transaction, words: Canaries) -> None:
    """Let the client have added an endpoint that took nothing of what it was sent."""
    tenant = scope.tenant_id
    url = f"https://127.0.0.1:9/{words.word('endpoint address')}"
    keys = await vault.sealing(scope)
    secret = sealed_secret(keys, endpoint_of(tenant), new_secret())
    await scope.fetch(_ENDPOINT, tenant, endpoint_of(tenant), url, secret, words.word("endpoint description"))
    event, endpoint = event_of(tenant), endpoint_of(tenant)
    told = {"id": str(event), "type": "endpoint.test", "data": {"endpoint_id": words.word("body of an event")}}
    sealed = keys.seal_bytes(orjson.dumps(told), place(event))
    await scope.fetch(_EVENT, tenant, event, endpoint, sealed)
    await scope.fetch(_DELIVERY, tenant, delivery_of(tenant), endpoint, event, words.word("delivery error"))
