"""Keyframes through the whole of a journal, found by the time of their fact, with what happened since the one before.

``state`` stays for the processes of the version before, which read it and then do without; its rows go.

Revision ID: 0047
Revises: 0046
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import BYTEA, JSONB

from migrations.tables import begin

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None

NONE = '{"version": 0}'


def upgrade() -> None:
    begin()
    op.execute("DELETE FROM gf.board_keyframe")
    op.alter_column("board_keyframe", "state", server_default=sa.text(f"'{NONE}'::jsonb"), schema="gf")
    for column in (
        sa.Column("version", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("packed", BYTEA(), nullable=False, server_default=sa.text("''::bytea")),
        sa.Column("marks", JSONB(), nullable=False, server_default=sa.text("'{}'::jsonb")),
        sa.Column("kinds", sa.Text(), nullable=False, server_default=""),
    ):
        op.add_column("board_keyframe", column, schema="gf")
    op.create_index("board_keyframe_at", "board_keyframe", ["tenant_id", "version", "at", "seq"], schema="gf")


def downgrade() -> None:
    begin()
    op.execute("DELETE FROM gf.board_keyframe")
    op.drop_index("board_keyframe_at", "board_keyframe", schema="gf")
    for column in ("kinds", "marks", "packed", "version"):
        op.drop_column("board_keyframe", column, schema="gf")
    op.alter_column("board_keyframe", "state", server_default=None, schema="gf")
