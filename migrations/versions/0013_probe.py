"""Reserved.

Revision ID: 0013
Revises: 0012
"""

from __future__ import annotations

from migrations.tables import begin

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    begin()


def downgrade() -> None:
    begin()
