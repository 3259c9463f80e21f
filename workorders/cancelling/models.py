"""The table of requests to cancel what is under way."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Field, SQLModel

from kit.ids import new_id
from tenants.columns import GF, at


class WorkOrderCancellation(SQLModel, table=True):
    """The requester's wish that a work order be cancelled; both reasons are sealed by the tenant's key.

    ``error``: why it came to nothing: ``declined``, or what happened to the work order instead.
    """

    __tablename__ = "work_order_cancellation"
    __table_args__ = GF
    tenant_id: UUID = Field(default=None, primary_key=True)
    id: UUID = Field(default_factory=new_id, primary_key=True)
    work_order_id: UUID
    state: str
    reason: str = Field(repr=False)
    requested_side: str
    requested_by_name: str
    requested_at: datetime = at()
    error: str | None = None
    decision_reason: str | None = Field(default=None, repr=False)
    decided_by_name: str | None = None
    decided_at: datetime | None = at(nullable=True)
