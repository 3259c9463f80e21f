"""Exports of searches, as they are asked for, built and kept.

No ``from __future__ import annotations`` here: SQLModel reads the annotations at run time.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, Column, Text, Uuid
from sqlmodel import Field, SQLModel

from exits.models import count, instant
from kit.ids import new_id


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
    found: int = count()
    upto: int = count()
    told_of: str
    shown: str
    reason: str
    asked_kind: str
    asked_by: str
    asked_name: str
    asked_at: datetime = instant(nullable=False)
    decided_by: str | None = None
    decided_name: str | None = None
    decided_at: datetime | None = instant()
    lease_until: datetime | None = instant()
    begun_at: datetime | None = instant()
    attempts: int = 0
    done: int = count()
    total: int = count()
    heard: int = count()
    gone: int = count()
    recordings: int = count()
    files: int = count()
    bytes: int = count()
    manifest_sha256: str | None = None
    recipient: str | None = None
    error: str | None = None
    built_at: datetime | None = instant()
    expires_at: datetime | None = instant()
    fetched_at: datetime | None = instant()
    fetches: int = 0
