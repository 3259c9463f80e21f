"""The table of what a seat has to do about a work order."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Field, SQLModel

from kit.ids import new_id
from tenants.columns import GF, at


class WorkOrderSeatTask(SQLModel, table=True):
    """Something that an agent does about a work order; ``instructions`` and ``outcome`` are sealed by the tenant's key.

    ``agent_id``: the client's own id of whose it is; none, or one who is gone: the supervisors'. ``call_id``: the
    interaction in which it was done.
    """

    __tablename__ = "work_order_seat_task"
    __table_args__ = GF
    tenant_id: UUID = Field(default=None, primary_key=True)
    id: UUID = Field(default_factory=new_id, primary_key=True)
    work_order_id: UUID
    agent_id: UUID | None = None
    kind: str
    instructions: str = Field(repr=False)
    due_at: datetime | None = at(nullable=True)
    state: str
    created_side: str
    created_by_name: str
    created_at: datetime = at()
    accepted_at: datetime | None = at(nullable=True)
    outcome: str | None = Field(default=None, repr=False)
    call_id: UUID | None = None
    completed_at: datetime | None = at(nullable=True)
