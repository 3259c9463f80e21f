"""What a client changes for a time while its centre runs: hours, pauses, announcements, priorities.

Revision ID: 0049
Revises: 0048
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from migrations.tables import begin, create_tenant_table

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None

AT = sa.TIMESTAMP(timezone=True)


def upgrade() -> None:
    begin()
    create_tenant_table(
        "control_act",
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("act", "scope", "target")),
        sa.Column("content", JSONB(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("reason", "user_id", "name", "role")),
        *(sa.Column(name, AT, nullable=False) for name in ("begins_at", "until")),
        sa.Column("ended_at", AT),
        *(sa.Column(name, sa.Text(), nullable=False, server_default="") for name in ("ended_by", "why")),
        sa.CheckConstraint("act IN ('hours', 'pause', 'announcement', 'priority')", name="control_act_act"),
        sa.CheckConstraint("until > begins_at", name="control_act_until"),
        update=("ended_at", "ended_by", "why"),
    )
    op.create_index(
        "control_act_one", "control_act", ["tenant_id", "act", "scope", "target"], schema="gf", unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )  # fmt: skip
    op.create_index("control_act_ended", "control_act", ["tenant_id", "ended_at"], schema="gf")


def downgrade() -> None:
    begin()
    op.drop_table("control_act", schema="gf")
