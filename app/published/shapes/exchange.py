"""Connections: what is agreed, how each is, what came in, maps."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from app.published.parts import Shape


class Kept(Shape):
    """What became of a message."""

    id: Annotated[UUID | None, Field(description="In the inbox.")] = None
    message_id: str
    result: Annotated[str, Field(description="kept or duplicate.")]


class ConnectionBrief(Shape):
    """A connection, and where it stands."""

    connection: str
    name: str
    url: Annotated[str, Field(description="Where its webhooks go; empty: nowhere.")]
    state: Annotated[str, Field(description="invited, active, declined, suspended or revoked.")]
    state_side: Annotated[str, Field(description="Who brought it there; empty: it was agreed with the blueprint.")]
    state_reason: str
    since: datetime | None


class ConnectionList(Shape):
    """By name."""

    data: list[ConnectionBrief]


class WayIn(Shape):
    """What comes in; counts are of the newest thousand messages."""

    waiting: int
    needs_mapping: int
    dead: int
    refused: int
    oldest_at: datetime | None
    p95_ms: int | None
    last_at: datetime | None
    skew_ms: Annotated[int | None, Field(description="How far the system's clock was from ours.")]


class WayOut(Shape):
    """What goes out."""

    waiting: int
    dead: int
    last_at: datetime | None
    failing: bool
    p95_ms: int | None


class MailState(Shape):
    """How mails go."""

    sent_at: datetime | None
    error: Annotated[str | None, Field(description="Why they wait, while they do.")]
    bounces: Annotated[int, Field(description="In a row that came back for good.")]
    bounced_at: datetime | None
    automatic_at: Annotated[datetime | None, Field(description="When a machine answered last.")]


class MailSettings(MailState):
    """How a connection goes by mail, and how that goes."""

    in_use: Annotated[bool, Field(description="Whether it goes by mail now.")]
    address: str
    senders: Annotated[list[str], Field(description="Domains that may answer; none: every one.")]
    locale: str
    days: Annotated[int, Field(description="So long a mail can be answered.")]
    words: Annotated[bool, Field(description="Whether an answer may ask for a status.")]
    bounce: Annotated[str | None, Field(description="What a server said of the mail that came back last.")]


class FilesState(Shape):
    """How files go."""

    sent_at: Annotated[datetime | None, Field(description="When a file was written last.")]
    round_at: Annotated[datetime | None, Field(description="When everything had been done last.")]
    error: str | None


class FilesSettings(FilesState):
    """How a connection goes by files on an SFTP server, and how that goes."""

    in_use: Annotated[bool, Field(description="Whether it goes by files now.")]
    host: str
    port: int
    login: str
    has_secret: Annotated[bool, Field(description="Whether there is a password or key; it is never told.")]
    host_key: str
    out_folder: str
    in_folder: str


class Connector(Shape):
    """How the system is read and told by its own API, and how looking for what no message brought goes."""

    tells: Annotated[bool, Field(description="Whether work orders are made and changed there.")]
    takes_new: Annotated[bool, Field(description="Whether what is found there becomes a work order.")]
    every_minutes: int
    settings: dict[str, str]
    due_at: Annotated[datetime, Field(description="When it is looked again.")]
    started_at: datetime | None
    finished_at: Annotated[datetime | None, Field(description="When everything had been looked at.")]
    looked: Annotated[int, Field(description="Things seen in the last round.")]
    found: Annotated[int, Field(description="Of them new.")]
    error: str | None
    quiet_until: Annotated[datetime | None, Field(description="Nothing is asked or told until then.")]


class ConnectorSettings(Connector):
    """How a system is called by its own API, and how that goes."""

    in_use: Annotated[bool, Field(description="Whether it is called now.")]
    adapter: str
    url: str | None
    has_secret: Annotated[bool, Field(description="Whether there is what lets us in; it is never told.")]


class ConnectionHealth(ConnectionBrief):
    """How a connection is."""

    possible: Annotated[list[str], Field(description="What your side may do now.")]
    map_version: int
    address: Annotated[bool, Field(description="Whether it has an address for messages.")]
    adapter: str
    signed: bool
    has_secret: Annotated[bool, Field(description="Whether there is a secret that signs; without it nothing gets in.")]
    networks: list[str]
    certificates: list[str]
    ask_url: str | None
    connector: Connector | None
    mail: Annotated[MailState | None, Field(description="While it goes by mail.")]
    files: Annotated[FilesState | None, Field(description="While it goes by files.")]
    in_: Annotated[WayIn, Field(alias="in")]
    out: WayOut


class StepTaken(Shape):
    """One step of a message."""

    act: str
    detail: str
    result: Annotated[str, Field(description="done, passed_over or refused.")]
    code: str


class InboundMessage(Shape):
    """A message that came in, and what became of it."""

    id: UUID
    message_id: str
    external_id: str | None
    state: str
    needs: Annotated[str | None, Field(description="What the map does not name.")]
    error: str | None
    attempts: int
    received_at: datetime
    processed_at: datetime | None
    steps: list[StepTaken]


class InboundMessages(Shape):
    """Newest first."""

    data: list[InboundMessage]


class ExchangeLink(Shape):
    """A work order and the thing of the system that it is exchanged with."""

    work_order_id: UUID
    external_id: str | None
    external_url: str | None
    external_status: str | None
    exchange_state: Annotated[str, Field(description="queued, sent, acknowledged, failing or dead.")]
    last_in_at: datetime
    taken: int
    last_out_sequence: int | None


class ExchangeLinks(Shape):
    """Newest first."""

    data: list[ExchangeLink]


class NewAddress(Shape):
    """An address for messages and its secret: told this once."""

    address: str
    secret: str | None


class NewSecret(Shape):
    """The secret that signs messages from now on: told this once; null if the system made it."""

    secret: str | None


class ShownStatus(Shape):
    """What one of the system's statuses means."""

    status: str
    to: str
    pending_on: str | None
    resolution_code: str | None


class ShownField(Shape):
    """Where one of our fields comes from."""

    to: str
    path: str
    constant: str
    values: dict[str, str] | None


class ShownWord(Shape):
    """What one of our words is in the system."""

    of: Annotated[str, Field(description="status or priority.")]
    ours: str
    theirs: Annotated[str, Field(description="Empty: it is not told.")]


class ConnectionMap(Shape):
    """The map that messages are read by, and the system is told by."""

    version: int
    status_map: list[ShownStatus]
    field_map: list[ShownField]
    out_map: Annotated[list[ShownWord] | None, Field(description="Of a system that is told by its own API.")]


class TrialAnswer(Shape):
    """What a message would do."""

    result: Annotated[str, Field(description="applied, needs_mapping or refused.")]
    needs: str | None
    work_order_id: UUID | None = None
    steps: list[StepTaken]
    detail: str | None = None
