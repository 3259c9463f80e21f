"""The isolation probe: its synthetic clients, its queue, its runs.

Revision ID: 0013
Revises: 0012
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP

from migrations.tables import begin, create_control_table, create_tenant_table

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    begin()
    op.add_column(
        "tenant",
        sa.Column("synthetic", sa.Boolean(), nullable=False, server_default=sa.text("false")),
        schema="control",
    )
    create_control_table(
        "probe_world",
        sa.Column("id", sa.Text(), primary_key=True),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("content", JSONB(), nullable=False),
        sa.Column("made_at", TIMESTAMP(timezone=True), nullable=False),
    )
    create_control_table(
        "probe_turn",
        sa.Column("run_id", sa.Uuid(), primary_key=True),
        sa.Column("tenant_id", sa.Uuid(), sa.ForeignKey("control.tenant.id", ondelete="CASCADE"), nullable=False),
        sa.Column("asked_at", TIMESTAMP(timezone=True), nullable=False),
        sa.Column("started_at", TIMESTAMP(timezone=True)),
    )
    create_tenant_table(
        "probe_run",
        sa.Column("asked_at", TIMESTAMP(timezone=True), nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("started_at", TIMESTAMP(timezone=True)),
        sa.Column("finished_at", TIMESTAMP(timezone=True)),
        sa.Column("progress", JSONB(), nullable=False),
        sa.Column("verdict", sa.Text()),
        sa.Column("summary", JSONB(), nullable=False),
        sa.Column("document", sa.LargeBinary()),
        sa.Column("digest", sa.Text()),
        sa.CheckConstraint("cause IN ('button', 'night', 'command')", name="cause"),
        sa.CheckConstraint("state IN ('waiting', 'running', 'finished', 'interrupted')", name="state"),
        sa.CheckConstraint("verdict IN ('green', 'red', 'incomplete')", name="verdict"),
        update=("state", "started_at", "finished_at", "progress", "verdict", "summary", "document", "digest"),
    )
    op.create_index("probe_run_asked_at_idx", "probe_run", ["tenant_id", "asked_at"], schema="gf")


def downgrade() -> None:
    begin()
    op.drop_table("probe_run", schema="gf")
    op.drop_table("probe_turn", schema="control")
    op.drop_table("probe_world", schema="control")
    op.drop_column("tenant", "synthetic", schema="control")
