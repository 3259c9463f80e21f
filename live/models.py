"""The one table of this room: stored boards."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Column, PrimaryKeyConstraint
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP
from sqlmodel import Field, SQLModel


class BoardKeyframe(SQLModel, table=True):
    """A board after the fact ``seq``, so that opening a board reads few facts."""

    __tablename__ = "board_keyframe"
    __table_args__ = (PrimaryKeyConstraint("tenant_id", "seq", name="board_keyframe_pkey"), {"schema": "gf"})

    tenant_id: UUID
    seq: int = Field(sa_column=Column(BigInteger, nullable=False))
    at: datetime = Field(sa_column=Column(TIMESTAMP(timezone=True), nullable=False))
    state: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
