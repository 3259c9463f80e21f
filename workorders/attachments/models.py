"""The tables of files on work orders, and of short links to them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Column, Index, text
from sqlmodel import Field, SQLModel

from kit.ids import new_id
from tenants.columns import at, octets


class WorkOrderAttachment(SQLModel, table=True):
    """A file, or a place in a recording (``interaction_id``, ``from_s`` to ``to_s``), on a work order.

    ``recording_id``: which of the conversation's; none: the first.
    ``key``: where the sealed content lies, none before it came and after it was deleted; ``name`` is sealed.
    ``due_at``: when the next try of its scan is; ``tries`` there were; ``late_at``: when it was told that it waits.
    ``scanner``: by which it was found as ``scan_state`` says, ``reason`` and ``found`` (sealed) what.
    ``announced_at``: when the other side was told.
    """

    __tablename__ = "work_order_attachment"
    __table_args__ = (
        Index("work_order_attachment_of", "tenant_id", "work_order_id"),
        Index("work_order_attachment_at", "tenant_id", "interaction_id"),
        Index(
            "work_order_attachment_held_back",
            "tenant_id",
            "stored_at",
            postgresql_where=text("scan_state IN ('pending', 'infected')"),
        ),
        {"schema": "gf"},
    )
    tenant_id: UUID = Field(default=None, primary_key=True)
    id: UUID = Field(default_factory=new_id, primary_key=True)
    work_order_id: UUID
    comment_id: UUID | None = None
    kind: str
    name: str
    visibility: str
    author_side: str
    author_kind: str
    author_id: str
    author_name: str
    origin: str
    mime_type: str | None = None
    size: int | None = Field(default=None, sa_column=Column(BigInteger))
    sha256: str | None = None
    key: str | None = None
    interaction_id: UUID | None = None
    recording_id: UUID | None = None
    from_s: int | None = None
    to_s: int | None = None
    scan_state: str
    reason: str | None = None
    found: str | None = None
    scanner: str | None = None
    tries: int = 0
    created_at: datetime = at()
    stored_at: datetime | None = at(nullable=True)
    scanned_at: datetime | None = at(nullable=True)
    late_at: datetime | None = at(nullable=True)
    announced_at: datetime | None = at(nullable=True)


class WorkOrderLink(SQLModel, table=True):
    """A link to a file or a recording of a work order, of some minutes. ``secret_hash``: of 32 bytes in its address."""

    __tablename__ = "work_order_link"
    __table_args__ = (
        Index("work_order_link_of", "tenant_id", "work_order_id"),
        {"schema": "gf"},
    )
    tenant_id: UUID = Field(default=None, primary_key=True)
    id: UUID = Field(default_factory=new_id, primary_key=True)
    work_order_id: UUID
    target: str
    target_id: UUID
    secret_hash: bytes = octets()
    made_by: str
    made_at: datetime = at()
    expires_at: datetime = at()
    revoked_at: datetime | None = at(nullable=True)
