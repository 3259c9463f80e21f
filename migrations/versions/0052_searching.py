"""What interactions are searched by beside their own columns, and the indexes of those; views of a list that are kept.

Revision ID: 0052
Revises: 0051
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.tables import begin, create_tenant_table, tenant_reference

revision = "0052"
down_revision = "0051"
branch_labels = None
depends_on = None

_INDEXES = {
    "interaction_outcome": "outcome, id DESC",
    "interaction_disposition": "disposition, id DESC",
    "interaction_direction": "direction, id DESC",
    "interaction_flow": "flow, id DESC",
    "interaction_waited": "wait_ms DESC NULLS LAST, id DESC",
    "interaction_talked": "talk_ms DESC NULLS LAST, id DESC",
}


def upgrade() -> None:
    begin()
    op.execute("ALTER TABLE gf.interaction ADD COLUMN IF NOT EXISTS tagged integer NOT NULL DEFAULT 0")
    op.execute("GRANT UPDATE (tagged) ON gf.interaction TO gf_app, gf_worker")
    create_tenant_table(
        "interaction_tag",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("tag", sa.Text(collation="C"), nullable=False),
        sa.Column("interaction_id", sa.Uuid(), nullable=False),
        tenant_reference("interaction", "interaction_id"),
        key=("tenant_id", "tag", "interaction_id"),
        delete=True,
    )
    op.create_index("interaction_tag_of", "interaction_tag", ["tenant_id", "interaction_id"], schema="gf")
    for name, columns in _INDEXES.items():
        op.execute(f"CREATE INDEX {name} ON gf.interaction (tenant_id, {columns})")
    op.execute("CREATE INDEX interaction_task ON gf.interaction (tenant_id, task, id DESC) WHERE task IS NOT NULL")
    op.execute(
        "CREATE INDEX interaction_plain ON gf.interaction (tenant_id, contact_number)"
        " WHERE contact_bidx IS NULL AND contact_number IS NOT NULL"
    )
    op.execute("CREATE INDEX interaction_untagged ON gf.interaction (tenant_id, id DESC) WHERE tagged < 1")
    create_tenant_table(
        "saved_view",
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("page", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("saved_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.UniqueConstraint("tenant_id", "user_id", "page", "name", name="saved_view_name"),
        update=("query", "saved_at"),
        delete=True,
    )


def downgrade() -> None:
    begin()
    op.drop_table("saved_view", schema="gf")
    for name in (*_INDEXES, "interaction_task", "interaction_plain", "interaction_untagged"):
        op.execute(f"DROP INDEX gf.{name}")
    op.drop_table("interaction_tag", schema="gf")
    op.drop_column("interaction", "tagged", schema="gf")
