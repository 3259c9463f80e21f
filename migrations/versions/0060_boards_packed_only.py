"""A stored board is what is packed; the column that the version before that read is gone.

Revision ID: 0060
Revises: 0059
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from migrations.tables import begin

revision = "0060"
down_revision = "0059"
branch_labels = None
depends_on = None

NONE = '{"version": 0}'


def upgrade() -> None:
    begin()
    op.drop_column("board_keyframe", "state", schema="gf")


def downgrade() -> None:
    begin()
    made = sa.Column("state", JSONB(), nullable=False, server_default=sa.text(f"'{NONE}'::jsonb"))
    op.add_column("board_keyframe", made, schema="gf")
