"""Browser phones of those who listen: supervisors of the centre, and a client's own people in that client alone.

Revision ID: 0036
Revises: 0035
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.tables import begin, create_control_table

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    begin()
    create_control_table(
        "listening_phone",
        sa.Column("id", sa.Uuid(), primary_key=True, server_default=sa.text("uuidv7()")),
        sa.Column("user_id", sa.Uuid(), sa.ForeignKey("control.user.id", ondelete="CASCADE"), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), sa.ForeignKey("control.tenant.id", ondelete="CASCADE")),
        sa.Column("floor_id", sa.Text(), sa.ForeignKey("control.floor.id", ondelete="CASCADE"), nullable=False),
        sa.Column("desk_id", sa.Text(), sa.ForeignKey("control.seat.id", ondelete="SET NULL"), unique=True),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False, server_default=sa.text("0")),
        sa.Column("made_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.UniqueConstraint("user_id", "tenant_id", name="one_listening_phone", postgresql_nulls_not_distinct=True),
    )


def downgrade() -> None:
    begin()
    op.drop_table("listening_phone", schema="control")
