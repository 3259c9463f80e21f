"""The tables of the vault: a tenant's data keys, wrapped, and where its own key server is.

No ``from __future__ import annotations`` here: SQLModel reads the annotations at run time.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Column, LargeBinary
from sqlalchemy.dialects.postgresql import TIMESTAMP
from sqlmodel import Field, SQLModel

from kit.ids import new_id

GF = {"schema": "gf"}


def _bytes() -> Column[bytes]:
    return Column(LargeBinary, nullable=False)


def _at(*, nullable: bool = False) -> Column[datetime]:
    return Column(TIMESTAMP(timezone=True), nullable=nullable)


class TenantKey(SQLModel, table=True):
    """A data key: ``key_id`` names the tenant's key that wraps it, ``server_key_id`` that of the client's server."""

    __tablename__ = "tenant_key"
    __table_args__ = GF
    tenant_id: UUID = Field(default=None, primary_key=True)
    id: UUID = Field(default_factory=new_id, primary_key=True)
    purpose: str
    key_id: str
    server_key_id: str | None = None
    wrapped: bytes = Field(sa_column=_bytes(), repr=False)
    made_at: datetime = Field(sa_column=_at())
    retired_at: datetime | None = Field(default=None, sa_column=_at(nullable=True))


class KeyServer(SQLModel, table=True):
    """A client's own key server; ``secret`` is in the installation's box."""

    __tablename__ = "key_server"
    __table_args__ = GF
    tenant_id: UUID = Field(primary_key=True)
    url: str
    secret: bytes = Field(sa_column=_bytes(), repr=False)
    named_at: datetime = Field(sa_column=_at())
