"""What the client's own people were told of calls.

Revision ID: 0038
Revises: 0037
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, TIMESTAMP

from migrations.tables import begin, create_tenant_table

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

AT = TIMESTAMP(timezone=True)
_WHEN = ("answered_at", "taken_at", "mailed_at", "opened_at", "acknowledged_at", "revoked_at")


def upgrade() -> None:
    begin()
    create_tenant_table(
        "client_context",
        sa.Column("interaction_id", sa.Uuid(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("ways", ARRAY(sa.Text()), nullable=False),
        sa.Column("by_agent_id", sa.Uuid()),
        sa.Column("sent_at", AT, nullable=False),
        sa.Column("expires_at", AT, nullable=False),
        *(sa.Column(name, AT) for name in _WHEN),
        sa.Column("acknowledged_by", sa.Text()),
        update=(*_WHEN, "acknowledged_by"),
        delete=True,
    )
    op.create_index("client_context_interaction", "client_context", ["tenant_id", "interaction_id"], schema="gf")
    op.create_index("client_context_sent", "client_context", ["tenant_id", "sent_at"], schema="gf")


def downgrade() -> None:
    begin()
    op.drop_table("client_context", schema="gf")
