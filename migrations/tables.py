"""Helpers of the revisions: a tenant-owned table gets its policy, owner and grants here and nowhere else.

Every revision sets ``lock_timeout`` (through :func:`begin`) so that a long lock elsewhere fails it instead of stopping
the centre, and it can be run again.
"""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

POLICY = "tenant_id = (SELECT guard.tenant())"
"""The one policy text; the catalogue gate compares it."""


def begin() -> None:
    """Start a revision: never wait longer than three seconds for a lock."""
    op.execute("SET LOCAL lock_timeout = '3s'")


def tenant_columns() -> list[sa.Column[object]]:
    """Return the two columns of every tenant-owned primary key."""
    return [
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False, server_default=sa.text("uuidv7()")),
    ]


def create_tenant_table(
    name: str,
    *items: sa.schema.SchemaItem,
    update: Sequence[str] = (),
    key: Sequence[str] = ("tenant_id", "id"),
    delete: bool = False,
    partition_by: str | None = None,
) -> None:
    """Create a table of ``gf``: composite key, forced row-level security, grants by column.

    ``update`` names the columns that the application may change (never ``tenant_id``); ``delete`` allows DELETE.
    A table of another key names it in ``key`` (``tenant_id`` first) and brings all its columns in ``items``.
    """
    columns = tenant_columns() if tuple(key) == ("tenant_id", "id") else []
    op.create_table(
        name, *columns, *items, sa.PrimaryKeyConstraint(*key, name=f"{name}_pkey"), schema="gf",
        postgresql_partition_by=partition_by,
    )  # fmt: skip
    op.execute(f"ALTER TABLE gf.{name} OWNER TO gf_owner")
    op.execute(f"ALTER TABLE gf.{name} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE gf.{name} FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY tenant ON gf.{name} USING ({POLICY}) WITH CHECK ({POLICY})")
    verbs = ["SELECT", "INSERT"] + (["DELETE"] if delete else [])
    if update:
        verbs.append(f"UPDATE ({', '.join(update)})")
    op.execute(f"GRANT {', '.join(verbs)} ON gf.{name} TO gf_app, gf_worker")


def create_control_table(name: str, *items: sa.schema.SchemaItem) -> None:
    """Create a table of the control plane, which the login ``gf_control`` may read and write."""
    op.create_table(name, *items, schema="control")
    op.execute(f"ALTER TABLE control.{name} OWNER TO gf_owner")
    op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON control.{name} TO gf_control")


def tenant_reference(table: str, column: str, *, ondelete: str | None = None) -> sa.ForeignKeyConstraint:
    """Return a composite reference ``(tenant_id, column)`` to another table of the same tenant."""
    return sa.ForeignKeyConstraint(
        ["tenant_id", column], [f"gf.{table}.tenant_id", f"gf.{table}.id"], ondelete=ondelete
    )
