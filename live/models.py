"""The tables of this room: stored boards, and messages from supervisors to agents."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Column, Index, PrimaryKeyConstraint, text
from sqlalchemy.dialects.postgresql import BYTEA, JSONB, TIMESTAMP
from sqlmodel import Field, SQLModel

from kit.ids import new_id


class BoardKeyframe(SQLModel, table=True):
    """A board after the fact ``seq``, from which the board of any moment is a short way, and what led there.

    ``at``: no fact up to ``seq`` is later; ``version``: of ``live.core.keyframe``; ``packed``: the board (zlib, JSON);
    ``marks``: what happened since the keyframe before (``live.core.marks``), ``kinds`` of it, separated by commas.
    """

    __tablename__ = "board_keyframe"
    __table_args__ = (
        PrimaryKeyConstraint("tenant_id", "seq", name="board_keyframe_pkey"),
        Index("board_keyframe_at", "tenant_id", "version", "at", "seq"),
        {"schema": "gf"},
    )

    tenant_id: UUID
    seq: int = Field(sa_column=Column(BigInteger, nullable=False))
    at: datetime = Field(sa_column=Column(TIMESTAMP(timezone=True), nullable=False))
    version: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    packed: bytes = Field(sa_column=Column(BYTEA, nullable=False, server_default=text("''::bytea")))
    marks: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False, server_default=text("'{}'::jsonb")))
    kinds: str = Field(default="", sa_column_kwargs={"server_default": ""})


def _at(*, nullable: bool = True) -> Any:  # noqa: ANN401 - SQLModel's Field is untyped as well
    return Field(default=None, sa_type=TIMESTAMP(timezone=True), nullable=nullable)


class AgentMessage(SQLModel, table=True):
    """What a supervisor wrote to one agent, and its answer. Both texts are sealed by the tenant's key.

    ``batch_id``: the same for all who got it at once; ``audience``: agent, queue (of ``queue_id``), client or all.
    """

    __tablename__ = "agent_message"
    __table_args__ = (
        Index("agent_message_agent", "tenant_id", "agent_id", "sent_at"),
        Index("agent_message_sender", "tenant_id", "user_id", "sent_at"),
        {"schema": "gf"},
    )
    tenant_id: UUID = Field(default=None, primary_key=True)
    id: UUID = Field(default_factory=new_id, primary_key=True)
    batch_id: UUID
    agent_id: UUID
    audience: str
    queue_id: UUID | None = None
    user_id: str
    name: str
    text: str = Field(repr=False)
    sent_at: datetime = _at(nullable=False)
    read_at: datetime | None = _at()
    answer: str | None = Field(default=None, repr=False)
    answered_at: datetime | None = _at()
    answer_seen_at: datetime | None = _at()


class ClientAsk(SQLModel, table=True):
    """What somebody of the client asks of the supervisors: a message, or to listen. Its texts are sealed.

    ``kind``: message or listen; of a listen ``agent_id`` or ``queue_id``, and the conversation once it is known.
    ``decision``: granted, declined or expired.
    """

    __tablename__ = "client_ask"
    __table_args__ = (
        Index("client_ask_asked", "tenant_id", "asked_at"),
        Index("client_ask_user", "tenant_id", "user_id", "asked_at"),
        {"schema": "gf"},
    )
    tenant_id: UUID = Field(default=None, primary_key=True)
    id: UUID = Field(default_factory=new_id, primary_key=True)
    kind: str
    agent_id: UUID | None = None
    queue_id: UUID | None = None
    interaction_id: UUID | None = None
    user_id: str
    name: str
    role: str
    text: str = Field(repr=False)
    asked_at: datetime = _at(nullable=False)
    read_at: datetime | None = _at()
    read_by: str | None = None
    decision: str | None = None
    answer: str | None = Field(default=None, repr=False)
    answered_at: datetime | None = _at()
    answered_by: str | None = None
