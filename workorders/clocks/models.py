"""The tables of the clocks. What each column means is said in :mod:`workorders.core.clocks`."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Column, DateTime, Interval
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlmodel import Field, SQLModel


def _at(*, nullable: bool = False) -> Column[datetime]:
    return Column(DateTime(timezone=True), nullable=nullable)


def _several() -> Column[list[datetime]]:
    return Column(ARRAY(DateTime(timezone=True)), nullable=False)


class WorkOrderPlan(SQLModel, table=True):
    """One version of what is agreed: the policies, and the calendars that they name, as the blueprint said them.

    ``reached``: up to this one the work orders that were there before it have been judged by it (``plans.EVERYWHERE``).
    """

    __tablename__ = "work_order_plan"
    __table_args__ = {"schema": "gf"}
    tenant_id: UUID = Field(primary_key=True)
    version: int = Field(primary_key=True)
    since: datetime = Field(sa_column=_at())
    content: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    digest: str
    reached: UUID = UUID(int=0)


class WorkOrderClock(SQLModel, table=True):
    """One clock of one work order. ``plan``: the version that judges it, for ever once it has ended.

    ``state``, ``due_at`` and ``next_warning_at`` are made of the rest, to be found by.
    """

    __tablename__ = "work_order_clock"
    __table_args__ = {"schema": "gf"}
    tenant_id: UUID = Field(primary_key=True)
    work_order_id: UUID = Field(primary_key=True)
    metric: str = Field(primary_key=True)
    policy: str
    plan: int
    owed_by: str
    state: str
    target: timedelta = Field(sa_column=Column(Interval, nullable=False))
    begun: list[datetime] = Field(sa_column=_several())
    halted: list[datetime] = Field(sa_column=_several())
    cycle: int
    breaches: int
    told: int
    paused_for: str | None = None
    ended: str | None = None
    ended_at: datetime | None = Field(default=None, sa_column=_at(nullable=True))
    breached_at: datetime | None = Field(default=None, sa_column=_at(nullable=True))
    due_at: datetime | None = Field(default=None, sa_column=_at(nullable=True))
    next_warning_at: datetime | None = Field(default=None, sa_column=_at(nullable=True))
