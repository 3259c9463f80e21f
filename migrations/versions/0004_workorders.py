"""Work orders, their comments, their numbers, and the answers that a retried request gets again.

Revision ID: 0004
Revises: 0003
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP

from migrations.tables import begin, create_tenant_table, tenant_reference

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

AT = TIMESTAMP(timezone=True)

_CHANGING = (
    "status", "status_reason", "pending_on", "resolution_code", "resolution_summary", "version", "event_seq",
    "updated_at", "acknowledged_at", "resolved_at", "closed_at",
)  # fmt: skip


def upgrade() -> None:
    begin()
    create_tenant_table(
        "work_order_counter",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        key=("tenant_id",),
        update=("last",),
    )
    _work_order()
    _comment()
    create_tenant_table(
        "idempotency",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("credential", sa.Text(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("route", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("headers", JSONB(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", AT, nullable=False),
        key=("tenant_id", "credential", "method", "route", "key"),
        update=("fingerprint", "status", "headers", "body", "expires_at"),
        delete=True,
    )
    op.create_index("idempotency_expiry", "idempotency", ["tenant_id", "expires_at"], schema="gf")


def _work_order() -> None:
    create_tenant_table(
        "work_order",
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("connection", sa.Text(), nullable=False),
        sa.Column("requester_side", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("priority", sa.Text(), nullable=False),
        sa.Column("severity", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("status_reason", sa.Text()),
        sa.Column("pending_on", sa.Text()),
        sa.Column("resolution_code", sa.Text()),
        sa.Column("resolution_summary", sa.Text()),
        sa.Column("interaction_id", sa.Uuid()),
        sa.Column("agent_id", sa.Uuid()),
        sa.Column("created_by_id", sa.Text(), nullable=False),
        sa.Column("created_by_name", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("event_seq", sa.BigInteger(), nullable=False),
        sa.Column("created_at", AT, nullable=False),
        sa.Column("updated_at", AT, nullable=False),
        sa.Column("acknowledged_at", AT),
        sa.Column("resolved_at", AT),
        sa.Column("closed_at", AT),
        sa.UniqueConstraint("tenant_id", "number", name="work_order_number"),
        sa.ForeignKeyConstraint(["tenant_id", "connection"], ["gf.connection.tenant_id", "gf.connection.code"]),
        tenant_reference("interaction", "interaction_id"),
        sa.CheckConstraint("requester_side IN ('outsourcer', 'tenant')", name="work_order_requester_side"),
        sa.CheckConstraint("priority IN ('critical', 'high', 'medium', 'low')", name="work_order_priority"),
        sa.CheckConstraint("severity IN ('critical', 'major', 'minor')", name="work_order_severity"),
        sa.CheckConstraint(
            "status IN ('submitted', 'acknowledged', 'inProgress', 'pending', 'held', 'resolved', 'closed',"
            " 'rejected', 'cancelled')",
            name="work_order_status",
        ),
        sa.CheckConstraint("(status = 'pending') = (pending_on IS NOT NULL)", name="work_order_pending_on"),
        update=_CHANGING,
    )
    for name, column in (
        ("connection", "connection"), ("status", "status"), ("agent", "agent_id"), ("interaction", "interaction_id"),
    ):  # fmt: skip
        op.create_index(f"work_order_{name}_newest", "work_order", ["tenant_id", column, "id"], schema="gf")


def _comment() -> None:
    create_tenant_table(
        "work_order_comment",
        sa.Column("work_order_id", sa.Uuid(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("visibility", sa.Text(), nullable=False),
        sa.Column("author_side", sa.Text(), nullable=False),
        sa.Column("author_id", sa.Text(), nullable=False),
        sa.Column("author_name", sa.Text(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("created_at", AT, nullable=False),
        tenant_reference("work_order", "work_order_id"),
        sa.CheckConstraint("visibility IN ('shared', 'internal')", name="work_order_comment_visibility"),
        sa.CheckConstraint("author_side IN ('outsourcer', 'tenant')", name="work_order_comment_author_side"),
    )
    op.create_index("work_order_comment_order", "work_order_comment", ["tenant_id", "work_order_id", "id"], schema="gf")


def downgrade() -> None:
    begin()
    for name in ("idempotency", "work_order_comment", "work_order", "work_order_counter"):
        op.drop_table(name, schema="gf")
