"""A client's managers hold conversations: what is held is not deleted when its time is over.

Revision ID: 0039
Revises: 0038
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.tables import begin, create_tenant_table

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

AT = sa.TIMESTAMP(timezone=True)
LIFTED = ("lifted_by", "lifted_name", "lifted_why")


def upgrade() -> None:
    begin()
    create_tenant_table(
        "legal_hold",
        sa.Column("interaction_id", sa.Uuid(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("reason", "set_by", "set_name")),
        sa.Column("set_at", AT, nullable=False),
        *(sa.Column(name, sa.Text()) for name in LIFTED),
        sa.Column("lifted_at", AT),
        update=(*LIFTED, "lifted_at"),
    )
    op.execute(
        "CREATE UNIQUE INDEX legal_hold_one ON gf.legal_hold (tenant_id, interaction_id) WHERE lifted_at IS NULL"
    )


def downgrade() -> None:
    begin()
    op.drop_table("legal_hold", schema="gf")
