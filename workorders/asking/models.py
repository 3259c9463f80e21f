"""The table of questions to the requester."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Field, SQLModel

from kit.ids import new_id
from tenants.columns import GF, at


class WorkOrderInfoRequest(SQLModel, table=True):
    """One question of a work order's resolver; ``question``, ``answer`` and ``fields`` are sealed by the tenant's key.

    ``fields``: values that answer it, as JSON. ``closed_at``: when it was answered or withdrawn.
    """

    __tablename__ = "work_order_info_request"
    __table_args__ = GF
    tenant_id: UUID = Field(default=None, primary_key=True)
    id: UUID = Field(default_factory=new_id, primary_key=True)
    work_order_id: UUID
    question: str = Field(repr=False)
    path: str | None = None
    due_at: datetime | None = at(nullable=True)
    state: str
    asked_side: str
    asked_by_name: str
    asked_at: datetime = at()
    answer: str | None = Field(default=None, repr=False)
    fields: str | None = Field(default=None, repr=False)
    answered_by_name: str | None = None
    closed_at: datetime | None = at(nullable=True)
