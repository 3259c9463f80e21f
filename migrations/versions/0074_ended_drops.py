"""What lets us into a client's SFTP server is erased once the connection does not go by files any more.

Revision ID: 0074
Revises: 0073
"""

from __future__ import annotations

from alembic import op

from migrations.tables import begin

revision = "0074"
down_revision = "0073"
branch_labels = None
depends_on = None


def upgrade() -> None:
    begin()
    op.alter_column("exchange_drop", "secret", nullable=True, schema="gf")
    op.execute(
        "UPDATE gf.exchange_drop AS d SET secret = NULL FROM gf.exchange_connection AS x, gf.connection AS c"
        " WHERE x.tenant_id = d.tenant_id AND x.connection = d.connection AND c.tenant_id = d.tenant_id"
        " AND c.code = d.connection AND (x.adapter <> 'drop' OR c.retired_at IS NOT NULL)"
    )
    op.execute(
        "UPDATE gf.exchange_connection AS x SET ask_secret = NULL, secret = NULL, secret_before = NULL,"
        " token_hash = NULL, adapter = CASE WHEN adapter IN ('mail', 'drop') THEN 'native' ELSE adapter END"
        " FROM gf.connection AS c"
        " WHERE c.tenant_id = x.tenant_id AND c.code = x.connection AND c.retired_at IS NOT NULL"
    )
    op.execute("UPDATE gf.exchange_connection SET ask_secret = NULL WHERE adapter IN ('mail', 'drop')")


def downgrade() -> None:
    begin()
    op.execute("DELETE FROM gf.exchange_drop WHERE secret IS NULL")
    op.alter_column("exchange_drop", "secret", nullable=False, schema="gf")
