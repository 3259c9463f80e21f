"""Clients' systems that are read and told by their own API: their settings, and where looking for changes has come to.

Revision ID: 0071
Revises: 0070
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from migrations.tables import begin, create_tenant_table

revision = "0071"
down_revision = "0070"
branch_labels = None
depends_on = None

AT = sa.TIMESTAMP(timezone=True)
FORMATS = "'standard', 'cloudevents', 'tmf621_v4', 'tmf621_v5'"


def upgrade() -> None:
    begin()
    create_tenant_table(
        "exchange_connector",
        sa.Column("connection", sa.Text(), nullable=False),
        *(sa.Column(name, sa.Boolean(), nullable=False) for name in ("tells", "takes_new")),
        sa.Column("every_minutes", sa.Integer(), nullable=False),
        sa.Column("settings", JSONB(), nullable=False),
        sa.Column("cursor", sa.Text(), nullable=False),
        sa.Column("due_at", AT, nullable=False),
        *(sa.Column(name, AT) for name in ("started_at", "finished_at", "quiet_until")),
        *(sa.Column(name, sa.Integer(), nullable=False, server_default="0") for name in ("looked", "found")),
        sa.Column("error", sa.Text()),
        sa.UniqueConstraint("tenant_id", "connection", name="exchange_connector_once"),
        update=(
            "tells", "takes_new", "every_minutes", "settings", "cursor", "due_at", "started_at", "finished_at",
            "quiet_until", "looked", "found", "error",
        ),
    )  # fmt: skip
    _formats(f"{FORMATS}, 'connector'")


def downgrade() -> None:
    begin()
    theirs = "SELECT id FROM gf.webhook_endpoint WHERE format = 'connector'"
    op.execute(
        "DELETE FROM gf.webhook_attempt a USING gf.webhook_delivery d WHERE d.id = a.delivery_id"
        f" AND d.endpoint_id IN ({theirs})"
    )
    op.execute(f"DELETE FROM gf.webhook_delivery WHERE endpoint_id IN ({theirs})")
    op.execute("DELETE FROM gf.webhook_endpoint WHERE format = 'connector'")
    _formats(FORMATS)
    op.drop_table("exchange_connector", schema="gf")


def _formats(allowed: str) -> None:
    op.drop_constraint("webhook_endpoint_format", "webhook_endpoint", schema="gf")
    op.create_check_constraint("webhook_endpoint_format", "webhook_endpoint", f"format IN ({allowed})", schema="gf")
