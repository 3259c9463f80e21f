"""Keyframes of the live boards.

Revision ID: 0006
Revises: 0005
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP

from migrations.tables import begin, create_tenant_table

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    begin()
    create_tenant_table(
        "board_keyframe",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("at", TIMESTAMP(timezone=True), nullable=False),
        sa.Column("state", JSONB(), nullable=False),
        key=("tenant_id", "seq"),
        delete=True,
    )


def downgrade() -> None:
    begin()
    op.drop_table("board_keyframe", schema="gf")
