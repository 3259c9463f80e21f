"""What was on the agent's desk is kept beside the recordings: the web process stores it, of the kind ``desktop``.

Revision ID: 0054
Revises: 0053
"""

from __future__ import annotations

from alembic import op

from migrations.tables import begin

revision = "0054"
down_revision = "0053"
branch_labels = None
depends_on = None

_CHECK = "ALTER TABLE gf.recording ADD CONSTRAINT recording_kind CHECK (kind IN ({kinds}))"


def upgrade() -> None:
    begin()
    op.execute("ALTER TABLE gf.recording DROP CONSTRAINT recording_kind")
    op.execute(_CHECK.format(kinds="'call', 'voicemail', 'desktop'"))


def downgrade() -> None:
    begin()
    op.execute("DELETE FROM gf.recording WHERE kind = 'desktop'")
    op.execute("ALTER TABLE gf.recording DROP CONSTRAINT recording_kind")
    op.execute(_CHECK.format(kinds="'call', 'voicemail'"))
