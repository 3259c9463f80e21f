"""Rows of saved views.

No ``from __future__ import annotations`` here: SQLModel reads the annotations at run time.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from kit.ids import new_id
from tenants.columns import at


class SavedView(SQLModel, table=True):
    """A view that one person keeps of one page of one client. ``query``: the address's, without what pages through."""

    __tablename__ = "saved_view"
    __table_args__ = (
        UniqueConstraint("tenant_id", "user_id", "page", "name", name="saved_view_name"),
        {"schema": "gf"},
    )
    tenant_id: UUID = Field(default=None, primary_key=True)
    id: UUID = Field(default_factory=new_id, primary_key=True)
    user_id: str
    page: str
    name: str
    query: str
    saved_at: datetime = at(nullable=False)
