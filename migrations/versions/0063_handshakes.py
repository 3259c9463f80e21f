"""Handshakes about a work order: questions to the requester, requests to cancel, tasks for a seat.

Revision ID: 0063
Revises: 0062
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.tables import begin, create_tenant_table, tenant_reference

revision = "0063"
down_revision = "0062"
branch_labels = None
depends_on = None

AT = sa.TIMESTAMP(timezone=True)
SEALED = {
    "work_order_info_request": ("question", "answer", "fields"),
    "work_order_cancellation": ("reason", "decision_reason"),
    "work_order_seat_task": ("instructions", "outcome"),
}


def upgrade() -> None:
    begin()
    _info_request()
    _cancellation()
    _seat_task()
    for table, columns in SEALED.items():
        op.create_index(f"{table}_order", table, ["tenant_id", "work_order_id", "id"], schema="gf")
        op.execute(f"GRANT DELETE, UPDATE ({', '.join(columns)}) ON gf.{table} TO gf_worker")


def _info_request() -> None:
    create_tenant_table(
        "work_order_info_request",
        sa.Column("work_order_id", sa.Uuid(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("path", sa.Text()),
        sa.Column("due_at", AT),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("asked_side", sa.Text(), nullable=False),
        sa.Column("asked_by_name", sa.Text(), nullable=False),
        sa.Column("asked_at", AT, nullable=False),
        sa.Column("answer", sa.Text()),
        sa.Column("fields", sa.Text()),
        sa.Column("answered_by_name", sa.Text()),
        sa.Column("closed_at", AT),
        tenant_reference("work_order", "work_order_id"),
        sa.CheckConstraint("state IN ('open', 'answered', 'withdrawn')", name="work_order_info_request_state"),
        sa.CheckConstraint("(state = 'open') = (closed_at IS NULL)", name="work_order_info_request_closed"),
        sa.CheckConstraint("asked_side IN ('outsourcer', 'tenant')", name="work_order_info_request_side"),
        update=("state", "answer", "fields", "answered_by_name", "closed_at"),
    )


def _cancellation() -> None:
    create_tenant_table(
        "work_order_cancellation",
        sa.Column("work_order_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("requested_side", sa.Text(), nullable=False),
        sa.Column("requested_by_name", sa.Text(), nullable=False),
        sa.Column("requested_at", AT, nullable=False),
        sa.Column("error", sa.Text()),
        sa.Column("decision_reason", sa.Text()),
        sa.Column("decided_by_name", sa.Text()),
        sa.Column("decided_at", AT),
        tenant_reference("work_order", "work_order_id"),
        sa.CheckConstraint(
            "state IN ('accepted', 'inProgress', 'done', 'terminatedWithError')", name="work_order_cancellation_state"
        ),
        sa.CheckConstraint(
            "(state IN ('done', 'terminatedWithError')) = (decided_at IS NOT NULL)",
            name="work_order_cancellation_decided",
        ),
        sa.CheckConstraint(
            "(state = 'terminatedWithError') = (error IS NOT NULL)", name="work_order_cancellation_error"
        ),
        sa.CheckConstraint("requested_side IN ('outsourcer', 'tenant')", name="work_order_cancellation_side"),
        update=("state", "error", "decision_reason", "decided_by_name", "decided_at"),
    )
    op.create_index(
        "work_order_cancellation_open", "work_order_cancellation", ["tenant_id", "work_order_id"], unique=True,
        schema="gf", postgresql_where=sa.text("decided_at IS NULL"),
    )  # fmt: skip


def _seat_task() -> None:
    create_tenant_table(
        "work_order_seat_task",
        sa.Column("work_order_id", sa.Uuid(), nullable=False),
        sa.Column("agent_id", sa.Uuid()),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("instructions", sa.Text(), nullable=False),
        sa.Column("due_at", AT),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("created_side", sa.Text(), nullable=False),
        sa.Column("created_by_name", sa.Text(), nullable=False),
        sa.Column("created_at", AT, nullable=False),
        sa.Column("accepted_at", AT),
        sa.Column("outcome", sa.Text()),
        sa.Column("call_id", sa.Uuid()),
        sa.Column("completed_at", AT),
        tenant_reference("work_order", "work_order_id"),
        sa.CheckConstraint(
            "kind IN ('inform_customer', 'call_back', 'collect_info')", name="work_order_seat_task_kind"
        ),
        sa.CheckConstraint(
            "state IN ('open', 'accepted', 'done', 'failed', 'withdrawn')", name="work_order_seat_task_state"
        ),
        sa.CheckConstraint(
            "(state IN ('open', 'accepted')) = (completed_at IS NULL)", name="work_order_seat_task_completed"
        ),
        sa.CheckConstraint("created_side IN ('outsourcer', 'tenant')", name="work_order_seat_task_side"),
        update=("agent_id", "state", "accepted_at", "outcome", "call_id", "completed_at"),
    )
    op.create_index(
        "work_order_seat_task_waiting", "work_order_seat_task", ["tenant_id", "agent_id", "id"], schema="gf",
        postgresql_where=sa.text("completed_at IS NULL"),
    )  # fmt: skip


def downgrade() -> None:
    begin()
    for table in SEALED:
        op.drop_table(table, schema="gf")
