"""Connections by mail and by files; which developers were told that a message waits for a map.

Revision ID: 0068
Revises: 0067
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

from migrations.tables import begin, create_tenant_table

revision = "0068"
down_revision = "0067"
branch_labels = None
depends_on = None

AT = sa.TIMESTAMP(timezone=True)
READER = ("position", "due_at", "error", "tries", "sent_at")
MAIL = ("address", "senders", "locale", "days", "words", "secret", "secret_before", "bounces", "bounced_at", "bounce",
        "automatic_at")  # fmt: skip
DROP = ("host", "port", "login", "secret", "host_key", "out_folder", "in_folder", "planned", "written", "round_at")


def upgrade() -> None:
    begin()
    create_tenant_table(
        "exchange_mail",
        *_reader("exchange_mail"),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("senders", ARRAY(sa.Text()), nullable=False),
        sa.Column("locale", sa.Text(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("words", sa.Boolean(), nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("secret_before", sa.Text()),
        sa.Column("bounces", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("bounced_at", AT),
        sa.Column("bounce", sa.Text()),
        sa.Column("automatic_at", AT),
        update=(*READER, *MAIL),
    )
    create_tenant_table(
        "exchange_drop",
        *_reader("exchange_drop"),
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("port", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("login", "secret", "host_key")),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("out_folder", "in_folder")),
        sa.Column("planned", sa.BigInteger()),
        sa.Column("written", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("round_at", AT),
        update=(*READER, *DROP),
    )
    create_tenant_table(
        "exchange_told",
        sa.Column("connection", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("told_at", AT, nullable=False),
        sa.UniqueConstraint("tenant_id", "connection", "kind", name="exchange_told_once"),
        update=("told_at",),
    )


def _reader(table: str) -> list[sa.schema.SchemaItem]:
    """Return what a reader of a connection's events keeps: how far it came, and when it goes on."""
    return [
        sa.Column("connection", sa.Text(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("due_at", AT, nullable=False),
        sa.Column("error", sa.Text()),
        sa.Column("tries", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("sent_at", AT),
        sa.UniqueConstraint("tenant_id", "connection", name=f"{table}_once"),
    ]


def downgrade() -> None:
    begin()
    for name in ("exchange_told", "exchange_drop", "exchange_mail"):
        op.drop_table(name, schema="gf")
