"""Lines of the do-not-call list. No ``from __future__ import annotations``: SQLModel reads them at run time."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Index, LargeBinary, text
from sqlalchemy.dialects.postgresql import TIMESTAMP
from sqlmodel import Field, SQLModel

from kit.ids import new_id


def _at(*, nullable: bool = True) -> Any:  # noqa: ANN401 - SQLModel's Field is untyped as well
    return Field(default=None, sa_type=TIMESTAMP(timezone=True), nullable=nullable)


class DoNotCall(SQLModel, table=True):
    """A number that is not called, until it is taken off the list or ``expires_at``.

    ``number`` is sealed by the tenant's key; ``number_bidx`` is what it is found by, as ``interaction.contact_bidx``;
    ``contact`` is what people see of it.
    """

    __tablename__ = "do_not_call"
    __table_args__ = (
        Index("do_not_call_one", "tenant_id", "number_bidx", unique=True, postgresql_where=text("lifted_at IS NULL")),
        Index("do_not_call_new", "tenant_id", text("id DESC"), postgresql_where=text("lifted_at IS NULL")),
        {"schema": "gf"},
    )
    tenant_id: UUID = Field(default=None, primary_key=True)
    id: UUID = Field(default_factory=new_id, primary_key=True)
    batch_id: UUID
    number: str = Field(repr=False)
    number_bidx: bytes = Field(sa_column=Column(LargeBinary, nullable=False), repr=False)
    contact: str
    why: str
    source: str
    added_by: str
    added_name: str
    added_at: datetime = _at(nullable=False)
    expires_at: datetime | None = _at()
    lifted_by: str | None = None
    lifted_name: str | None = None
    lifted_why: str | None = None
    lifted_at: datetime | None = _at()
