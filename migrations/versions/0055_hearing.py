"""How loud recordings are, sealed like them.

Revision ID: 0055
Revises: 0054
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.tables import begin, create_tenant_table

revision = "0055"
down_revision = "0054"
branch_labels = None
depends_on = None


def upgrade() -> None:
    begin()
    create_tenant_table(
        "recording_peaks", sa.Column("peaks", sa.LargeBinary(), nullable=False), update=("peaks",), delete=True
    )


def downgrade() -> None:
    begin()
    op.drop_table("recording_peaks", schema="gf")
