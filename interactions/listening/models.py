"""Rows of this part.

No ``from __future__ import annotations`` here: SQLModel reads the annotations at run time.
"""

from uuid import UUID

from sqlalchemy import Column, LargeBinary
from sqlmodel import Field, SQLModel


class RecordingPeaks(SQLModel, table=True):
    """How loud a recording is, sealed; made when somebody first looks at it. ``id``: the recording's."""

    __tablename__ = "recording_peaks"
    __table_args__ = {"schema": "gf"}
    tenant_id: UUID = Field(primary_key=True)
    id: UUID = Field(primary_key=True)
    peaks: bytes = Field(sa_column=Column(LargeBinary, nullable=False), repr=False)
