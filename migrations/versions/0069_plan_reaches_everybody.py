"""How far a new version of what is agreed has come through older work orders; files held back are found.

Revision ID: 0069
Revises: 0068
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.tables import begin

revision = "0069"
down_revision = "0068"
branch_labels = None
depends_on = None

NOWHERE = "00000000-0000-0000-0000-000000000000"


def upgrade() -> None:
    begin()
    column = sa.Column("reached", sa.Uuid(), nullable=False, server_default=NOWHERE)
    op.add_column("work_order_plan", column, schema="gf")
    op.execute("GRANT UPDATE (reached) ON gf.work_order_plan TO gf_app, gf_worker")
    op.execute(
        "CREATE INDEX work_order_attachment_held_back ON gf.work_order_attachment (tenant_id, stored_at)"
        " WHERE scan_state IN ('pending', 'infected')"
    )


def downgrade() -> None:
    begin()
    op.execute("DROP INDEX gf.work_order_attachment_held_back")
    op.drop_column("work_order_plan", "reached", schema="gf")
