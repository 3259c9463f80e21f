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
    certificates: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    token_hash: bytes | None = Field(default=None, sa_column=_bytes(nullable=True))
    secret: str | None = None
    secret_before: str | None = None
    ask_url: str | None = None
    ask_secret: str | None = None
    last_in_at: datetime | None = Field(default=None, sa_column=_at(nullable=True))
    skew_ms: int | None = None
    """How far the clock of the last signed message was from ours."""


class ExchangeConnector(SQLModel, table=True):
    """A client's system that is read and told by its own API; address and secret stand with the connection.

    ``cursor`` is where the round of looking for changes has come to, which is due at ``due_at``; ``looked`` and
    ``found`` count what the last one saw and what of it was new. Nothing is asked until ``quiet_until``.
    """

    __tablename__ = "exchange_connector"
    __table_args__ = _GF
    tenant_id: UUID = Field(default=None, primary_key=True)
    id: UUID = Field(default_factory=new_id, primary_key=True)
    connection: str
    tells: bool
    takes_new: bool
    every_minutes: int
    settings: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    cursor: str
    due_at: datetime = Field(sa_column=_at())
    started_at: datetime | None = Field(default=None, sa_column=_at(nullable=True))
    finished_at: datetime | None = Field(default=None, sa_column=_at(nullable=True))
    looked: int = 0
    found: int = 0
    error: str | None = None
    quiet_until: datetime | None = Field(default=None, sa_column=_at(nullable=True))


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


class ExchangeMail(SQLModel, table=True):
    """A connection by mail: where its mails go, and how far in its feed they went.

    ``address``, ``secret``, ``secret_before`` and ``bounce`` are sealed. ``senders``: domains that may answer, none:
    every one. ``words``: an answer may ask for a status. ``due_at``: when it goes on, or until when somebody has it.
    """

    __tablename__ = "exchange_mail"
    __table_args__ = _GF
    tenant_id: UUID = Field(default=None, primary_key=True)
    id: UUID = Field(default_factory=new_id, primary_key=True)
    connection: str
    position: int
    due_at: datetime = Field(sa_column=_at())
    error: str | None = None
    tries: int = 0
    sent_at: datetime | None = Field(default=None, sa_column=_at(nullable=True))
    address: str
    senders: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    locale: str
    days: int
    words: bool
    secret: str
    secret_before: str | None = None
    bounces: int = 0
    """Mails in a row that a server gave back for good, since the address was set or somebody answered."""
    bounced_at: datetime | None = Field(default=None, sa_column=_at(nullable=True))
    bounce: str | None = None
    automatic_at: datetime | None = Field(default=None, sa_column=_at(nullable=True))


class ExchangeDrop(SQLModel, table=True):
    """A connection by files on the client's SFTP server, and how far in its feed they went.

    ``secret`` is sealed: a password, or a private key; None once the connection goes by files no more. ``planned``: the
    last place of the file that is being written, ``written``: it lies there whole, under the name that it has until it
    is renamed.
    """

    __tablename__ = "exchange_drop"
    __table_args__ = _GF
    tenant_id: UUID = Field(default=None, primary_key=True)
    id: UUID = Field(default_factory=new_id, primary_key=True)
    connection: str
    position: int
    due_at: datetime = Field(sa_column=_at())
    error: str | None = None
    tries: int = 0
    sent_at: datetime | None = Field(default=None, sa_column=_at(nullable=True))
    host: str
    port: int
    login: str
    secret: str | None = None
    host_key: str
    out_folder: str
    in_folder: str
    planned: int | None = None
    written: bool = False
    round_at: datetime | None = Field(default=None, sa_column=_at(nullable=True))


class ExchangeTold(SQLModel, table=True):
    """When a client's developers were told that a message waits for the map, for each kind of gap in it."""

    __tablename__ = "exchange_told"
    __table_args__ = _GF
    tenant_id: UUID = Field(default=None, primary_key=True)
    id: UUID = Field(default_factory=new_id, primary_key=True)
    connection: str
    kind: str
    told_at: datetime = Field(sa_column=_at())
