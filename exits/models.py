"""Rows of this room: exports that a client asked for, and what is left of a client that was erased.

No ``from __future__ import annotations`` here: SQLModel reads the annotations at run time.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Column, Index, text
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP
from sqlmodel import Field, SQLModel

from kit.ids import new_id


def instant(*, nullable: bool = True) -> Any:  # noqa: ANN401 - SQLModel's Field is untyped as well
    """Return an aware instant's column, empty until something is written."""
    return Field(default=None, sa_type=TIMESTAMP(timezone=True), nullable=nullable)


def count() -> Any:  # noqa: ANN401 - as above
    """Return a counter's column."""
    return Field(default=0, sa_type=BigInteger)


class Export(SQLModel, table=True):
    """An export that the client asked for: asked, approved, refused, building, built, failed or deleted.

    ``done`` of ``total`` rows and files are written; ``lease_until`` says how long its builder is believed alive.
    ``recipient``: the public key that it is encrypted to, as it was when it was asked for.
    """

    __table_args__ = {"schema": "gf"}
    tenant_id: UUID = Field(default=None, primary_key=True)
    id: UUID = Field(default_factory=new_id, primary_key=True)
    state: str
    asked_by: str
    asked_name: str
    asked_at: datetime = instant(nullable=False)
    decided_by: str | None = None
    decided_name: str | None = None
    decided_at: datetime | None = instant()
    lease_until: datetime | None = instant()
    attempts: int = 0
    done: int = count()
    total: int = count()
    files: int = count()
    bytes: int = count()
    manifest_sha256: str | None = None
    recipient: str | None = None
    error: str | None = None
    built_at: datetime | None = instant()
    expires_at: datetime | None = instant()
    fetched_at: datetime | None = instant()
    fetches: int = 0


class ExportKey(SQLModel, table=True):
    """The client's own public key (age) that its exports are encrypted to, and who named it."""

    __tablename__ = "export_key"
    __table_args__ = {"schema": "gf"}
    tenant_id: UUID = Field(default=None, primary_key=True)
    recipient: str
    named_by: str
    named_name: str
    named_at: datetime = instant(nullable=False)


class Reseal(SQLModel, table=True):
    """The round that seals everything under the newest data key: ``looked`` at, of ``total``; ``changed`` so many."""

    __table_args__ = {"schema": "gf"}
    tenant_id: UUID = Field(default=None, primary_key=True)
    key_id: UUID
    asked_at: datetime = instant(nullable=False)
    lease_until: datetime | None = instant()
    finished_at: datetime | None = instant()
    looked: int = count()
    total: int = count()
    changed: int = count()
    unreadable: int = count()


class ErasureOrder(SQLModel, table=True):
    """What two people decided about a client: ``due_at`` is set when the second one confirmed."""

    __tablename__ = "erasure_order"
    __table_args__ = {
        "schema": "control",
        "info": {"global": "it is about a tenant, by the outsourcer's people"},
    }
    tenant_id: UUID = Field(primary_key=True, foreign_key="control.tenant.id")
    why: str
    asked_by: str
    asked_name: str
    asked_at: datetime = instant(nullable=False)
    confirmed_by: str | None = None
    confirmed_name: str | None = None
    confirmed_at: datetime | None = instant()
    due_at: datetime | None = instant()


class Erasure(SQLModel, table=True):
    """A client that is being erased, or was: an id that says nothing, times, counts, and the certificate."""

    __table_args__ = {
        "schema": "control",
        "info": {"global": "it is what is left when a tenant is gone"},
    }
    tenant_id: UUID = Field(primary_key=True)
    step: str
    begun_at: datetime = instant(nullable=False)
    destroyed_at: datetime | None = instant()
    done_at: datetime | None = instant()
    found: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    certificate: dict[str, Any] | None = Field(default=None, sa_column=Column(JSONB))


class LegalHold(SQLModel, table=True):
    """A conversation that must not be deleted although its time is over, until the hold is lifted."""

    __tablename__ = "legal_hold"
    __table_args__ = (
        Index("legal_hold_one", "tenant_id", "interaction_id", unique=True, postgresql_where=text("lifted_at IS NULL")),
        {"schema": "gf"},
    )
    tenant_id: UUID = Field(default=None, primary_key=True)
    id: UUID = Field(default_factory=new_id, primary_key=True)
    interaction_id: UUID
    reason: str
    set_by: str
    set_name: str
    set_at: datetime = instant(nullable=False)
    lifted_by: str | None = None
    lifted_name: str | None = None
    lifted_why: str | None = None
    lifted_at: datetime | None = instant()
