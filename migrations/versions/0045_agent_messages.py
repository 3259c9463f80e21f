"""Messages from supervisors to agents.

Revision ID: 0045
Revises: 0044
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.tables import begin, create_tenant_table

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None

AT = sa.TIMESTAMP(timezone=True)
CHANGED = ("text", "answer", "read_at", "answered_at", "answer_seen_at")


def upgrade() -> None:
    begin()
    create_tenant_table(
        "agent_message",
        *(sa.Column(name, sa.Uuid(), nullable=False) for name in ("batch_id", "agent_id")),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("queue_id", sa.Uuid()),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("user_id", "name", "text")),
        sa.Column("sent_at", AT, nullable=False),
        sa.Column("read_at", AT),
        sa.Column("answer", sa.Text()),
        *(sa.Column(name, AT) for name in ("answered_at", "answer_seen_at")),
        sa.CheckConstraint("audience IN ('agent', 'queue', 'client', 'all')", name="agent_message_audience"),
        update=CHANGED,
    )
    op.execute("GRANT DELETE ON gf.agent_message TO gf_worker")
    for name, column in (("agent", "agent_id"), ("sender", "user_id")):
        op.create_index(f"agent_message_{name}", "agent_message", ["tenant_id", column, "sent_at"], schema="gf")


def downgrade() -> None:
    begin()
    op.drop_table("agent_message", schema="gf")
