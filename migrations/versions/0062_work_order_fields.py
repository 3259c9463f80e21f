"""What a work order also says: when it is wanted and expected, parties, relations, ids elsewhere, who works on it.

Revision ID: 0062
Revises: 0061
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from migrations.tables import begin, create_tenant_table, tenant_reference

revision = "0062"
down_revision = "0061"
branch_labels = None
depends_on = None

AT = sa.TIMESTAMP(timezone=True)

COLUMNS: dict[str, sa.types.TypeEngine[Any]] = {
    "channel": sa.Text(), "requested_resolution_at": AT, "expected_resolution_at": AT, "started_at": AT,
    "auto_close_at": AT, "parties": sa.Text(), "related": sa.Text(), "custom": sa.Text(), "assignment": sa.Text(),
    "assigned_agent_id": sa.Uuid(),
}  # fmt: skip
CHANGING = (
    "title", "title_bidx", "description", "priority", "severity", "requested_resolution_at", "expected_resolution_at",
    "started_at", "auto_close_at", "parties", "related", "custom", "assignment", "assigned_agent_id",
)  # fmt: skip


def upgrade() -> None:
    begin()
    for name, kind in COLUMNS.items():
        op.add_column("work_order", sa.Column(name, kind), schema="gf")
    op.execute(f"GRANT UPDATE ({', '.join(CHANGING)}) ON gf.work_order TO gf_app, gf_worker")
    op.execute(
        "CREATE INDEX work_order_assigned ON gf.work_order (tenant_id, assigned_agent_id, id)"
        " WHERE assigned_agent_id IS NOT NULL"
    )
    op.execute(
        "CREATE INDEX work_order_auto_close ON gf.work_order (tenant_id, auto_close_at) WHERE auto_close_at IS NOT NULL"
    )
    _references()
    create_tenant_table(
        "work_order_relation",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("work_order_id", sa.Uuid(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("other_id", sa.Uuid(), nullable=False),
        tenant_reference("work_order", "work_order_id", ondelete="CASCADE"),
        tenant_reference("work_order", "other_id", ondelete="CASCADE"),
        sa.CheckConstraint("work_order_id <> other_id", name="work_order_relation_other"),
        key=("tenant_id", "work_order_id", "type", "other_id"),
        delete=True,
    )
    op.create_index("work_order_relation_other_end", "work_order_relation", ["tenant_id", "other_id"], schema="gf")
    create_tenant_table(
        "work_order_term",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("term", sa.LargeBinary(), nullable=False),
        sa.Column("work_order_id", sa.Uuid(), nullable=False),
        tenant_reference("work_order", "work_order_id", ondelete="CASCADE"),
        key=("tenant_id", "term", "work_order_id"),
        delete=True,
    )
    op.create_index("work_order_term_of", "work_order_term", ["tenant_id", "work_order_id"], schema="gf")


def _references() -> None:
    create_tenant_table(
        "work_order_reference",
        sa.Column("work_order_id", sa.Uuid(), nullable=False),
        sa.Column("connection", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False, server_default=""),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("external_bidx", sa.LargeBinary(), nullable=False),
        tenant_reference("work_order", "work_order_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["tenant_id", "connection"], ["gf.connection.tenant_id", "gf.connection.code"]),
        sa.UniqueConstraint(
            "tenant_id", "external_bidx", "owner", "connection", "type", name="work_order_reference_once"
        ),
        update=("external_id", "external_bidx"),
        delete=True,
    )
    op.create_index(
        "work_order_reference_of", "work_order_reference", ["tenant_id", "work_order_id", "id"], schema="gf"
    )


def downgrade() -> None:
    begin()
    for name in ("work_order_term", "work_order_relation", "work_order_reference"):
        op.drop_table(name, schema="gf")
    for name in COLUMNS:
        op.drop_column("work_order", name, schema="gf")
