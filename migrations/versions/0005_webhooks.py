"""Webhook endpoints, the events that they are owed, deliveries and every attempt.

Revision ID: 0005
Revises: 0004
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TIMESTAMP

from migrations.tables import begin, create_tenant_table, tenant_reference

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

AT = TIMESTAMP(timezone=True)


def upgrade() -> None:
    begin()
    _endpoint()
    create_tenant_table(
        "webhook_event",
        sa.Column("connection", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("subject", sa.Uuid(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", AT, nullable=False),
        sa.UniqueConstraint("tenant_id", "subject", "sequence", name="webhook_event_sequence"),
    )
    _delivery()
    create_tenant_table(
        "webhook_attempt",
        sa.Column("delivery_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("started_at", AT, nullable=False),
        sa.Column("duration_ms", sa.Integer(), nullable=False),
        sa.Column("status", sa.Integer()),
        sa.Column("error", sa.Text()),
        sa.Column("response", sa.Text(), nullable=False),
        tenant_reference("webhook_delivery", "delivery_id"),
    )
    op.create_index("webhook_attempt_delivery", "webhook_attempt", ["tenant_id", "delivery_id", "id"], schema="gf")


def _endpoint() -> None:
    create_tenant_table(
        "webhook_endpoint",
        sa.Column("connection", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False, server_default="active"),
        sa.Column("state_reason", sa.Text()),
        sa.Column("failing_since", AT),
        sa.Column("throttled_until", AT),
        sa.Column("probed_at", AT),
        sa.Column("pulled_at", AT),
        sa.Column("created_at", AT, nullable=False, server_default=sa.text("clock_timestamp()")),
        sa.UniqueConstraint("tenant_id", "connection", name="webhook_endpoint_connection"),
        sa.ForeignKeyConstraint(["tenant_id", "connection"], ["gf.connection.tenant_id", "gf.connection.code"]),
        sa.CheckConstraint("state IN ('active', 'disabled')", name="webhook_endpoint_state"),
        update=("url", "secret", "state", "state_reason", "failing_since", "throttled_until", "probed_at", "pulled_at"),
    )


def _delivery() -> None:
    create_tenant_table(
        "webhook_delivery",
        sa.Column("endpoint_id", sa.Uuid(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("subject", sa.Uuid(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False, server_default="waiting"),
        sa.Column("attempts", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("due_at", AT, nullable=False, server_default=sa.text("clock_timestamp()")),
        sa.Column("planned_at", AT, nullable=False, server_default=sa.text("clock_timestamp()")),
        sa.Column("lease_until", AT),
        sa.Column("lease", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("delivered_at", AT),
        sa.Column("last_status", sa.Integer()),
        sa.Column("last_error", sa.Text()),
        tenant_reference("webhook_endpoint", "endpoint_id"),
        tenant_reference("webhook_event", "event_id"),
        sa.UniqueConstraint("tenant_id", "endpoint_id", "event_id", name="webhook_delivery_event"),
        sa.CheckConstraint("state IN ('waiting', 'delivered', 'dead')", name="webhook_delivery_state"),
        update=(
            "state", "attempts", "due_at", "planned_at", "lease_until", "lease", "delivered_at", "last_status",
            "last_error",
        ),
    )  # fmt: skip
    op.create_index(
        "webhook_delivery_due", "webhook_delivery", ["tenant_id", "endpoint_id", "due_at"], schema="gf",
        postgresql_where=sa.text("state = 'waiting'"),
    )  # fmt: skip
    op.create_index(
        "webhook_delivery_order", "webhook_delivery", ["tenant_id", "endpoint_id", "subject", "sequence"], schema="gf"
    )
    op.create_index(
        "webhook_delivery_dead", "webhook_delivery", ["tenant_id", "endpoint_id", "id"], schema="gf",
        postgresql_where=sa.text("state = 'dead'"),
    )  # fmt: skip


def downgrade() -> None:
    begin()
    for name in ("webhook_attempt", "webhook_delivery", "webhook_event", "webhook_endpoint"):
        op.drop_table(name, schema="gf")
