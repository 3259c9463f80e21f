"""A vCon (draft-ietf-vcon-vcon-core-04): our own model of the parts that we write, its ids, hashes and signed form."""

from __future__ import annotations

import base64
import hashlib
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

MEDIA = "application/vcon"
_Index = Annotated[int, Field(ge=0)]
_MILLISECONDS, _TIME_BITS = 48, 80
_VERSION, _VARIANT = 8 << 76, 2 << 62


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Party(_Part):
    """Somebody in the conversation. A masked number is a ``name``: it is no telephone URL."""

    tel: str | None = None
    name: str | None = None
    validation: str | None = None
    uuid: str | None = None
    type: str | None = None
    org: str | None = None


class Dialog(_Part):
    """A piece of the conversation; ``parties`` by channel. Without ``url`` its sound is not there, or not shared."""

    type: Literal["recording", "incomplete"]
    start: str
    duration: float | None = None
    parties: list[_Index | list[_Index]]
    mediatype: str | None = None
    url: str | None = None
    content_hash: str | None = None
    disposition: Literal["no-answer", "congestion", "failed", "busy", "hung-up"] | None = None


class Analysis(_Part):
    """What is known about the conversation: ``schema`` says which of our forms ``body`` has."""

    type: str = "report"
    dialog: _Index = 0
    vendor: str = "Glassfloor"
    product: str
    schema_: Annotated[str, Field(serialization_alias="schema")]
    mediatype: str = "application/json"
    encoding: Literal["json"] = "json"
    body: Any


class Attachment(_Part):
    """What belongs to the conversation: the work order that came out of it."""

    purpose: str
    start: str
    party: _Index
    dialog: _Index = 0
    mediatype: str = "application/json"
    encoding: Literal["json"] = "json"
    body: Any


class Amended(_Part):
    """The vCon before this one, which this one has more than."""

    uuid: str


class VCon(_Part):
    """A conversation. ``vcon`` is deprecated by the draft, and still looked for by readers."""

    vcon: Literal["0.4.0"] = "0.4.0"
    uuid: str
    created_at: str
    updated_at: str
    subject: str | None = None
    amended: Amended | None = None
    parties: list[Party]
    dialog: list[Dialog]
    analysis: list[Analysis] = []
    attachments: list[Attachment] = []

    def document(self) -> dict[str, Any]:
        """Return the unsigned form."""
        return self.model_dump(mode="json", by_alias=True, exclude_none=True)


def vcon_id(at: datetime, host: str, what: str) -> UUID:
    """Return a UUID of version 8 as the draft makes it: a moment, twelve bits of ``what``, and the host's hash.

    It is always the same for the same: what was told of a work order once has the same id when it is told again.
    """
    moment = int(at.timestamp() * 1000) & ((1 << _MILLISECONDS) - 1)
    twelve = int.from_bytes(hashlib.sha256(what.encode()).digest()[:2]) & 0xFFF
    own = int.from_bytes(hashlib.sha1(host.encode(), usedforsecurity=False).digest()[:8]) >> 2
    return UUID(int=moment << _TIME_BITS | _VERSION | twelve << 64 | _VARIANT | own)


def content_hash(sha512: bytes) -> str:
    """Return how a vCon names the digest of what lies under an address."""
    return "sha512-" + base64.urlsafe_b64encode(sha512).rstrip(b"=").decode()
