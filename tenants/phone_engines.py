"""Phone engines as rows of the control plane. No ``from __future__ import annotations``: see :mod:`tenants.models`."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from tenants.columns import at as _at
from tenants.columns import control_table as _control


class PhoneEngine(SQLModel, table=True):
    """A phone engine of a floor. While it is ``drained`` it takes no new calls; one that is ``gone`` was given up."""

    __tablename__ = "phone_engine"
    __table_args__ = _control("an engine carries the calls of several tenants")
    floor_id: str = Field(primary_key=True, foreign_key="control.floor.id")
    name: str = Field(primary_key=True)
    calls_per_minute: int = 3000
    drained_at: datetime | None = _at(nullable=True)
    drained_by: str | None = None
    gone_at: datetime | None = _at(nullable=True)
    gone_by: str | None = None
    gone_why: str | None = None
