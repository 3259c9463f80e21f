"""What was left out of a recording stands beside it.

Revision ID: 0037
Revises: 0036
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from migrations.tables import begin

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    begin()
    gaps = sa.Column("gaps", JSONB(), nullable=False, server_default=sa.text("'[]'::jsonb"))
    op.add_column("recording", gaps, schema="gf")


def downgrade() -> None:
    begin()
    op.drop_column("recording", "gaps", schema="gf")
