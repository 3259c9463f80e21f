"""The row of an act. No ``from __future__ import annotations`` here: SQLModel reads the annotations at run time."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from kit.ids import new_id
from tenants.columns import GF, at, document


class ControlAct(SQLModel, table=True):
    """What a client changed for a time. ``content``: what :class:`tenants.core.controls.Act` has besides.

    In force: ``ended_at`` is empty and ``until`` is to come. ``why`` it ended: see ``ControlEnded``.
    """

    __tablename__ = "control_act"
    __table_args__ = (
        Index(
            "control_act_one", "tenant_id", "act", "scope", "target", unique=True,
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index("control_act_ended", "tenant_id", "ended_at"),
        GF,
    )  # fmt: skip
    tenant_id: UUID = Field(primary_key=True, default=None)
    id: UUID = Field(primary_key=True, default_factory=new_id)
    act: str
    scope: str
    target: str
    content: dict[str, Any] = document()
    reason: str
    user_id: str
    name: str
    role: str
    begins_at: datetime = at()
    until: datetime = at()
    ended_at: datetime | None = at(nullable=True)
    ended_by: str = ""
    why: str = ""
