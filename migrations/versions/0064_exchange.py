"""What was agreed about connections, and what clients' systems tell us: addresses, inbox, links, maps.

Revision ID: 0064
Revises: 0063
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from migrations.tables import begin, create_control_table, create_tenant_table, tenant_reference

revision = "0064"
down_revision = "0063"
branch_labels = None
depends_on = None

AT = sa.TIMESTAMP(timezone=True)
STATES = ("invited", "active", "declined", "suspended", "revoked")
INBOX = ("fetching", "received", "applied", "outdated", "echo", "refused", "needs_mapping", "dead")
DOOR = (
    "adapter", "signed", "networks", "token_hash", "secret", "secret_before", "ask_url", "ask_secret", "last_in_at",
    "skew_ms",
)  # fmt: skip


def upgrade() -> None:
    begin()
    create_control_table(
        "connection_hold",
        sa.Column("tenant_id", sa.Uuid(), sa.ForeignKey("control.tenant.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("connection", sa.Text(), primary_key=True),
        sa.Column("state", sa.Text(), nullable=False),
    )
    create_tenant_table(
        "exchange_connection",
        _connection(),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("state", "side", "reason")),
        sa.Column("since", AT, nullable=False),
        sa.Column("adapter", sa.Text(), nullable=False, server_default="native"),
        sa.Column("signed", sa.Boolean(), nullable=False, server_default=sa.true()),
        sa.Column("networks", ARRAY(sa.Text()), nullable=False, server_default="{}"),
        sa.Column("token_hash", sa.LargeBinary()),
        *(sa.Column(name, sa.Text()) for name in ("secret", "secret_before", "ask_url", "ask_secret")),
        sa.Column("last_in_at", AT),
        sa.Column("skew_ms", sa.BigInteger()),
        sa.CheckConstraint(f"state IN {STATES}", name="exchange_connection_state"),
        sa.UniqueConstraint("tenant_id", "connection", name="exchange_connection_once"),
        update=("state", "side", "reason", "since", *DOOR),
    )
    _inbox()
    _links()
    create_tenant_table(
        "exchange_map",
        _connection(),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("content", JSONB(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("made_by", "made_name")),
        sa.Column("made_at", AT, nullable=False),
        sa.UniqueConstraint("tenant_id", "connection", "version", name="exchange_map_once"),
    )


def _connection() -> sa.Column[str]:
    return sa.Column("connection", sa.Text(), nullable=False)


def _inbox() -> None:
    create_tenant_table(
        "exchange_inbox",
        _connection(),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("message_id", "external_id", "state")),
        *(sa.Column(name, sa.LargeBinary(), nullable=False) for name in ("lane_bidx", "body")),
        sa.Column("fetched", sa.LargeBinary()),
        *(sa.Column(name, sa.Text()) for name in ("outcome", "needs", "error")),
        sa.Column("attempts", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("received_at", AT, nullable=False),
        *(sa.Column(name, AT) for name in ("due_at", "processed_at")),
        sa.CheckConstraint(f"state IN {INBOX}", name="exchange_inbox_state"),
        sa.UniqueConstraint("tenant_id", "connection", "message_id", name="exchange_inbox_once"),
        update=(
            "external_id", "lane_bidx", "state", "body", "fetched", "outcome", "needs", "error", "attempts", "due_at",
            "processed_at",
        ),
        delete=True,
    )  # fmt: skip
    op.create_index(
        "exchange_inbox_lane", "exchange_inbox", ["tenant_id", "connection", "lane_bidx", "id"], schema="gf"
    )
    op.create_index(
        "exchange_inbox_open", "exchange_inbox", ["tenant_id", "state", "due_at"], schema="gf",
        postgresql_where=sa.text("processed_at IS NULL"),
    )  # fmt: skip


def _links() -> None:
    create_tenant_table(
        "exchange_link",
        _connection(),
        sa.Column("work_order_id", sa.Uuid(), nullable=False),
        *(sa.Column(name, sa.Text()) for name in ("external_url", "external_status")),
        sa.Column("external_version", sa.BigInteger()),
        sa.Column("external_updated_at", AT),
        sa.Column("last_in_at", AT, nullable=False),
        sa.Column("taken", sa.BigInteger(), nullable=False, server_default="0"),
        tenant_reference("work_order", "work_order_id", ondelete="CASCADE"),
        sa.UniqueConstraint("tenant_id", "work_order_id", "connection", name="exchange_link_once"),
        update=(
            "external_url", "external_status", "external_version",
            "external_updated_at", "last_in_at", "taken",
        ),
    )  # fmt: skip
    create_tenant_table(
        "exchange_comment",
        _connection(),
        sa.Column("work_order_id", sa.Uuid(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("external_bidx", sa.LargeBinary(), nullable=False),
        sa.Column("comment_id", sa.Uuid(), nullable=False),
        tenant_reference("work_order", "work_order_id", ondelete="CASCADE"),
        tenant_reference("work_order_comment", "comment_id", ondelete="CASCADE"),
        sa.UniqueConstraint("tenant_id", "connection", "work_order_id", "external_bidx", name="exchange_comment_once"),
        update=("external_id", "external_bidx"),
    )


def downgrade() -> None:
    begin()
    for name in ("exchange_comment", "exchange_link", "exchange_map", "exchange_inbox", "exchange_connection"):
        op.drop_table(name, schema="gf")
    op.drop_table("connection_hold", schema="control")
