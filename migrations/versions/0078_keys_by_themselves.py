"""An idempotency key is looked up by itself, whatever is known of the others.

With the statistics of an empty table the planner took the index by expiry for that, and a connection that had planned
then read all keys of the client's week for each request until the table was looked at again. An index of rows that a
statement must name is taken by none that does not; a status is always above zero.

Revision ID: 0078
Revises: 0077
"""

from __future__ import annotations

from alembic import op

from migrations.tables import begin

revision = "0078"
down_revision = "0077"
branch_labels = None
depends_on = None

_INDEX = "CREATE INDEX idempotency_expiry ON gf.idempotency (tenant_id, expires_at)"


def upgrade() -> None:
    begin()
    op.execute("DROP INDEX gf.idempotency_expiry")
    op.execute(f"{_INDEX} WHERE status > 0")


def downgrade() -> None:
    begin()
    op.execute("DROP INDEX gf.idempotency_expiry")
    op.execute(_INDEX)
