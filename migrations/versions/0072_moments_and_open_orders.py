"""Which recording a moment is in; and an index over the work orders that are not over, whatever their age.

Revision ID: 0072
Revises: 0071
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.tables import begin

revision = "0072"
down_revision = "0071"
branch_labels = None
depends_on = None


def upgrade() -> None:
    begin()
    op.add_column("work_order_attachment", sa.Column("recording_id", sa.Uuid()), schema="gf")
    op.execute("CREATE INDEX work_order_open ON gf.work_order (tenant_id, created_at, id) WHERE closed_at IS NULL")


def downgrade() -> None:
    begin()
    op.execute("DROP INDEX gf.work_order_open")
    op.drop_column("work_order_attachment", "recording_id", schema="gf")
