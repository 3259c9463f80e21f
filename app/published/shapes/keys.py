"""What a credential is, and the tokens of OAuth 2."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from app.published.parts import Shape


class Limit(Shape):
    """How often a credential may ask."""

    per_minute: int
    at_once: int


class OwnKey(Shape):
    """What the credential of this request is."""

    id: str
    type: Literal["key", "client"]
    client: str
    connection: str
    scopes: list[str]
    networks: Annotated[list[str], Field(description="From where alone it may be used; none: from anywhere.")]
    certificates: Annotated[
        list[str], Field(description="SHA-256 fingerprints of the TLS client certificates that it needs one of.")
    ]
    expires_at: datetime | None
    limits: dict[str, Limit]


class Token(Shape):
    """An access token."""

    access_token: str
    token_type: Literal["Bearer"]
    expires_in: int
    scope: str


class TokenState(Shape):
    """Whether a token is good, and for what (RFC 7662)."""

    model_config = ConfigDict(extra="allow")
    active: bool


class OAuthError(Shape):
    """Why a token was not issued (RFC 6749, 5.2)."""

    model_config = ConfigDict(extra="allow")
    error: str
