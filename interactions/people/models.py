"""What the client's own people were told of calls. No ``from __future__ import annotations``: SQLModel reads them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Column, Text
from sqlalchemy.dialects.postgresql import TIMESTAMP
from sqlmodel import Field, SQLModel


def _at(*, nullable: bool = True) -> Any:  # noqa: ANN401 - SQLModel's Field is untyped as well
    return Field(default=None, sa_type=TIMESTAMP(timezone=True), nullable=nullable)


class ClientContext(SQLModel, table=True):
    """One telling of one person about one call, as its facts say. It holds nothing of the contact's, and no link."""

    __tablename__ = "client_context"
    __table_args__ = {"schema": "gf"}
    tenant_id: UUID = Field(primary_key=True)
    id: UUID = Field(primary_key=True)
    interaction_id: UUID
    person: str
    ways: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    by_agent_id: UUID | None = None
    sent_at: datetime = _at(nullable=False)
    expires_at: datetime = _at(nullable=False)
    answered_at: datetime | None = _at()
    taken_at: datetime | None = _at()
    """When the client's system took the webhook."""
    mailed_at: datetime | None = _at()
    opened_at: datetime | None = _at()
    acknowledged_at: datetime | None = _at()
    acknowledged_by: str | None = None
    revoked_at: datetime | None = _at()
