"""Which events a connection is told: work orders, and signed heads of the journal.

Revision ID: 0021
Revises: 0020
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

from migrations.tables import begin

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    begin()
    every: sa.Column[list[str]] = sa.Column(
        "events", ARRAY(sa.Text()), nullable=False, server_default=sa.text("'{work_orders}'::text[]")
    )
    op.add_column("connection", every, schema="gf")
    op.execute("GRANT UPDATE (events) ON gf.connection TO gf_app, gf_worker")


def downgrade() -> None:
    begin()
    op.drop_column("connection", "events", schema="gf")
