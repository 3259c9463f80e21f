"""An index over what an endpoint has taken, by when: how many lately and the last one are read from it.

Revision ID: 0075
Revises: 0074
"""

from __future__ import annotations

from alembic import op

from migrations.tables import begin

revision = "0075"
down_revision = "0074"
branch_labels = None
depends_on = None


def upgrade() -> None:
    begin()
    op.execute(
        "CREATE INDEX webhook_delivery_taken ON gf.webhook_delivery (tenant_id, endpoint_id, delivered_at)"
        " WHERE state = 'delivered'"
    )


def downgrade() -> None:
    begin()
    op.execute("DROP INDEX gf.webhook_delivery_taken")
