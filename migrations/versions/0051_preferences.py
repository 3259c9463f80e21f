"""A person may choose language, zone and clock of its own.

Revision ID: 0051
Revises: 0050
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from migrations.tables import begin

revision = "0051"
down_revision = "0050"
branch_labels = None
depends_on = None


def upgrade() -> None:
    begin()
    op.add_column("user", sa.Column("preferences", JSONB(), nullable=False, server_default="{}"), schema="control")


def downgrade() -> None:
    begin()
    op.drop_column("user", "preferences", schema="control")
