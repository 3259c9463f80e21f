"""A client's own public key: what it takes along is encrypted to it.

Revision ID: 0016
Revises: 0015
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.tables import begin, create_tenant_table

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    begin()
    create_tenant_table(
        "export_key",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("recipient", "named_by", "named_name")),
        sa.Column("named_at", sa.TIMESTAMP(timezone=True), nullable=False),
        key=("tenant_id",),
        update=("recipient", "named_by", "named_name", "named_at"),
        delete=True,
    )
    op.add_column("export", sa.Column("recipient", sa.Text()), schema="gf")


def downgrade() -> None:
    begin()
    op.drop_column("export", "recipient", schema="gf")
    op.drop_table("export_key", schema="gf")
