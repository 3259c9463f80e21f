"""A red result of the probe is an alarm on every page until a green one, or until it is acknowledged with a reason.

Revision ID: 0025
Revises: 0024
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, TIMESTAMP

from migrations.tables import begin, create_control_table

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

WORDS = ("acknowledged_by", "acknowledged_reason")


def upgrade() -> None:
    begin()
    create_control_table(
        "probe_alarm",
        sa.Column("tenant_id", sa.Uuid(), sa.ForeignKey("control.tenant.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("since", TIMESTAMP(timezone=True), nullable=False),
        sa.Column("findings", sa.Integer(), nullable=False),
        sa.Column("found", ARRAY(sa.Text()), nullable=False),
    )
    op.add_column("probe_run", sa.Column("acknowledged_at", TIMESTAMP(timezone=True)), schema="gf")
    for name in WORDS:
        op.add_column("probe_run", sa.Column(name, sa.Text()), schema="gf")
    names = ", ".join(("acknowledged_at", *WORDS))
    op.execute(f"GRANT UPDATE ({names}) ON gf.probe_run TO gf_app, gf_worker")


def downgrade() -> None:
    begin()
    for name in ("acknowledged_at", *WORDS):
        op.drop_column("probe_run", name, schema="gf")
    op.drop_table("probe_alarm", schema="control")
