"""The tables of this room."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, Column, DateTime, LargeBinary, Text
from sqlmodel import Field, SQLModel

from kit.ids import new_id


def _at(*, nullable: bool = False) -> Column[datetime]:
    return Column(DateTime(timezone=True), nullable=nullable)


class WebhookEndpoint(SQLModel, table=True):
    """Where a connection's events go; nothing was taken since ``failing_since``, which was told at ``told_failing_at``.

    It is not called until ``throttled_until``, was tried ahead of time at ``probed_at``, and got all that waited at
    ``pulled_at``. ``blueprint``: it follows the address of the connection. ``types``: the only events that it gets,
    none: all. ``changes`` counts what was told of its state. ``secret`` and ``old_secret`` are sealed; with a
    ``public_key`` the secret is the private half.
    """

    __tablename__ = "webhook_endpoint"
    __table_args__ = {"schema": "gf"}
    tenant_id: UUID = Field(default=None, primary_key=True)
    id: UUID = Field(default_factory=new_id, primary_key=True)
    connection: str
    url: str
    secret: str
    state: str = "active"
    state_reason: str | None = None
    failing_since: datetime | None = Field(default=None, sa_column=_at(nullable=True))
    throttled_until: datetime | None = Field(default=None, sa_column=_at(nullable=True))
    probed_at: datetime | None = Field(default=None, sa_column=_at(nullable=True))
    pulled_at: datetime | None = Field(default=None, sa_column=_at(nullable=True))
    created_at: datetime = Field(sa_column=_at())
    blueprint: bool = True
    types: list[str] = Field(default_factory=list, sa_column=Column(ARRAY(Text), nullable=False))
    format: str = "standard"
    description: str = ""
    old_secret: str | None = None
    old_secret_until: datetime | None = Field(default=None, sa_column=_at(nullable=True))
    told_failing_at: datetime | None = Field(default=None, sa_column=_at(nullable=True))
    changes: int = 0
    verified_at: datetime | None = Field(default=None, sa_column=_at(nullable=True))
    public_key: str | None = None


class WebhookEvent(SQLModel, table=True):
    """What happened, as bytes that never change; ``sequence`` counts the events of its subject.

    ``position`` is its place in the tenant's feed, in the order of commits.
    """

    __tablename__ = "webhook_event"
    __table_args__ = {"schema": "gf"}
    tenant_id: UUID = Field(default=None, primary_key=True)
    id: UUID = Field(default_factory=new_id, primary_key=True)
    connection: str
    type: str
    subject: UUID
    sequence: int
    origin: str
    body: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    created_at: datetime = Field(sa_column=_at())
    position: int | None = None


class WebhookDelivery(SQLModel, table=True):
    """One event on its way to one endpoint, tried at ``due_at``; earlier than ``planned_at`` it uses up no attempt.

    ``lease`` tells a late worker that its claim was taken over.
    """

    __tablename__ = "webhook_delivery"
    __table_args__ = {"schema": "gf"}
    tenant_id: UUID = Field(default=None, primary_key=True)
    id: UUID = Field(default_factory=new_id, primary_key=True)
    endpoint_id: UUID
    event_id: UUID
    subject: UUID
    sequence: int
    state: str = "waiting"
    attempts: int = 0
    due_at: datetime = Field(sa_column=_at())
    planned_at: datetime = Field(sa_column=_at())
    lease_until: datetime | None = Field(default=None, sa_column=_at(nullable=True))
    lease: int = 0
    delivered_at: datetime | None = Field(default=None, sa_column=_at(nullable=True))
    last_status: int | None = None
    last_error: str | None = None


class WebhookAttempt(SQLModel, table=True):
    """One try and what came of it."""

    __tablename__ = "webhook_attempt"
    __table_args__ = {"schema": "gf"}
    tenant_id: UUID = Field(default=None, primary_key=True)
    id: UUID = Field(default_factory=new_id, primary_key=True)
    delivery_id: UUID
    number: int
    started_at: datetime = Field(sa_column=_at())
    duration_ms: int
    status: int | None = None
    error: str | None = None
    response: str
