"""Trunks of clients and of the outsourcer, with all that says how they are reached, and the secrets of their logins.

Revision ID: 0034
Revises: 0033
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.tables import begin, create_control_table

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    begin()
    op.add_column(
        "trunk",
        sa.Column("content", postgresql.JSONB(), nullable=False, server_default=sa.text("'{}'::jsonb")),
        schema="control",
    )
    create_control_table(
        "trunk_secret",
        sa.Column("name", sa.Text(), primary_key=True),
        sa.Column("tenant_id", sa.Uuid(), sa.ForeignKey("control.tenant.id")),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("changed_at", sa.TIMESTAMP(timezone=True), nullable=False),
    )


def downgrade() -> None:
    begin()
    op.drop_table("trunk_secret", schema="control")
    op.drop_column("trunk", "content", schema="control")
