"""Rows of the control plane about clients' own identity providers. They are read and written by SQL in this folder.

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


def _hash(*, primary_key: bool = False) -> Any:  # noqa: ANN401 - as above
    return Field(sa_column=Column(LargeBinary, nullable=False, primary_key=primary_key))


class Idp(SQLModel, table=True):
    """One provider of one tenant. ``client_secret`` is sealed; ``roles`` is {group: role}."""

    __table_args__ = {"schema": "control", "info": {"global": BEFORE}}
    id: UUID = Field(primary_key=True)
    tenant_id: UUID = Field(foreign_key="control.tenant.id")
    name: str
    issuer: str
    client_id: str
    client_secret: bytes | None = Field(default=None, sa_column=Column(LargeBinary))
    auth_method: str
    domains: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    groups_claim: str
    roles: dict[str, str] = Field(sa_column=Column(JSONB, nullable=False))
    default_role: str | None = None
    origins: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    enabled: bool
    created_at: datetime = _at()
    changed_at: datetime = _at()


class IdpPolicy(SQLModel, table=True):
    """Whether a tenant's people may still use passwords; ``recovery_user_id`` may in any case."""

    __tablename__ = "idp_policy"
    __table_args__ = {"schema": "control", "info": {"global": BEFORE}}
    tenant_id: UUID = Field(primary_key=True, foreign_key="control.tenant.id")
    only_idp: bool
    recovery_user_id: UUID | None = Field(default=None, foreign_key="control.user.id")


class IdpIdentity(SQLModel, table=True):
    """Who somebody is at a provider: (connection, issuer, subject), never an e-mail address.

    ``role`` is what the groups gave at the last sign-in; None: nothing any more.
    """

    __tablename__ = "idp_identity"
    __table_args__ = {"schema": "control", "info": {"global": BEFORE}}
    id: UUID = Field(primary_key=True)
    idp_id: UUID = Field(foreign_key="control.idp.id")
    tenant_id: UUID = Field(foreign_key="control.tenant.id")
    issuer: str
    subject: str
    user_id: UUID = Field(foreign_key="control.user.id")
    role: str | None = None
    linked_by: str
    linked_at: datetime = _at()
    seen_at: datetime = _at()


class IdpFlow(SQLModel, table=True):
    """A sign-in under way. It holds no secret: nonce and verifier are derived from the browser's cookie."""

    __tablename__ = "idp_flow"
    __table_args__ = {"schema": "control", "info": {"global": BEFORE}}
    state_hash: bytes = _hash(primary_key=True)
    idp_id: UUID = Field(foreign_key="control.idp.id")
    tenant_id: UUID = Field(foreign_key="control.tenant.id")
    browser_hash: bytes = _hash()
    purpose: str
    next: str
    user_id: UUID | None = Field(default=None, foreign_key="control.user.id")
    expires_at: datetime = _at()


class IdpInvitation(SQLModel, table=True):
    """A link that lets one person connect its account at the provider; used once."""

    __tablename__ = "idp_invitation"
    __table_args__ = {"schema": "control", "info": {"global": BEFORE}}
    token_hash: bytes = _hash(primary_key=True)
    idp_id: UUID = Field(foreign_key="control.idp.id")
    tenant_id: UUID = Field(foreign_key="control.tenant.id")
    user_id: UUID = Field(foreign_key="control.user.id")
    created_by: str
    expires_at: datetime = _at()
