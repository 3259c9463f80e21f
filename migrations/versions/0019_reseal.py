"""The round that seals a client's old data under its newest key.

Revision ID: 0019
Revises: 0018
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TIMESTAMP

from migrations.tables import begin, create_tenant_table

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

AT = TIMESTAMP(timezone=True)


def upgrade() -> None:
    begin()
    create_tenant_table(
        "reseal",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("key_id", sa.Uuid(), nullable=False),
        sa.Column("asked_at", AT, nullable=False),
        *(sa.Column(name, AT) for name in ("lease_until", "finished_at")),
        *(
            sa.Column(name, sa.BigInteger(), nullable=False, server_default="0")
            for name in ("looked", "total", "changed", "unreadable")
        ),
        key=("tenant_id",),
        update=("key_id", "asked_at", "lease_until", "finished_at", "looked", "total", "changed", "unreadable"),
    )


def downgrade() -> None:
    begin()
    op.drop_table("reseal", schema="gf")
