"""A place's browser phone has a password and a turn of its own: both change when somebody else sits down there.

Revision ID: 0024
Revises: 0023
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.tables import begin

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    begin()
    op.add_column(
        "seat",
        sa.Column("web_secret", sa.Text(), nullable=False, server_default=sa.text("gen_random_uuid()::text")),
        schema="control",
    )
    op.add_column(
        "seat", sa.Column("turn", sa.Integer(), nullable=False, server_default=sa.text("0")), schema="control"
    )


def downgrade() -> None:
    begin()
    op.drop_column("seat", "turn", schema="control")
    op.drop_column("seat", "web_secret", schema="control")
