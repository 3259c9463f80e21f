"""Rows of unfinished onboardings."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Column, Text
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP
from sqlmodel import Field, SQLModel

from kit.ids import new_id

_AT = TIMESTAMP(timezone=True)


class Onboarding(SQLModel, table=True):
    """A client that is being described. ``content`` is its blueprint so far, which may be wrong still.

    ``answers``: what the wizard asked beyond the blueprint. ``done``: steps without a complaint. ``version`` rises with
    each save. ``applying_at``: since when it may have become a client; ``tenant_id``: which one it became.
    """

    __table_args__ = {
        "schema": "control",
        "info": {"global": "it becomes a tenant only when it is finished"},
    }
    id: UUID = Field(primary_key=True, default_factory=new_id)
    name: str
    content: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    answers: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    done: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    version: int
    started_at: datetime = Field(sa_type=_AT)
    started_by: str
    saved_at: datetime = Field(sa_type=_AT)
    saved_by: str
    applying_at: datetime | None = Field(default=None, sa_type=_AT, nullable=True)
    tenant_id: UUID | None = Field(default=None, foreign_key="control.tenant.id")
