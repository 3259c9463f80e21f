"""What a queue's agents find at their desks, and the reasons of breaks that a floor's agents choose from.

Revision ID: 0029
Revises: 0028
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from migrations.tables import begin

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    begin()
    nothing, none = sa.text("'{}'::jsonb"), sa.text("'[]'::jsonb")
    op.add_column("queue", sa.Column("desk", JSONB(), nullable=False, server_default=nothing), schema="gf")
    op.execute("GRANT UPDATE (desk) ON gf.queue TO gf_app, gf_worker")
    op.add_column("floor", sa.Column("breaks", JSONB(), nullable=False, server_default=none), schema="control")


def downgrade() -> None:
    begin()
    op.drop_column("floor", "breaks", schema="control")
    op.drop_column("queue", "desk", schema="gf")
