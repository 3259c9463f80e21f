"""Rentals with dates, an agent's own id in each tenant, spare desks, and where an agent sits now.

Revision ID: 0014
Revises: 0013
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.tables import begin, create_control_table

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    begin()
    create_control_table(
        "agent_alias",
        sa.Column("tenant_id", sa.Uuid(), sa.ForeignKey("control.tenant.id"), primary_key=True),
        sa.Column("agent_id", sa.Uuid(), primary_key=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("seat", sa.Text(), nullable=False),
        sa.UniqueConstraint("tenant_id", "id"),
    )
    # What journals and boards call the agents of older rentals must stay what it was.
    op.execute(
        "INSERT INTO control.agent_alias (tenant_id, agent_id, id, seat)"
        " SELECT tenant_id, agent_id, agent_id, seat_id FROM control.rental"
    )
    op.add_column("rental", sa.Column("from_on", sa.Date()), schema="control")
    op.add_column("rental", sa.Column("until_on", sa.Date()), schema="control")
    op.add_column(
        "seat", sa.Column("spare", sa.Boolean(), nullable=False, server_default=sa.text("false")), schema="control"
    )
    op.add_column(
        "agent", sa.Column("desk_id", sa.Text(), sa.ForeignKey("control.seat.id"), unique=True), schema="control"
    )


def downgrade() -> None:
    begin()
    op.drop_column("agent", "desk_id", schema="control")
    op.drop_column("seat", "spare", schema="control")
    op.drop_column("rental", "until_on", schema="control")
    op.drop_column("rental", "from_on", schema="control")
    op.drop_table("agent_alias", schema="control")
