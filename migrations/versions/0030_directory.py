"""The client's own people, to whom calls are handed.

Revision ID: 0030
Revises: 0029
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP

from migrations.tables import begin, create_tenant_table

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    begin()
    create_tenant_table(
        "directory_entry",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("retired_at", TIMESTAMP(timezone=True)),
        sa.Column("content", JSONB(), nullable=False),
        sa.UniqueConstraint("tenant_id", "code", name="directory_entry_code"),
        update=("retired_at", "content"),
    )


def downgrade() -> None:
    begin()
    op.drop_table("directory_entry", schema="gf")
