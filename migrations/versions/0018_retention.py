"""The worker may delete what a client's retention says is over; the web application may not.

Revision ID: 0018
Revises: 0017
"""

from __future__ import annotations

from alembic import op

from migrations.tables import begin

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

DELETED = (
    "interaction", "recording", "work_order", "work_order_comment", "webhook_event", "webhook_delivery",
    "webhook_attempt",
)  # fmt: skip


def upgrade() -> None:
    begin()
    op.execute(f"GRANT DELETE ON {', '.join(f'gf.{name}' for name in DELETED)} TO gf_worker")
    op.execute("GRANT UPDATE (interaction_id) ON gf.work_order TO gf_worker")
    op.execute("CREATE INDEX work_order_over ON gf.work_order (tenant_id, closed_at) WHERE closed_at IS NOT NULL")


def downgrade() -> None:
    begin()
    op.execute("DROP INDEX gf.work_order_over")
    op.execute("REVOKE UPDATE (interaction_id) ON gf.work_order FROM gf_worker")
    op.execute(f"REVOKE DELETE ON {', '.join(f'gf.{name}' for name in DELETED)} FROM gf_worker")
