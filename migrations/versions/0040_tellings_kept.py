"""Only the worker deletes what the client's people were told, when its time is over.

Revision ID: 0040
Revises: 0039
"""

from __future__ import annotations

from alembic import op

from migrations.tables import begin

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None


def upgrade() -> None:
    begin()
    op.execute("REVOKE DELETE ON gf.client_context FROM gf_app")


def downgrade() -> None:
    begin()
    op.execute("GRANT DELETE ON gf.client_context TO gf_app")
