"""A contact's earlier conversations are found by the number's blind index, without reading every row.

Revision ID: 0035
Revises: 0034
"""

from __future__ import annotations

from alembic import op

from migrations.tables import begin

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    begin()
    op.execute("CREATE INDEX interaction_contact ON gf.interaction (tenant_id, contact_bidx, id DESC)")


def downgrade() -> None:
    begin()
    op.execute("DROP INDEX gf.interaction_contact")
