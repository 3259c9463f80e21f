"""Rows of staff access. No ``from __future__ import annotations`` here: SQLModel reads the annotations at run time."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Column, LargeBinary, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP
from sqlmodel import Field, SQLModel

from kit.ids import new_id

_GF = {"schema": "gf"}


def _at(*, nullable: bool = True) -> Any:  # noqa: ANN401 - SQLModel's Field is untyped as well
    return Field(default=None, sa_type=TIMESTAMP(timezone=True), nullable=nullable)


class StaffGrant(SQLModel, table=True):
    """A right of one of the outsourcer's people to enter one tenant in one role, for a time and a reason.

    ``tenant_id`` is empty for a code that nobody has: who asks learns nothing by it. ``told``: the last state that
    stands in the tenant's journal.
    """

    __tablename__ = "staff_grant"
    __table_args__ = {
        "schema": "control",
        "info": {"global": "it decides who may enter a tenant, so it is read before one is entered"},
    }
    id: UUID = Field(primary_key=True, default_factory=new_id)
    user_id: UUID = Field(foreign_key="control.user.id")
    tenant_id: UUID | None = Field(default=None, foreign_key="control.tenant.id")
    code: str
    role: str
    kind: str
    reason: str
    minutes: int | None = None
    asked_at: datetime = _at(nullable=False)
    decided_at: datetime | None = _at()
    decided_by: str | None = None
    refused: bool = False
    from_at: datetime | None = _at()
    until_at: datetime | None = _at()
    ended_at: datetime | None = _at()
    ended_by: str | None = None
    told: str = ""


class ListeningPhone(SQLModel, table=True):
    """The phone of somebody who listens: of a supervisor (no tenant), or of a tenant's person in that tenant alone.

    ``desk_id``: the spare place whose desk phone rings for a supervisor, too. ``turn``: another name each time that
    the browser phone is given out anew.
    """

    __tablename__ = "listening_phone"
    __table_args__ = (
        UniqueConstraint("user_id", "tenant_id", name="one_listening_phone", postgresql_nulls_not_distinct=True),
        {"schema": "control", "info": {"global": "a supervisor's phone serves calls of several tenants"}},
    )
    id: UUID = Field(primary_key=True, default_factory=new_id)
    user_id: UUID = Field(foreign_key="control.user.id", ondelete="CASCADE")
    tenant_id: UUID | None = Field(default=None, foreign_key="control.tenant.id", ondelete="CASCADE")
    floor_id: str = Field(foreign_key="control.floor.id", ondelete="CASCADE")
    desk_id: str | None = Field(default=None, foreign_key="control.seat.id", ondelete="SET NULL", unique=True)
    secret: str
    turn: int = 0
    made_at: datetime = _at(nullable=False)


class StaffVisit(SQLModel, table=True):
    """One of the outsourcer's people inside the tenant, from its session's first request to its last."""

    __tablename__ = "staff_visit"
    __table_args__ = _GF
    tenant_id: UUID = Field(primary_key=True, default=None)
    id: UUID = Field(primary_key=True, default_factory=new_id)
    mark: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    user_id: UUID
    name: str
    role: str
    grant_id: UUID | None = None
    reason: str
    entered_at: datetime = _at(nullable=False)
    seen_at: datetime = _at(nullable=False)
    left_at: datetime | None = _at()
    why_left: str | None = None


class SignedHead(SQLModel, table=True):
    """The head of the tenant's journal at one moment, signed; the whole signed document stands in ``document``."""

    __tablename__ = "signed_head"
    __table_args__ = _GF
    tenant_id: UUID = Field(primary_key=True, default=None)
    id: UUID = Field(primary_key=True, default_factory=new_id)
    seq: int
    at: datetime = _at(nullable=False)
    why: str
    document: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))


class ReadMark(SQLModel, table=True):
    """When a reader last read a thing: one fact tells of all its readings within some minutes."""

    __tablename__ = "read_mark"
    __table_args__ = _GF
    tenant_id: UUID = Field(primary_key=True, default=None)
    reader: str = Field(primary_key=True)
    what: str = Field(primary_key=True)
    at: datetime = _at(nullable=False)
