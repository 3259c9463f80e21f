"""Numbers that a client does not let anybody call.

Revision ID: 0043
Revises: 0042
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.tables import begin, create_tenant_table

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None

AT = sa.TIMESTAMP(timezone=True)
LIFTED = ("lifted_by", "lifted_name", "lifted_why")
TEXTS = ("contact", "why", "source", "added_by", "added_name")


def upgrade() -> None:
    begin()
    create_tenant_table(
        "do_not_call",
        sa.Column("batch_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("number_bidx", sa.LargeBinary(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in TEXTS),
        sa.Column("added_at", AT, nullable=False),
        sa.Column("expires_at", AT),
        *(sa.Column(name, sa.Text()) for name in LIFTED),
        sa.Column("lifted_at", AT),
        update=("number", "number_bidx", *LIFTED, "lifted_at"),
    )
    op.execute("CREATE UNIQUE INDEX do_not_call_one ON gf.do_not_call (tenant_id, number_bidx) WHERE lifted_at IS NULL")
    op.execute("CREATE INDEX do_not_call_new ON gf.do_not_call (tenant_id, id DESC) WHERE lifted_at IS NULL")


def downgrade() -> None:
    begin()
    op.drop_table("do_not_call", schema="gf")
