"""Endpoints that sign with a key of their own, and secrets that lie sealed.

Secrets that were there before are sealed by the worker, in the round that a rotation of keys asks for as well: a
revision has no client's key. Until then both forms sign. A version before this one cannot sign with a sealed secret.

Revision ID: 0073
Revises: 0072
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.tables import begin

revision = "0073"
down_revision = "0072"
branch_labels = None
depends_on = None

ASK = """
INSERT INTO gf.reseal (tenant_id, key_id, asked_at)
SELECT DISTINCT e.tenant_id, coalesce(k.id, e.tenant_id), clock_timestamp() FROM gf.webhook_endpoint e
LEFT JOIN gf.tenant_key k ON k.tenant_id = e.tenant_id AND k.purpose = 'data' AND k.retired_at IS NULL
WHERE (e.secret <> '' AND NOT starts_with(e.secret, 'gf1:')) OR NOT starts_with(e.old_secret, 'gf1:')
ON CONFLICT (tenant_id) DO UPDATE SET key_id = excluded.key_id, asked_at = excluded.asked_at, lease_until = NULL,
  finished_at = NULL, looked = 0, total = 0, changed = 0, unreadable = 0
"""


def upgrade() -> None:
    begin()
    op.add_column("webhook_endpoint", sa.Column("public_key", sa.Text()), schema="gf")
    op.execute("GRANT UPDATE (public_key) ON gf.webhook_endpoint TO gf_app, gf_worker")
    op.execute(ASK)


def downgrade() -> None:
    begin()
    op.drop_column("webhook_endpoint", "public_key", schema="gf")
