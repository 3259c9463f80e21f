"""Several endpoints for a connection, kept by its own people and systems; each event's place in the feed.

Revision ID: 0066
Revises: 0065
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.tables import begin

revision = "0066"
down_revision = "0065"
branch_labels = None
depends_on = None

AT = sa.TIMESTAMP(timezone=True)
CHANGING = (
    "types", "format", "description", "old_secret", "old_secret_until", "told_failing_at", "changes", "verified_at",
)  # fmt: skip
STATES = "state IN ('unverified', 'active', 'disabled', 'deleted')"


def upgrade() -> None:
    begin()
    _endpoints()
    op.add_column("journal_head", sa.Column("feed", sa.BigInteger(), nullable=False, server_default="0"), schema="gf")
    op.add_column("webhook_event", sa.Column("position", sa.BigInteger()), schema="gf")
    op.execute("GRANT UPDATE (feed) ON gf.journal_head TO gf_app, gf_worker")
    op.execute("GRANT UPDATE (position) ON gf.webhook_event TO gf_app, gf_worker")
    op.execute(
        "UPDATE gf.webhook_event v SET position = n.position FROM (SELECT tenant_id, id, row_number() OVER"
        " (PARTITION BY tenant_id ORDER BY created_at, sequence, id) AS position FROM gf.webhook_event) n"
        " WHERE n.tenant_id = v.tenant_id AND n.id = v.id"
    )
    op.execute(
        "UPDATE gf.journal_head h SET feed = n.feed FROM (SELECT tenant_id, max(position) AS feed"
        " FROM gf.webhook_event GROUP BY tenant_id) n WHERE n.tenant_id = h.tenant_id"
    )
    op.execute("CREATE UNIQUE INDEX webhook_event_feed ON gf.webhook_event (tenant_id, connection, position)")
    op.drop_constraint("webhook_event_sequence", "webhook_event", schema="gf")
    op.create_unique_constraint(
        "webhook_event_sequence",
        "webhook_event",
        ["tenant_id", "connection", "subject", "sequence", "type"],
        schema="gf",
    )  # an endpoint is the subject of heads and of its own states, which are counted apart
    op.execute("CREATE INDEX webhook_delivery_newest ON gf.webhook_delivery (tenant_id, endpoint_id, id)")


def _endpoints() -> None:
    table, schema = "webhook_endpoint", "gf"
    for column in (
        sa.Column("blueprint", sa.Boolean(), nullable=False, server_default=sa.true()),
        sa.Column("types", sa.ARRAY(sa.Text()), nullable=False, server_default="{}"),
        sa.Column("format", sa.Text(), nullable=False, server_default="standard"),
        sa.Column("description", sa.Text(), nullable=False, server_default=""),
        sa.Column("old_secret", sa.Text()),
        sa.Column("old_secret_until", AT),
        sa.Column("told_failing_at", AT),
        sa.Column("changes", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("verified_at", AT),
    ):
        op.add_column(table, column, schema=schema)
    op.drop_constraint("webhook_endpoint_state", table, schema=schema)
    op.create_check_constraint("webhook_endpoint_state", table, STATES, schema=schema)
    op.create_check_constraint(
        "webhook_endpoint_format", table, "format IN ('standard', 'cloudevents', 'tmf621_v4', 'tmf621_v5')",
        schema=schema,
    )  # fmt: skip
    op.drop_constraint("webhook_endpoint_connection", table, schema=schema)
    op.execute(
        "CREATE UNIQUE INDEX webhook_endpoint_connection ON gf.webhook_endpoint (tenant_id, connection) WHERE blueprint"
    )
    op.execute(f"GRANT UPDATE ({', '.join(CHANGING)}) ON gf.webhook_endpoint TO gf_app, gf_worker")


def downgrade() -> None:
    begin()
    for name in (
        "webhook_delivery_newest", "webhook_event_feed", "webhook_endpoint_connection",
    ):  # fmt: skip
        op.execute(f"DROP INDEX gf.{name}")
    op.execute("DELETE FROM gf.webhook_attempt a USING gf.webhook_delivery d, gf.webhook_endpoint e"
               " WHERE d.id = a.delivery_id AND e.id = d.endpoint_id AND NOT e.blueprint")  # fmt: skip
    op.execute("DELETE FROM gf.webhook_delivery d USING gf.webhook_endpoint e WHERE e.id = d.endpoint_id"
               " AND NOT e.blueprint")  # fmt: skip
    op.execute("DELETE FROM gf.webhook_endpoint WHERE NOT blueprint")
    op.execute("DELETE FROM gf.webhook_attempt a USING gf.webhook_delivery d, gf.webhook_event v"
               " WHERE d.id = a.delivery_id AND v.id = d.event_id AND v.type LIKE 'endpoint.%'")  # fmt: skip
    op.execute("DELETE FROM gf.webhook_delivery d USING gf.webhook_event v WHERE v.id = d.event_id"
               " AND v.type LIKE 'endpoint.%'")  # fmt: skip
    op.execute("DELETE FROM gf.webhook_event WHERE type LIKE 'endpoint.%'")
    op.drop_constraint("webhook_event_sequence", "webhook_event", schema="gf")
    op.create_unique_constraint(
        "webhook_event_sequence", "webhook_event", ["tenant_id", "connection", "subject", "sequence"], schema="gf"
    )
    op.drop_column("webhook_event", "position", schema="gf")
    op.drop_column("journal_head", "feed", schema="gf")
    for name in ("webhook_endpoint_state", "webhook_endpoint_format"):
        op.drop_constraint(name, "webhook_endpoint", schema="gf")
    for column in (*CHANGING, "blueprint"):
        op.drop_column("webhook_endpoint", column, schema="gf")
    op.create_check_constraint(
        "webhook_endpoint_state", "webhook_endpoint", "state IN ('active', 'disabled')", schema="gf"
    )
    op.create_unique_constraint(
        "webhook_endpoint_connection", "webhook_endpoint", ["tenant_id", "connection"], schema="gf"
    )
