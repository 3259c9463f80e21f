"""A phone engine that never returns is given up: by whom, when and why.

Revision ID: 0042
Revises: 0041
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.tables import begin

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None


def upgrade() -> None:
    begin()
    for column in (
        sa.Column("gone_at", sa.DateTime(timezone=True)),
        sa.Column("gone_by", sa.Text()),
        sa.Column("gone_why", sa.Text()),
    ):
        op.add_column("phone_engine", column, schema="control")
    op.create_check_constraint(
        "phone_engine_gone",
        "phone_engine",
        "num_nulls(gone_at, gone_by, gone_why) IN (0, 3) AND (gone_at IS NULL OR drained_at IS NOT NULL)",
        schema="control",
    )


def downgrade() -> None:
    begin()
    op.drop_constraint("phone_engine_gone", "phone_engine", schema="control")
    for name in ("gone_why", "gone_by", "gone_at"):
        op.drop_column("phone_engine", name, schema="control")
