"""A comment has the id that its writer's own system gave it.

Revision ID: 0077
Revises: 0076
"""

from __future__ import annotations

from alembic import op

from migrations.tables import begin

revision = "0077"
down_revision = "0076"
branch_labels = None
depends_on = None


def upgrade() -> None:
    begin()
    op.execute("ALTER TABLE gf.work_order_comment ADD COLUMN external_id text")


def downgrade() -> None:
    begin()
    op.execute("ALTER TABLE gf.work_order_comment DROP COLUMN external_id")
