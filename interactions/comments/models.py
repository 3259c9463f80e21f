"""The table of comments on conversations."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Column, Index
from sqlmodel import Field, SQLModel

from kit.ids import new_id
from tenants.columns import at


class InteractionComment(SQLModel, table=True):
    """What somebody said about a conversation; ``text`` is sealed by the client's key, and empty once it is removed.

    ``at_ms``: where on the recording ``recording_id``; without both it is about the whole.
    """

    __tablename__ = "interaction_comment"
    __table_args__ = (
        Index("interaction_comment_of", "tenant_id", "interaction_id"),
        {"schema": "gf"},
    )
    tenant_id: UUID = Field(default=None, primary_key=True)
    id: UUID = Field(default_factory=new_id, primary_key=True)
    interaction_id: UUID
    recording_id: UUID | None = None
    at_ms: int | None = Field(default=None, sa_column=Column(BigInteger))
    text: str = Field(repr=False)
    made_by: str
    made_name: str
    made_role: str
    made_at: datetime = at()
    removed_at: datetime | None = at(nullable=True)
