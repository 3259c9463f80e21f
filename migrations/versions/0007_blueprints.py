"""Blueprints keep the text that was applied, and a tenant may have one draft of the next version.

Revision ID: 0007
Revises: 0006
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP

from migrations.tables import begin, create_tenant_table

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

INDEXES = (
    ("membership_tenant", "membership", "tenant_id"),
    ("number_tenant", "number", "tenant_id"),
    ("rental_seat", "rental", "seat_id"),
)
"""Applying one client's blueprint touches its own rows only, however many clients there are."""


def upgrade() -> None:
    begin()
    op.add_column("blueprint", sa.Column("source", sa.Text()), schema="gf")
    op.add_column("blueprint", sa.Column("summary", sa.Text(), nullable=False, server_default=""), schema="gf")
    op.add_column("blueprint", sa.Column("reverted_to", sa.Integer()), schema="gf")
    create_tenant_table(
        "blueprint_draft",
        sa.Column("base_version", sa.Integer(), nullable=False),
        sa.Column("content", JSONB(), nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.Column("changed_at", TIMESTAMP(timezone=True), nullable=False),
        sa.UniqueConstraint("tenant_id", name="blueprint_draft_one"),
        update=("base_version", "content", "changed_by", "changed_at"),
        delete=True,
    )
    for name, table, column in INDEXES:
        op.create_index(name, table, [column], schema="control")


def downgrade() -> None:
    begin()
    for name, table, _ in INDEXES:
        op.drop_index(name, table, schema="control")
    op.drop_table("blueprint_draft", schema="gf")
    op.drop_column("blueprint", "reverted_to", schema="gf")
    op.drop_column("blueprint", "summary", schema="gf")
    op.drop_column("blueprint", "source", schema="gf")
