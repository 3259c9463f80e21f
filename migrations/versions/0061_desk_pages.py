"""When each agent's desk page was heard from last, and which web processes listen for them.

Revision ID: 0061
Revises: 0060
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.tables import begin, create_control_table

revision = "0061"
down_revision = "0060"
branch_labels = None
depends_on = None

AT = sa.TIMESTAMP(timezone=True)


def upgrade() -> None:
    begin()
    create_control_table(
        "desk_page",
        sa.Column("agent_id", sa.Uuid(), sa.ForeignKey("control.agent.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("heard_at", AT, nullable=False),
    )
    create_control_table(
        "desk_listener",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("since", AT, nullable=False),
        sa.Column("seen_at", AT, nullable=False),
    )
    without: sa.Column[bool] = sa.Column("calls_without_desk", sa.Boolean(), nullable=False, server_default=sa.false())
    op.add_column("floor", without, schema="control")
    op.add_column("agent_state", sa.Column("desk_lost_at", AT), schema="gf")
    op.execute("GRANT UPDATE (desk_lost_at) ON gf.agent_state TO gf_app, gf_worker")


def downgrade() -> None:
    begin()
    op.drop_column("agent_state", "desk_lost_at", schema="gf")
    op.drop_column("floor", "calls_without_desk", schema="control")
    op.drop_table("desk_listener", schema="control")
    op.drop_table("desk_page", schema="control")
