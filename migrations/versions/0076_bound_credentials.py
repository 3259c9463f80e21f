"""Credentials and addresses of clients' systems may be bound to networks and to client certificates.

Revision ID: 0076
Revises: 0075
"""

from __future__ import annotations

from alembic import op

from migrations.tables import begin

revision = "0076"
down_revision = "0075"
branch_labels = None
depends_on = None

_TABLES = ("control.api_key", "control.oauth_client")


def upgrade() -> None:
    begin()
    for table in _TABLES:
        op.execute(
            f"ALTER TABLE {table} ADD COLUMN networks text[] NOT NULL DEFAULT '{{}}',"
            " ADD COLUMN certificates text[] NOT NULL DEFAULT '{}', ADD COLUMN refused_at timestamptz,"
            " ADD COLUMN refused_from text"
        )
    op.execute("ALTER TABLE gf.exchange_connection ADD COLUMN certificates text[] NOT NULL DEFAULT '{}'")
    op.execute("GRANT UPDATE (certificates) ON gf.exchange_connection TO gf_app, gf_worker")


def downgrade() -> None:
    begin()
    op.execute("ALTER TABLE gf.exchange_connection DROP COLUMN certificates")
    for table in _TABLES:
        op.execute(
            f"ALTER TABLE {table} DROP COLUMN networks, DROP COLUMN certificates, DROP COLUMN refused_at,"
            " DROP COLUMN refused_from"
        )
