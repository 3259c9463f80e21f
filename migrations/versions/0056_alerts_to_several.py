"""One alert is told to each of the client's systems that asks for it: its events count for each connection.

Down is refused by the database while two connections have been told of one alert.

Revision ID: 0056
Revises: 0055
"""

from __future__ import annotations

from alembic import op

from migrations.tables import begin

revision = "0056"
down_revision = "0055"
branch_labels = None
depends_on = None


def upgrade() -> None:
    begin()
    _unique("tenant_id", "subject", "sequence", "connection")


def downgrade() -> None:
    begin()
    _unique("tenant_id", "subject", "sequence")


def _unique(*columns: str) -> None:
    op.drop_constraint("webhook_event_sequence", "webhook_event", schema="gf")
    op.create_unique_constraint("webhook_event_sequence", "webhook_event", list(columns), schema="gf")
