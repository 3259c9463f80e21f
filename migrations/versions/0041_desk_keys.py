"""A person may have own keys at the desk.

Revision ID: 0041
Revises: 0040
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from migrations.tables import begin

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None


def upgrade() -> None:
    begin()
    op.add_column("user", sa.Column("desk_keys", JSONB(), nullable=False, server_default="{}"), schema="control")


def downgrade() -> None:
    begin()
    op.drop_column("user", "desk_keys", schema="control")
