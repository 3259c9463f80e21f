"""What is agreed about work orders, version by version, and the clocks of each.

Revision ID: 0067
Revises: 0066
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from migrations.tables import begin, create_tenant_table, tenant_reference

revision = "0067"
down_revision = "0066"
branch_labels = None
depends_on = None

AT = sa.TIMESTAMP(timezone=True)
COLUMNS: dict[str, sa.types.TypeEngine[Any]] = {
    "policy": sa.Text(), "plan": sa.Integer(), "owed_by": sa.Text(), "state": sa.Text(), "target": sa.Interval(),
    "begun": ARRAY(AT), "halted": ARRAY(AT), "cycle": sa.Integer(), "breaches": sa.Integer(), "told": sa.Integer(),
}  # fmt: skip
WHERE_THERE_IS: dict[str, sa.types.TypeEngine[Any]] = {
    "paused_for": sa.Text(), "ended": sa.Text(), "ended_at": AT, "breached_at": AT, "due_at": AT, "next_warning_at": AT,
}  # fmt: skip


def upgrade() -> None:
    begin()
    create_tenant_table(
        "work_order_plan",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("since", AT, nullable=False),
        sa.Column("content", JSONB(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        key=("tenant_id", "version"),
    )
    create_tenant_table(
        "work_order_clock",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("work_order_id", sa.Uuid(), nullable=False),
        sa.Column("metric", sa.Text(), nullable=False),
        *(sa.Column(name, kind, nullable=False) for name, kind in COLUMNS.items()),
        *(sa.Column(name, kind) for name, kind in WHERE_THERE_IS.items()),
        tenant_reference("work_order", "work_order_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["tenant_id", "plan"], ["gf.work_order_plan.tenant_id", "gf.work_order_plan.version"],
        ),
        key=("tenant_id", "work_order_id", "metric"),
        update=(*COLUMNS, *WHERE_THERE_IS),
    )  # fmt: skip
    for name, columns, where in (
        ("work_order_clock_next", "tenant_id, next_warning_at", "next_warning_at IS NOT NULL"),
        ("work_order_clock_due", "tenant_id, due_at", "ended IS NULL"),
        ("work_order_clock_plan", "tenant_id, plan", "ended IS NULL"),
    ):
        op.execute(f"CREATE INDEX {name} ON gf.work_order_clock ({columns}) WHERE {where}")


def downgrade() -> None:
    begin()
    for name in ("work_order_clock", "work_order_plan"):
        op.drop_table(name, schema="gf")
