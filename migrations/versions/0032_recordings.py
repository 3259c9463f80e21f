"""Recordings are kept compressed: what is kept, and its digest, beside the digest of what the phone engine wrote.

Revision ID: 0032
Revises: 0031
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.tables import begin

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

COLUMNS = ("media", "content_sha256", "channels", "repaired")


def upgrade() -> None:
    begin()
    for column in (
        sa.Column("media", sa.Text(), nullable=False, server_default="audio/wav"),
        sa.Column("content_sha256", sa.Text(), nullable=True),
        sa.Column("channels", sa.SmallInteger(), nullable=False, server_default=sa.text("1")),
        sa.Column("repaired", sa.Boolean(), nullable=False, server_default=sa.text("false")),
    ):
        op.add_column("recording", column, schema="gf")


def downgrade() -> None:
    begin()
    for name in reversed(COLUMNS):
        op.drop_column("recording", name, schema="gf")
