"""Two people decide about an erasure: what one asked for, and the other confirmed.

Revision ID: 0026
Revises: 0025
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.tables import begin, create_control_table

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

AT = sa.TIMESTAMP(timezone=True)


def upgrade() -> None:
    begin()
    create_control_table(
        "erasure_order",
        sa.Column("tenant_id", sa.Uuid(), sa.ForeignKey("control.tenant.id"), primary_key=True),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("why", "asked_by", "asked_name")),
        sa.Column("asked_at", AT, nullable=False),
        *(sa.Column(name, sa.Text()) for name in ("confirmed_by", "confirmed_name")),
        *(sa.Column(name, AT) for name in ("confirmed_at", "due_at")),
        sa.CheckConstraint("confirmed_by IS NULL OR confirmed_by <> asked_by", name="erasure_by_two"),
        sa.CheckConstraint("(confirmed_by IS NULL) = (due_at IS NULL)", name="confirmed_is_due"),
    )


def downgrade() -> None:
    begin()
    op.drop_table("erasure_order", schema="control")
