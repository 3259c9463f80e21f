"""Uploaded recordings of prompts, and which of them a prompt plays.

Revision ID: 0027
Revises: 0026
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from migrations.tables import begin, create_tenant_table

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    begin()
    create_tenant_table(
        "prompt_sound",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("sound", sa.LargeBinary(), nullable=False),
        sa.Column("duration_ms", sa.Integer(), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("uploaded_by", sa.Text(), nullable=False),
        sa.UniqueConstraint("tenant_id", "digest", name="prompt_sound_digest"),
    )
    played: sa.Column[object] = sa.Column("audio", JSONB(), nullable=False, server_default=sa.text("'{}'::jsonb"))
    op.add_column("prompt", played, schema="gf")
    op.execute("GRANT UPDATE (audio) ON gf.prompt TO gf_app, gf_worker")


def downgrade() -> None:
    begin()
    op.drop_column("prompt", "audio", schema="gf")
    op.drop_table("prompt_sound", schema="gf")
