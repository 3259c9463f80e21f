"""What clients ask of the supervisors: messages, and to listen in.

Revision ID: 0053
Revises: 0052
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.tables import begin, create_tenant_table

revision = "0053"
down_revision = "0052"
branch_labels = None
depends_on = None

AT = sa.TIMESTAMP(timezone=True)
CHANGED = ("text", "interaction_id", "read_at", "read_by", "decision", "answer", "answered_at", "answered_by")


def upgrade() -> None:
    begin()
    create_tenant_table(
        "client_ask",
        sa.Column("kind", sa.Text(), nullable=False),
        *(sa.Column(name, sa.Uuid()) for name in ("agent_id", "queue_id", "interaction_id")),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("user_id", "name", "role", "text")),
        sa.Column("asked_at", AT, nullable=False),
        sa.Column("read_at", AT),
        *(sa.Column(name, sa.Text()) for name in ("read_by", "decision", "answer")),
        sa.Column("answered_at", AT),
        sa.Column("answered_by", sa.Text()),
        sa.CheckConstraint("kind IN ('message', 'listen')", name="client_ask_kind"),
        sa.CheckConstraint("decision IN ('granted', 'declined', 'expired')", name="client_ask_decision"),
        update=CHANGED,
    )
    op.execute("GRANT DELETE ON gf.client_ask TO gf_worker")
    op.create_index("client_ask_asked", "client_ask", ["tenant_id", "asked_at"], schema="gf")
    op.create_index("client_ask_user", "client_ask", ["tenant_id", "user_id", "asked_at"], schema="gf")


def downgrade() -> None:
    begin()
    op.drop_table("client_ask", schema="gf")
