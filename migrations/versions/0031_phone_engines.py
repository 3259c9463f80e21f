"""Phone engines of a floor: how many new calls each may take, and which are drained.

Revision ID: 0031
Revises: 0030
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.tables import begin, create_control_table

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    begin()
    create_control_table(
        "phone_engine",
        sa.Column("floor_id", sa.Text(), sa.ForeignKey("control.floor.id"), primary_key=True),
        sa.Column("name", sa.Text(), primary_key=True),
        sa.Column("calls_per_minute", sa.Integer(), nullable=False, server_default=sa.text("3000")),
        sa.Column("drained_at", sa.DateTime(timezone=True)),
        sa.Column("drained_by", sa.Text()),
        sa.CheckConstraint("calls_per_minute BETWEEN 1 AND 60000", name="phone_engine_calls"),
    )


def downgrade() -> None:
    begin()
    op.drop_table("phone_engine", schema="control")
