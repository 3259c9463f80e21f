"""The table of screens on walls and tiles in pages."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Column, LargeBinary
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from kit.ids import new_id
from tenants.columns import at


class WallView(SQLModel, table=True):
    """A view of the board without sign-in: a ``screen`` on a wall or a ``tile`` in a page of the client's.

    ``secret_hash``: the SHA-256 of the secret in its address, never the secret. ``by_staff``: one of the outsourcer's
    people made it. ``seen_from``: the network's part of the address that it was last seen at.
    """

    __tablename__ = "wall_view"
    __table_args__ = {"schema": "gf"}
    tenant_id: UUID = Field(default=None, primary_key=True)
    id: UUID = Field(default_factory=new_id, primary_key=True)
    kind: str
    name: str
    look: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    secret_hash: bytes = Field(sa_column=Column(LargeBinary, nullable=False), repr=False)
    made_by: str
    made_name: str
    by_staff: bool
    made_at: datetime = at()
    changed_at: datetime = at()
    expires_at: datetime | None = at(nullable=True)
    revoked_at: datetime | None = at(nullable=True)
    revoked_name: str | None = None
    seen_at: datetime | None = at(nullable=True)
    seen_from: str = ""
