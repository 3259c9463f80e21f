"""Exports of searches, as they are asked for, built and kept.

No ``from __future__ import annotations`` here: SQLModel reads the annotations at run time.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, Column, Text, Uuid
from sqlalchemy.dialects.postgresql import TIMESTAMP
from sqlmodel import Field, SQLModel

from kit.ids import new_id


def _at(*, nullable: bool = True) -> Any:  # noqa: ANN401 - SQLModel's Field is untyped as well
    return Field(default=None, sa_type=TIMESTAMP(timezone=True), nullable=nullable)


def _count() -> Any:  # noqa: ANN401 - as above
    return Field(default=0, sa_type=BigInteger)


class SearchExport(SQLModel, table=True):
    """An export of what a search found: asked, approved, building, built, refused, cancelled, failed or deleted.

    ``wants``: csv, recordings, facts. ``ids``: the conversations that it found when it was asked, in its order, of
    which ``found`` remembers the number; ``upto`` the last fact of that moment. ``told_of``: what the file says of
    itself (filter, zone, columns), sealed. ``shown``: how much of numbers is in it. ``done`` of ``total`` steps are
    made, ``bytes`` written; ``heard`` conversations have the fact of their export; ``gone``: were deleted meanwhile.
    """

    __tablename__ = "search_export"
    __table_args__ = {"schema": "gf"}
    tenant_id: UUID = Field(default=None, primary_key=True)
    id: UUID = Field(default_factory=new_id, primary_key=True)
    state: str
    wants: list[str] = Field(sa_column=Column(ARRAY(Text()), nullable=False))
    ids: list[UUID] = Field(sa_column=Column(ARRAY(Uuid()), nullable=False))
    found: int = _count()
    upto: int = _count()
    told_of: str
    shown: str
    reason: str
    asked_kind: str
    asked_by: str
    asked_name: str
    asked_at: datetime = _at(nullable=False)
    decided_by: str | None = None
    decided_name: str | None = None
    decided_at: datetime | None = _at()
    lease_until: datetime | None = _at()
    begun_at: datetime | None = _at()
    attempts: int = 0
    done: int = _count()
    total: int = _count()
    heard: int = _count()
    gone: int = _count()
    recordings: int = _count()
    files: int = _count()
    bytes: int = _count()
    manifest_sha256: str | None = None
    recipient: str | None = None
    error: str | None = None
    built_at: datetime | None = _at()
    expires_at: datetime | None = _at()
    fetched_at: datetime | None = _at()
    fetches: int = 0
