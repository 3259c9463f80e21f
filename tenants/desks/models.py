"""Who listens for desk pages, and when each agent's was heard. No future annotations: see :mod:`tenants.models`."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Field, SQLModel

from tenants.columns import at as _at
from tenants.columns import control_table as _control


class DeskPage(SQLModel, table=True):
    """When an agent's desk page was heard from last."""

    __tablename__ = "desk_page"
    __table_args__ = _control("a desk page shows what an agent has of all its tenants")
    agent_id: UUID = Field(primary_key=True, foreign_key="control.agent.id", ondelete="CASCADE")
    heard_at: datetime = _at()


class DeskListener(SQLModel, table=True):
    """A web process that hears desk pages, ``since`` when without a break, and when it said so last."""

    __tablename__ = "desk_listener"
    __table_args__ = _control("a web process serves everybody")
    id: UUID = Field(primary_key=True)
    since: datetime = _at()
    seen_at: datetime = _at()
