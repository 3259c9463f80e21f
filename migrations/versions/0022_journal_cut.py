"""Where journals were cut, and the sealer's right to delete what lies before: nothing else, and nobody else.

Revision ID: 0022
Revises: 0021
"""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import BYTEA, JSONB, TIMESTAMP

from migrations.tables import begin, create_tenant_table

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

AT = TIMESTAMP(timezone=True)
SHORTENED = ("journal", "seal", "signed_head", "journal_cut")


def upgrade() -> None:
    begin()
    create_tenant_table(
        "journal_cut",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("hash", BYTEA(), nullable=False),
        sa.Column("at", AT, nullable=False),
        sa.Column("before", AT, nullable=False),
        sa.Column("document", JSONB(), nullable=False),
        sa.Column("carried", JSONB(), nullable=False),
        key=("tenant_id", "seq"),
    )
    op.execute((Path(__file__).parents[1] / "journal_cut.sql").read_text(encoding="utf-8"))
    op.execute("ALTER FUNCTION gf.only_what_was_cut() OWNER TO gf_owner")
    for table in SHORTENED:
        op.execute(
            f"CREATE TRIGGER only_what_was_cut AFTER DELETE ON gf.{table} REFERENCING OLD TABLE AS gone"
            " FOR EACH STATEMENT EXECUTE FUNCTION gf.only_what_was_cut()"
        )
    op.execute("GRANT SELECT ON gf.journal_cut, gf.signed_head TO gf_sealer")
    op.execute(f"GRANT DELETE ON {', '.join(f'gf.{table}' for table in SHORTENED)} TO gf_sealer")


def downgrade() -> None:
    begin()
    op.execute("REVOKE DELETE ON gf.journal, gf.seal, gf.signed_head FROM gf_sealer")
    op.execute("REVOKE SELECT ON gf.signed_head FROM gf_sealer")
    for table in SHORTENED:
        op.execute(f"DROP TRIGGER only_what_was_cut ON gf.{table}")
    op.drop_table("journal_cut", schema="gf")
    op.execute("DROP FUNCTION gf.only_what_was_cut()")
