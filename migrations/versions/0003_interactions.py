"""Interactions, their recordings, and where each agent is.

Revision ID: 0003
Revises: 0002
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP

from migrations.tables import begin, create_tenant_table, tenant_reference

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

AT = TIMESTAMP(timezone=True)
INTERACTION_STATES = ("in_flow", "queued", "offered", "talking", "wrapping_up", "ended")
AGENT_STATES = ("offline", "available", "offered", "talking", "wrapping_up", "on_break")
_CHANGING = (
    "state", "queue_id", "queue", "head_start_s", "agent_id", "offer_id", "queued_at", "offered_at", "answered_at",
    "ended_at", "wait_ms", "talk_ms", "hold_ms", "wrap_ms", "outcome", "ended_by", "cause", "stage", "disposition",
    "note", "because", "path", "recording_id", "contact_number", "resume",
)  # fmt: skip


def upgrade() -> None:
    begin()
    _interaction()
    _agent_state()
    _recording()


def _one_of(table: str, column: str, *values: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(f"{column} IN ({', '.join(repr(value) for value in values)})", name=f"{table}_{column}")


def _interaction() -> None:
    create_tenant_table(
        "interaction",
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("contact", sa.Text(), nullable=False),
        sa.Column("contact_number", sa.Text()),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("direction", sa.Text(), nullable=False),
        sa.Column("flow", sa.Text(), nullable=False),
        sa.Column("flow_version", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("queue_id", sa.Uuid()),
        sa.Column("queue", sa.Text()),
        sa.Column("head_start_s", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("agent_id", sa.Uuid()),
        sa.Column("offer_id", sa.Uuid()),
        *(sa.Column(f"{moment}_at", AT, nullable=moment != "started") for moment in
          ("started", "queued", "offered", "answered", "ended")),
        *(sa.Column(f"{part}_ms", sa.BigInteger()) for part in ("wait", "talk", "hold", "wrap")),
        *(sa.Column(word, sa.Text()) for word in ("outcome", "ended_by", "cause", "stage", "disposition", "note")),
        sa.Column("because", JSONB()),
        sa.Column("path", JSONB(), nullable=False, server_default=sa.text("'[]'")),
        sa.Column("recording_id", sa.Uuid()),
        sa.Column("resume", JSONB()),
        tenant_reference("queue", "queue_id"),
        _one_of("interaction", "state", *INTERACTION_STATES),
        update=_CHANGING,
    )  # fmt: skip
    _index("interaction_started", "interaction", "started_at DESC, id DESC")
    _index("interaction_queue", "interaction", "queue_id, started_at DESC, id DESC")
    _index("interaction_agent", "interaction", "agent_id, started_at DESC, id DESC")
    _index("interaction_live", "interaction", "id", where="state <> 'ended'")


def _agent_state() -> None:
    create_tenant_table(
        "agent_state",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("agent_id", sa.Uuid(), nullable=False),
        sa.Column("seat", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text()),
        sa.Column("since", AT, nullable=False),
        sa.Column("interaction_id", sa.Uuid()),
        sa.Column("phone", sa.Boolean(), nullable=False, server_default=sa.false()),
        tenant_reference("interaction", "interaction_id"),
        _one_of("agent_state", "state", *AGENT_STATES),
        key=("tenant_id", "agent_id"),
        update=("seat", "state", "reason", "since", "interaction_id", "phone"),
    )


def _recording() -> None:
    create_tenant_table(
        "recording",
        sa.Column("interaction_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("duration_ms", sa.BigInteger(), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("stored_at", AT, nullable=False),
        tenant_reference("interaction", "interaction_id"),
        _one_of("recording", "kind", "call", "voicemail"),
    )
    _index("recording_interaction", "recording", "interaction_id")


def _index(name: str, table: str, columns: str, where: str = "") -> None:
    condition = f" WHERE {where}" if where else ""
    op.execute(f"CREATE INDEX {name} ON gf.{table} (tenant_id, {columns}){condition}")


def downgrade() -> None:
    begin()
    for name in ("recording", "agent_state", "interaction"):
        op.drop_table(name, schema="gf")
