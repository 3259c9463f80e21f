"""Endpoints, deliveries and the feed as the API shows them (``webhooks.schemas`` makes them; a test compares)."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field

from app.published.parts import Shape


class Endpoint(Shape):
    """An address that events go to."""

    id: UUID
    connection: str
    url: str
    types: Annotated[list[str], Field(description="Exact types, or families as `work_order.*`; none: all.")]
    format: Annotated[
        str, Field(description="`standard`, `cloudevents`, `tmf621_v4`, `tmf621_v5`; `connector`: by its own API.")
    ]
    description: str
    signature: Annotated[str, Field(description="`v1` (HMAC by a shared secret) or `v1a` (Ed25519).")]
    public_key: Annotated[str | None, Field(description="`whpk_` and base64: verifies `v1a` signatures.")]
    state: Annotated[str, Field(description="`unverified`, `active` or `disabled`.")]
    state_reason: Annotated[str | None, Field(description="`gone`, `failing` or `by_hand`, when disabled.")]
    of_blueprint: Annotated[bool, Field(description="It follows the address of the connection.")]
    failing_since: Annotated[datetime | None, Field(description="It has taken nothing since.")]
    old_secret_until: Annotated[datetime | None, Field(description="The secret before the last rotation signs too.")]
    verified_at: datetime | None
    created_at: datetime
    waiting: int
    dead: int


class NewEndpointMade(Endpoint):
    """An endpoint with its secret, which is shown this once."""

    secret: Annotated[str | None, Field(description="`whsec_` and base64: the key of `v1`; none with `v1a`.")]


class Endpoints(Shape):
    """All of them."""

    data: list[Endpoint]


class Rotated(Shape):
    """A new secret, which is shown this once."""

    id: UUID
    signature: str
    public_key: str | None
    secret: str | None
    old_secret_until: datetime


class Replayed(Shape):
    """How many events are sent again."""

    replayed: int


class Delivery(Shape):
    """One event on its way to one endpoint."""

    id: UUID
    endpoint_id: UUID
    event_id: UUID
    type: str
    subject: UUID
    sequence: int
    state: Annotated[str, Field(description="`waiting`, `delivered` or `dead`.")]
    attempts: int
    due_at: datetime | None
    delivered_at: datetime | None
    last_status: int | None
    last_error: str | None
    created_at: Annotated[datetime, Field(description="When it happened.")]


class Attempt(Shape):
    """One try."""

    number: int
    started_at: datetime
    duration_ms: int
    status: int | None
    error: str | None
    response: Annotated[str, Field(description="The first 4 kB of the answer.")]


class DeliveryWithTries(Delivery):
    """A delivery and its attempts, newest first."""

    tries: list[Attempt]


class DeliveryPage(Shape):
    """Newest first."""

    data: list[Delivery]
    has_more: bool
    next: Annotated[UUID | None, Field(description="The `after` of the next page.")]


class Feed(Shape):
    """Events, oldest first."""

    data: Annotated[list[dict[str, Any]], Field(description="As webhooks bring them.")]
    has_more: bool
    next: Annotated[str, Field(description="Keep it, also that of an empty page: the `after` to go on with.")]
