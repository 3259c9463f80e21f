"""Rows of this room. They are written by the switchboard's recorder only, computed from the facts; here they are read.

No ``from __future__ import annotations`` here: SQLModel reads the annotations at run time.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Column, Index, LargeBinary
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP
from sqlmodel import Field, SQLModel

GF = {"schema": "gf"}


def _at(*, nullable: bool = True) -> Any:  # noqa: ANN401 - SQLModel's Field is untyped as well
    return Field(default=None, sa_type=TIMESTAMP(timezone=True), nullable=nullable)


def _count(*, nullable: bool = True) -> Any:  # noqa: ANN401 - as above
    return Field(default=None, sa_type=BigInteger, nullable=nullable)


class Interaction(SQLModel, table=True):
    """One conversation of one tenant. ``contact_number`` is raw: it leaves this room only as a ``RawNumber``.

    It and ``note`` are sealed by the tenant's key; ``contact_bidx`` is what a whole number is found by;
    ``tagged`` says by which version of ``interactions.tags`` the rest is.
    ``resume`` is what the switchboard needs to go on after a restart; empty once the interaction has ended.
    """

    __table_args__ = GF
    tenant_id: UUID = Field(primary_key=True)
    id: UUID = Field(primary_key=True)
    number: str
    contact: str
    contact_number: str | None = Field(default=None, repr=False)
    contact_bidx: bytes | None = Field(default=None, sa_column=Column(LargeBinary), repr=False)
    channel: str
    direction: str
    flow: str
    flow_version: int
    state: str
    queue_id: UUID | None = None
    queue: str | None = None
    head_start_s: int = 0
    agent_id: UUID | None = None
    offer_id: UUID | None = None
    started_at: datetime = _at(nullable=False)
    queued_at: datetime | None = _at()
    offered_at: datetime | None = _at()
    answered_at: datetime | None = _at()
    ended_at: datetime | None = _at()
    wait_ms: int | None = _count()
    talk_ms: int | None = _count()
    hold_ms: int | None = _count()
    wrap_ms: int | None = _count()
    outcome: str | None = None
    ended_by: str | None = None
    cause: str | None = None
    stage: str | None = None
    disposition: str | None = None
    note: str | None = None
    because: dict[str, Any] | None = Field(default=None, sa_column=Column(JSONB))
    path: list[str] = Field(default_factory=list, sa_column=Column(JSONB, nullable=False))
    recording_id: UUID | None = None
    resume: dict[str, Any] | None = Field(default=None, sa_column=Column(JSONB), repr=False)
    task: str | None = None
    origin_id: UUID | None = None
    due_at: datetime | None = _at()
    begins_at: datetime | None = _at()
    tries: int = 0
    result: str | None = None
    tagged: int = 0


class InteractionTag(SQLModel, table=True):
    """What an interaction is searched by: see ``interactions.tags``."""

    __tablename__ = "interaction_tag"
    __table_args__ = (
        Index("interaction_tag_of", "tenant_id", "interaction_id"),
        {"schema": "gf"},
    )
    tenant_id: UUID = Field(primary_key=True)
    tag: str = Field(primary_key=True)
    interaction_id: UUID = Field(primary_key=True)


class AgentState(SQLModel, table=True):
    """Where an agent is, as this tenant may see it."""

    __tablename__ = "agent_state"
    __table_args__ = GF
    tenant_id: UUID = Field(primary_key=True)
    agent_id: UUID = Field(primary_key=True)
    seat: str
    state: str
    reason: str | None = None
    since: datetime = _at(nullable=False)
    interaction_id: UUID | None = None
    phone: bool = False
    chosen_phone: str = ""
    other_phone: bool = False
    desk_lost_at: datetime | None = _at()


class AgentPart(SQLModel, table=True):
    """What one agent did in a conversation that it has finished with, in milliseconds; each who talked has one."""

    __tablename__ = "agent_part"
    __table_args__ = (
        Index("agent_part_agent", "tenant_id", "agent_id", "at"),
        {"schema": "gf"},
    )
    tenant_id: UUID = Field(primary_key=True)
    interaction_id: UUID = Field(primary_key=True)
    agent_id: UUID = Field(primary_key=True)
    at: datetime = Field(sa_column=Column(TIMESTAMP(timezone=True), primary_key=True))
    queue_id: UUID | None = None
    talk_ms: int = _count(nullable=False)
    hold_ms: int = _count(nullable=False)
    wrap_ms: int = _count(nullable=False)


class Recording(SQLModel, table=True):
    """A stored recording: ``key`` is its place in the store of recordings.

    ``sha256``: of what the phone engine wrote, in hex; ``content_sha256``: of what is kept of it, none where that is
    the same file; ``bytes``: its length; ``gaps``: what was left out of it, each ``from``, ``to``, ``reason`` and
    ``offset_ms``.
    """

    __table_args__ = GF
    tenant_id: UUID = Field(primary_key=True)
    id: UUID = Field(primary_key=True)
    interaction_id: UUID
    key: str
    kind: str
    sha256: str
    duration_ms: int = _count(nullable=False)
    bytes: int = _count(nullable=False)
    media: str = "audio/wav"
    content_sha256: str | None = None
    channels: int = 1
    repaired: bool = False
    gaps: list[dict[str, Any]] = Field(default_factory=list, sa_column=Column(JSONB, nullable=False))
    stored_at: datetime = _at(nullable=False)
    deleted_at: datetime | None = _at()
