"""An agent chooses the phone that rings.

Revision ID: 0044
Revises: 0043
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.tables import begin

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None


def upgrade() -> None:
    begin()
    op.add_column("agent", sa.Column("phone", sa.Text(), nullable=False, server_default=""), schema="control")
    op.create_check_constraint("agent_phone", "agent", "phone IN ('', 'browser', 'desk')", schema="control")
    op.add_column("agent_state", sa.Column("chosen_phone", sa.Text(), nullable=False, server_default=""), schema="gf")
    op.add_column(
        "agent_state", sa.Column("other_phone", sa.Boolean(), nullable=False, server_default="false"), schema="gf"
    )
    op.execute("GRANT UPDATE (chosen_phone, other_phone) ON gf.agent_state TO gf_app, gf_worker")


def downgrade() -> None:
    begin()
    op.drop_column("agent_state", "other_phone", schema="gf")
    op.drop_column("agent_state", "chosen_phone", schema="gf")
    op.drop_column("agent", "phone", schema="control")
