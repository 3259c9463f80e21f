"""What is sent to and shown by the routes of endpoints, deliveries and the feed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import orjson
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from kit.instants import Instant
from tenants.core.masks import Shown, mask_value
from webhooks.core.events import is_known
from webhooks.core.formats import Format
from webhooks.core.signature import ASYMMETRIC, SHARED, Scheme

FAMILIES = frozenset({"work_order", "endpoint", "connection"})
"""What the types of events begin with that an endpoint can ask for."""


def _known(kind: str) -> str:
    if kind.partition(".")[0] not in FAMILIES:
        raise ValueError(f"types begin with one of {', '.join(sorted(FAMILIES))}")
    if not is_known(kind):
        raise ValueError(f"there is no type {kind!r}")
    return kind


def _storable(text: str) -> str:
    if "\0" in text:
        raise ValueError("the text holds a character that is never stored")
    return text


EventType = Annotated[
    str, StringConstraints(pattern=r"^[a-z_]+(\.[a-z_]+)*(\.\*)?$", max_length=60), AfterValidator(_known)
]
"""An exact type, or a family with ``.*``."""
Url = Annotated[str, StringConstraints(min_length=8, max_length=2000), AfterValidator(_storable)]
Description = Annotated[str, StringConstraints(max_length=200, strip_whitespace=True), AfterValidator(_storable)]
Types = Annotated[list[EventType], Field(max_length=40)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class NewEndpoint(_Body):
    """An address of the client that events go to."""

    url: Url
    connection: Annotated[str, StringConstraints(max_length=64), AfterValidator(_storable)] | None = None
    """Of a key: its own, always."""
    types: Types = []
    format: Format = "standard"
    description: Description = ""
    signature: Scheme = SHARED
    """``v1``: HMAC by a secret that is shown once; ``v1a``: Ed25519, verified by a public key."""


class Rotation(_Body):
    """How it is signed from now on; nothing: as before."""

    signature: Scheme | None = None


class EndpointChange(_Body):
    """What of an endpoint is to be different; a new address has to be verified again."""

    url: Url | None = None
    types: Types | None = None
    format: Format | None = None
    description: Description | None = None


class Replay(_Body):
    """Which events are sent again: by id, or by when they happened; only those that were given up, or all."""

    event_ids: Annotated[list[UUID], Field(min_length=1, max_length=200)] | None = None
    since: Instant | None = None
    until: Instant | None = None
    only_failed: bool = False

    @model_validator(mode="after")
    def _one_way(self) -> Replay:
        if (self.event_ids is None) == (self.since is None):
            raise ValueError("say event_ids or since, one of them")
        if self.event_ids is not None and self.until is not None:
            raise ValueError("until belongs to since")
        return self


def endpoint(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return an endpoint as the API shows it; a secret is never among it."""
    return {
        "id": str(row["id"]),
        "connection": row["connection"],
        "url": row["url"],
        "types": list(row["types"]),
        "format": row["format"],
        "description": row["description"],
        "signature": SHARED if row["public_key"] is None else ASYMMETRIC,
        "public_key": row["public_key"],
        "state": row["state"],
        "state_reason": row["state_reason"],
        "of_blueprint": row["blueprint"],
        "failing_since": instant(row["failing_since"]),
        "old_secret_until": instant(row["old_secret_until"]),
        "verified_at": instant(row["verified_at"]),
        "created_at": instant(row["created_at"]),
        "waiting": row["waiting"],
        "dead": row["dead"],
    }


def told(events: Sequence[bytes], shown: Shown) -> list[object]:
    """Return stored events for an answer: the very text that was stored, unless something in it may have to be masked.

    What opens under its seal is the JSON that we wrote, so it is not read again.
    """
    if shown is Shown.FULL:
        return [orjson.Fragment(event) for event in events]
    return [mask_value(orjson.loads(event), shown) for event in events]


def delivery(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a delivery as the API shows it; ``attempts`` counts those that used one up."""
    return {
        "id": str(row["id"]),
        "endpoint_id": str(row["endpoint_id"]),
        "event_id": str(row["event_id"]),
        "type": row["type"],
        "subject": str(row["subject"]),
        "sequence": row["sequence"],
        "state": row["state"],
        "attempts": row["attempts"],
        "due_at": instant(row["due_at"]) if row["state"] == "waiting" else None,
        "delivered_at": instant(row["delivered_at"]),
        "last_status": row["last_status"],
        "last_error": row["last_error"],
        "created_at": instant(row["created_at"]),
    }


def attempt(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return one attempt as the API shows it; ``response`` is the first 4 kB of the answer."""
    return {
        "number": row["number"],
        "started_at": instant(row["started_at"]),
        "duration_ms": row["duration_ms"],
        "status": row["status"],
        "error": row["error"],
        "response": row["response"],
    }


def instant(at: datetime | None) -> str | None:
    """Return an instant as RFC 3339."""
    return None if at is None else at.isoformat().replace("+00:00", "Z")
