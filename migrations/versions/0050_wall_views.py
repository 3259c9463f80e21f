"""Screens on walls and tiles in pages, and single-use tickets for sockets of browsers.

Revision ID: 0050
Revises: 0049
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from migrations.tables import begin, create_control_table, create_tenant_table

revision = "0050"
down_revision = "0049"
branch_labels = None
depends_on = None

AT = sa.TIMESTAMP(timezone=True)
CHANGED = (
    "name", "look", "secret_hash", "changed_at", "expires_at", "revoked_at", "revoked_name", "seen_at", "seen_from",
)  # fmt: skip


def upgrade() -> None:
    begin()
    create_tenant_table(
        "wall_view",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("look", JSONB(), nullable=False),
        sa.Column("secret_hash", sa.LargeBinary(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("made_name", sa.Text(), nullable=False),
        sa.Column("by_staff", sa.Boolean(), nullable=False),
        sa.Column("made_at", AT, nullable=False),
        sa.Column("changed_at", AT, nullable=False),
        sa.Column("expires_at", AT),
        sa.Column("revoked_at", AT),
        sa.Column("revoked_name", sa.Text()),
        sa.Column("seen_at", AT),
        sa.Column("seen_from", sa.Text(), nullable=False, server_default=""),
        sa.CheckConstraint("kind IN ('screen', 'tile')", name="wall_view_kind"),
        update=CHANGED,
    )
    op.execute("GRANT DELETE ON gf.wall_view TO gf_worker")
    create_control_table(
        "live_pass",
        sa.Column("hash", sa.LargeBinary(), primary_key=True),
        sa.Column("tenant_id", sa.Uuid(), sa.ForeignKey("control.tenant.id"), nullable=False),
        sa.Column("credential", sa.Text(), nullable=False),
        sa.Column("expires_at", AT, nullable=False),
    )
    op.create_index("live_pass_tenant", "live_pass", ["tenant_id", "expires_at"], schema="control")


def downgrade() -> None:
    begin()
    op.drop_table("live_pass", schema="control")
    op.drop_table("wall_view", schema="gf")
