"""The tables of this room."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Column, DateTime, LargeBinary, Text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlmodel import Field, SQLModel

from kit.ids import new_id

_GF = {"schema": "gf"}


def _at(*, nullable: bool = False) -> Column[datetime]:
    return Column(DateTime(timezone=True), nullable=nullable)


def _bytes(*, nullable: bool = False) -> Column[bytes]:
    return Column(LargeBinary, nullable=nullable)


class ExchangeConnection(SQLModel, table=True):
    """What was agreed about a connection of the blueprint, and by which address its system tells us things.

    A connection without a row is active: its blueprint was agreed. ``secret`` and ``ask_secret`` are sealed; the
    address's random part is kept as its digest; ``secret_before`` verifies too, until it is replaced again.
    """

    __tablename__ = "exchange_connection"
    __table_args__ = _GF
    tenant_id: UUID = Field(default=None, primary_key=True)
    id: UUID = Field(default_factory=new_id, primary_key=True)
    connection: str
    state: str
    side: str
    reason: str
    since: datetime = Field(sa_column=_at())
    adapter: str
    signed: bool
    networks: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    token_hash: bytes | None = Field(default=None, sa_column=_bytes(nullable=True))
    secret: str | None = None
    secret_before: str | None = None
    ask_url: str | None = None
    ask_secret: str | None = None
    last_in_at: datetime | None = Field(default=None, sa_column=_at(nullable=True))
    skew_ms: int | None = None
    """How far the clock of the last signed message was from ours."""


class ExchangeInbox(SQLModel, table=True):
    """One message, as its bytes came (sealed); ``lane_bidx`` is what messages about one thing are found by.

    ``fetched``: what the system said when it was asked; ``outcome``: what each step came to.
    """

    __tablename__ = "exchange_inbox"
    __table_args__ = _GF
    tenant_id: UUID = Field(default=None, primary_key=True)
    id: UUID = Field(default_factory=new_id, primary_key=True)
    connection: str
    message_id: str
    external_id: str
    lane_bidx: bytes = Field(sa_column=_bytes())
    state: str
    body: bytes = Field(sa_column=_bytes())
    fetched: bytes | None = Field(default=None, sa_column=_bytes(nullable=True))
    outcome: str | None = None
    needs: str | None = None
    error: str | None = None
    attempts: int = 0
    due_at: datetime | None = Field(default=None, sa_column=_at(nullable=True))
    received_at: datetime = Field(sa_column=_at())
    processed_at: datetime | None = Field(default=None, sa_column=_at(nullable=True))


class ExchangeLink(SQLModel, table=True):
    """A work order that is exchanged with a thing of a client's system, and how new what we know of that is.

    What the system calls it stands among the work order's references (``owner``: the connection).
    """

    __tablename__ = "exchange_link"
    __table_args__ = _GF
    tenant_id: UUID = Field(default=None, primary_key=True)
    id: UUID = Field(default_factory=new_id, primary_key=True)
    connection: str
    work_order_id: UUID
    external_url: str | None = None
    external_status: str | None = None
    external_version: int | None = None
    external_updated_at: datetime | None = Field(default=None, sa_column=_at(nullable=True))
    last_in_at: datetime = Field(sa_column=_at())
    taken: int = 0
    """How many messages were applied."""


class ExchangeComment(SQLModel, table=True):
    """A comment of the other system and ours that it became."""

    __tablename__ = "exchange_comment"
    __table_args__ = _GF
    tenant_id: UUID = Field(default=None, primary_key=True)
    id: UUID = Field(default_factory=new_id, primary_key=True)
    connection: str
    work_order_id: UUID
    external_id: str
    external_bidx: bytes = Field(sa_column=_bytes())
    comment_id: UUID


class ExchangeMap(SQLModel, table=True):
    """A version of a connection's map; the newest is in force. ``content``: :class:`exchange.schemas.MapBody`."""

    __tablename__ = "exchange_map"
    __table_args__ = _GF
    tenant_id: UUID = Field(default=None, primary_key=True)
    id: UUID = Field(default_factory=new_id, primary_key=True)
    connection: str
    version: int
    content: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    made_by: str
    made_name: str
    made_at: datetime = Field(sa_column=_at())
