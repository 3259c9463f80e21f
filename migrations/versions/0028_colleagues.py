"""Colleagues whom a colleague added: the centre file does not say who they are, and does not dismiss them.

Revision ID: 0028
Revises: 0027
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.tables import begin

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    begin()
    op.add_column(
        "user",
        sa.Column("added_by_colleague", sa.Boolean(), nullable=False, server_default=sa.text("false")),
        schema="control",
    )


def downgrade() -> None:
    begin()
    op.drop_column("user", "added_by_colleague", schema="control")
