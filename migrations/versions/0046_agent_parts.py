"""What each agent did in a conversation, so that one that was handed on counts in the day of everybody who talked.

Revision ID: 0046
Revises: 0045
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.tables import begin, create_tenant_table

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None


def upgrade() -> None:
    begin()
    create_tenant_table(
        "agent_part",
        *(sa.Column(name, sa.Uuid(), nullable=False) for name in ("tenant_id", "interaction_id", "agent_id")),
        sa.Column("at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("queue_id", sa.Uuid()),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in ("talk_ms", "hold_ms", "wrap_ms")),
        key=("tenant_id", "interaction_id", "agent_id", "at"),
    )
    op.create_index("agent_part_agent", "agent_part", ["tenant_id", "agent_id", "at"], schema="gf")
    op.execute("GRANT DELETE ON gf.agent_part TO gf_worker")
    op.execute(
        "INSERT INTO gf.agent_part (tenant_id, interaction_id, agent_id, at, queue_id, talk_ms, hold_ms, wrap_ms)"
        " SELECT tenant_id, id, agent_id, ended_at, queue_id, coalesce(talk_ms, 0), coalesce(hold_ms, 0), wrap_ms"
        " FROM gf.interaction WHERE wrap_ms IS NOT NULL AND agent_id IS NOT NULL AND ended_at IS NOT NULL"
        " AND started_at > now() - interval '2 days'"
    )


def downgrade() -> None:
    begin()
    op.drop_table("agent_part", schema="gf")
