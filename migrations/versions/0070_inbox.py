"""What finds the work orders that wait for a side, however many others there are.

Revision ID: 0070
Revises: 0069
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.tables import begin

revision = "0070"
down_revision = "0069"
branch_labels = None
depends_on = None

TURN = """CASE WHEN status IN ('closed', 'rejected', 'cancelled') THEN NULL
    WHEN NOT cancel_asked AND status = 'pending' AND pending_on IN ('end_customer', 'third_party') THEN 'others'
    WHEN NOT cancel_asked AND status IN ('pending', 'resolved') THEN requester_side
    WHEN requester_side = 'tenant' THEN 'outsourcer' ELSE 'tenant' END"""


def upgrade() -> None:
    begin()
    op.add_column(
        "work_order", sa.Column("cancel_asked", sa.Boolean(), nullable=False, server_default=sa.false()), schema="gf"
    )
    op.add_column("work_order", sa.Column("turn", sa.Text()), schema="gf")
    op.execute("GRANT UPDATE (cancel_asked, turn) ON gf.work_order TO gf_app, gf_worker")
    op.execute(
        "UPDATE gf.work_order AS w SET cancel_asked = true FROM gf.work_order_cancellation AS c"
        " WHERE c.tenant_id = w.tenant_id AND c.work_order_id = w.id AND c.decided_at IS NULL"
    )
    op.execute(f"UPDATE gf.work_order SET turn = {TURN} WHERE closed_at IS NULL")
    op.execute("CREATE INDEX work_order_turn ON gf.work_order (tenant_id, turn, id) WHERE turn IS NOT NULL")


def downgrade() -> None:
    begin()
    op.execute("DROP INDEX gf.work_order_turn")
    for name in ("turn", "cancel_asked"):
        op.drop_column("work_order", name, schema="gf")
