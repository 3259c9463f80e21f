"""How old the configuration is that the calls of a client follow while its own database is away.

Revision ID: 0020
Revises: 0019
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TIMESTAMP

from migrations.tables import begin

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    begin()
    op.add_column("placement", sa.Column("remembered_at", TIMESTAMP(timezone=True)), schema="control")


def downgrade() -> None:
    begin()
    op.drop_column("placement", "remembered_at", schema="control")
