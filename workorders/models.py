"""The tables of this room. What each column means is said once, in :mod:`workorders.schemas`."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Column, DateTime, LargeBinary
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from kit.ids import new_id


def _at(*, nullable: bool = False) -> Column[datetime]:
    return Column(DateTime(timezone=True), nullable=nullable)


class WorkOrderCounter(SQLModel, table=True):
    """The last number that a tenant has given out."""

    __tablename__ = "work_order_counter"
    __table_args__ = {"schema": "gf"}
    tenant_id: UUID = Field(primary_key=True)
    last: int


class WorkOrder(SQLModel, table=True):
    """One unit of work between a seat and a tenant.

    Its texts are sealed by the tenant's key (workorders.service.sealing); ``parties``, ``related``, ``custom`` and
    ``assignment`` are JSON inside. ``assigned_agent_id``: the agent whom the outsourcer's ``assignment`` names.
    ``title_bidx`` and ``status_reason_bidx`` are what equal ones are found by. ``cancel_asked``: the requester's wish
    that it be cancelled waits to be decided; ``turn``: who is to act (workorders.service.turns).
    """

    __tablename__ = "work_order"
    __table_args__ = {"schema": "gf"}
    tenant_id: UUID = Field(default=None, primary_key=True)
    id: UUID = Field(default_factory=new_id, primary_key=True)
    number: int
    connection: str
    requester_side: str
    type: str
    title: str
    title_bidx: bytes | None = Field(default=None, sa_column=Column(LargeBinary), repr=False)
    description: str
    priority: str
    severity: str
    status: str
    status_reason: str | None = None
    status_reason_bidx: bytes | None = Field(default=None, sa_column=Column(LargeBinary), repr=False)
    pending_on: str | None = None
    cancel_asked: bool = False
    turn: str | None = None
    resolution_code: str | None = None
    resolution_summary: str | None = None
    interaction_id: UUID | None = None
    agent_id: UUID | None = None
    assigned_agent_id: UUID | None = None
    requested_resolution_at: datetime | None = Field(default=None, sa_column=_at(nullable=True))
    expected_resolution_at: datetime | None = Field(default=None, sa_column=_at(nullable=True))
    channel: str | None = None
    parties: str | None = None
    related: str | None = None
    custom: str | None = None
    assignment: str | None = None
    created_by_id: str
    created_by_name: str
    version: int
    event_seq: int
    created_at: datetime = Field(sa_column=_at())
    updated_at: datetime = Field(sa_column=_at())
    acknowledged_at: datetime | None = Field(default=None, sa_column=_at(nullable=True))
    started_at: datetime | None = Field(default=None, sa_column=_at(nullable=True))
    resolved_at: datetime | None = Field(default=None, sa_column=_at(nullable=True))
    auto_close_at: datetime | None = Field(default=None, sa_column=_at(nullable=True))
    closed_at: datetime | None = Field(default=None, sa_column=_at(nullable=True))


class WorkOrderReference(SQLModel, table=True):
    """What another system calls a work order; sealed, and found by ``external_bidx``."""

    __tablename__ = "work_order_reference"
    __table_args__ = {"schema": "gf"}
    tenant_id: UUID = Field(default=None, primary_key=True)
    id: UUID = Field(default_factory=new_id, primary_key=True)
    work_order_id: UUID
    connection: str
    owner: str
    type: str
    external_id: str
    external_bidx: bytes = Field(sa_column=Column(LargeBinary, nullable=False), repr=False)


class WorkOrderRelation(SQLModel, table=True):
    """One end of a relation between two work orders of a connection."""

    __tablename__ = "work_order_relation"
    __table_args__ = {"schema": "gf"}
    tenant_id: UUID = Field(primary_key=True)
    work_order_id: UUID = Field(primary_key=True)
    type: str = Field(primary_key=True)
    other_id: UUID = Field(primary_key=True)


class WorkOrderTerm(SQLModel, table=True):
    """What a work order is found by: see ``workorders.core.terms``."""

    __tablename__ = "work_order_term"
    __table_args__ = {"schema": "gf"}
    tenant_id: UUID = Field(primary_key=True)
    term: bytes = Field(sa_column=Column(LargeBinary, primary_key=True))
    work_order_id: UUID = Field(primary_key=True)


class WorkOrderComment(SQLModel, table=True):
    """One remark on a work order; never changed."""

    __tablename__ = "work_order_comment"
    __table_args__ = {"schema": "gf"}
    tenant_id: UUID = Field(default=None, primary_key=True)
    id: UUID = Field(default_factory=new_id, primary_key=True)
    work_order_id: UUID
    body: str
    visibility: str
    author_side: str
    author_id: str
    author_name: str
    origin: str
    created_at: datetime = Field(sa_column=_at())
    external_id: str | None = None


class Idempotency(SQLModel, table=True):
    """The answer to a request that may come again."""

    __tablename__ = "idempotency"
    __table_args__ = {"schema": "gf"}
    tenant_id: UUID = Field(primary_key=True)
    credential: str = Field(primary_key=True)
    method: str = Field(primary_key=True)
    route: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    fingerprint: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    status: int
    headers: dict[str, str] = Field(sa_column=Column(JSONB, nullable=False))
    body: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    expires_at: datetime = Field(sa_column=_at())
