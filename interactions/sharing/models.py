"""The table of links to recordings."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from kit.ids import new_id
from tenants.columns import at, octets


class RecordingLink(SQLModel, table=True):
    """A link to a part of a recording, from ``from_ms`` to ``until_ms`` of its sound.

    ``secret_hash``: the SHA-256 of the 32 bytes in its address; ``passcode_hash``: argon2id, none for ``people``.
    ``openings``: how often it may be opened, ``opened`` how often it was, the last time ``opened_at``.
    """

    __tablename__ = "recording_link"
    __table_args__ = (
        Index("recording_link_of", "tenant_id", "interaction_id"),
        {"schema": "gf"},
    )
    tenant_id: UUID = Field(default=None, primary_key=True)
    id: UUID = Field(default_factory=new_id, primary_key=True)
    interaction_id: UUID
    recording_id: UUID
    from_ms: int
    until_ms: int
    audience: str
    secret_hash: bytes = octets()
    passcode_hash: str | None = Field(default=None, repr=False)
    made_by: str
    made_name: str
    by_staff: bool
    made_at: datetime = at()
    expires_at: datetime = at()
    openings: int
    opened: int = 0
    opened_at: datetime | None = at(nullable=True)
    revoked_at: datetime | None = at(nullable=True)
    revoked_name: str | None = None
