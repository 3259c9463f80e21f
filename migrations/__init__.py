"""The database: roles and guard (once per database), then Alembic revisions, each usable by the previous code."""
