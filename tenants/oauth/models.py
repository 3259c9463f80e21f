"""Rows of the control plane about clients' systems. They are read and written by SQL in this folder.

No ``from __future__ import annotations`` here: SQLModel reads the annotations at run time.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Column, LargeBinary, Text
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP
from sqlmodel import Field, SQLModel

BEFORE = "it is read before a tenant is known"


def _at(*, nullable: bool = False) -> Any:  # noqa: ANN401 - SQLModel's Field is untyped as well
    return Field(default=None if nullable else ..., sa_type=TIMESTAMP(timezone=True), nullable=nullable)


def _hash() -> Any:  # noqa: ANN401 - as above
    return Field(sa_column=Column(LargeBinary, primary_key=True))


def _texts() -> Any:  # noqa: ANN401 - as above
    return Field(sa_column=Column(ARRAY(Text), nullable=False))


class ApiKey(SQLModel, table=True):
    """A key of a client's system: the SHA-256 of the whole key, bound to one connection of one tenant."""

    __tablename__ = "api_key"
    __table_args__ = {"schema": "control", "info": {"global": BEFORE}}
    id: str = Field(primary_key=True)
    tenant_id: UUID = Field(foreign_key="control.tenant.id")
    connection: str
    hash: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    scopes: list[str] = _texts()
    created_at: datetime = _at()
    expires_at: datetime = _at()
    revoked_at: datetime | None = _at(nullable=True)
    used_at: datetime | None = _at(nullable=True)
    created_by: str | None = None
    reason: str | None = None
    told_at: datetime | None = _at(nullable=True)
    networks: list[str] = _texts()
    certificates: list[str] = _texts()
    refused_at: datetime | None = _at(nullable=True)
    refused_from: str | None = None


class OAuthClient(SQLModel, table=True):
    """A client's system that asks for tokens: one method, one connection, its scopes."""

    __tablename__ = "oauth_client"
    __table_args__ = {"schema": "control", "info": {"global": BEFORE}}
    id: str = Field(primary_key=True)
    tenant_id: UUID = Field(foreign_key="control.tenant.id")
    connection: str
    method: str
    scopes: list[str] = _texts()
    jwks: dict[str, Any] | None = Field(default=None, sa_column=Column(JSONB))
    created_by: str
    created_at: datetime = _at()
    expires_at: datetime = _at()
    revoked_at: datetime | None = _at(nullable=True)
    reason: str | None = None
    used_at: datetime | None = _at(nullable=True)
    told_at: datetime | None = _at(nullable=True)
    networks: list[str] = _texts()
    certificates: list[str] = _texts()
    refused_at: datetime | None = _at(nullable=True)
    refused_from: str | None = None


class OAuthSecret(SQLModel, table=True):
    """A secret of an OAuth client: its SHA-256; two may live at once."""

    __tablename__ = "oauth_secret"
    __table_args__ = {"schema": "control", "info": {"global": BEFORE}}
    hash: bytes = _hash()
    client_id: str = Field(foreign_key="control.oauth_client.id")
    prefix: str
    created_at: datetime = _at()
    revoked_at: datetime | None = _at(nullable=True)


class OAuthToken(SQLModel, table=True):
    """An access token: its SHA-256, for ten minutes."""

    __tablename__ = "oauth_token"
    __table_args__ = {"schema": "control", "info": {"global": BEFORE}}
    hash: bytes = _hash()
    client_id: str = Field(foreign_key="control.oauth_client.id")
    scopes: list[str] = _texts()
    issued_at: datetime = _at()
    expires_at: datetime = _at()
    revoked_at: datetime | None = _at(nullable=True)


class OAuthAssertion(SQLModel, table=True):
    """A signed assertion that was used (RFC 7523 ``jti``); kept until it would have expired anyway."""

    __tablename__ = "oauth_assertion"
    __table_args__ = {"schema": "control", "info": {"global": BEFORE}}
    client_id: str = Field(primary_key=True, foreign_key="control.oauth_client.id")
    jti_hash: bytes = _hash()
    expires_at: datetime = _at()


class RateLimit(SQLModel, table=True):
    """A tenant's own limit for one class of routes, instead of the installation's."""

    __tablename__ = "rate_limit"
    __table_args__ = {
        "schema": "control",
        "info": {"global": "the outsourcer sets it, and it is read before the route"},
    }
    tenant_id: UUID = Field(primary_key=True, foreign_key="control.tenant.id")
    route_class: str = Field(primary_key=True)
    per_minute: int


class LivePass(SQLModel, table=True):
    """A ticket for one socket of a browser: its SHA-256, for thirty seconds; ``credential`` asked for it.

    ``credential`` is ``key:<id>`` or ``token:<hex of the token's hash>``: the socket ends with it.
    """

    __tablename__ = "live_pass"
    __table_args__ = {"schema": "control", "info": {"global": BEFORE}}
    hash: bytes = _hash()
    tenant_id: UUID = Field(foreign_key="control.tenant.id")
    credential: str
    expires_at: datetime = _at()


class ConnectionHold(SQLModel, table=True):
    """A connection that is not active: its keys and clients are refused. One that is has no row."""

    __tablename__ = "connection_hold"
    __table_args__ = {"schema": "control", "info": {"global": BEFORE}}
    tenant_id: UUID = Field(primary_key=True, foreign_key="control.tenant.id")
    connection: str = Field(primary_key=True)
    state: str
