"""The client's own switch. No ``from __future__ import annotations`` here: SQLModel reads them at run time."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Field, SQLModel

from tenants.columns import GF, at


class DesktopWithheld(SQLModel, table=True):
    """In which queue of the client nobody sees agents' desks (``queue``: its code; empty: in none at all).

    ``name``: who switched it off.
    """

    __tablename__ = "desktop_withheld"
    __table_args__ = (GF,)
    tenant_id: UUID = Field(default=None, primary_key=True)
    queue: str = Field(primary_key=True)
    name: str
    since: datetime = at()
