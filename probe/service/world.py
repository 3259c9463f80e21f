"""Two clients in one installation: A has an example of everything, every text a canary; B has a few rows."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol
from uuid import UUID, uuid5

from kit.db import AccessibleTenantId, Plane
from probe.core.canaries import Canaries, own_ids
from tenants.service.synthetic import SYNTHETIC_DOMAIN

B_PEOPLE = SYNTHETIC_DOMAIN
"""The domain of the attackers' e-mail addresses."""


class Connection(Protocol):
    """What can run a statement: a connection or a pool."""

    async def fetch(self, sql: str, *args: object) -> Sequence[Any]:
        """Run one statement and return its rows."""


@dataclass
class Victim:
    """Values that a caller could guess or steal. ``Victim.nobody()`` has the same shapes and belongs to nobody."""

    tenant: str
    code: str
    connection: str
    interaction: str
    order: str
    recording: str
    key: str
    """A recording's place below the recordings folder."""
    queue: str
    agent: str
    number: str
    title: str
    disposition: str
    email: str
    idempotency: str
    order_number: str
    cursor: str = ""
    """A cursor of A's own list of work orders."""
    run: str = ""
    """A run of the probe."""
    grant: str = ""
    """A request of the outsourcer's people that A has not answered."""
    person: str = ""
    """One of A's people, as a user."""
    session: str = ""
    """A living session of that person, by the id that its owner sees."""

    @property
    def export(self) -> str:
        """An export that it asked for: an id that follows from the tenant's."""
        return str(uuid5(UUID(self.tenant), "export"))

    @property
    def context(self) -> str:
        """What one of its people was told of a call, as above."""
        return str(uuid5(UUID(self.tenant), "context"))

    @property
    def idp(self) -> str:
        """Its sign-in service, where it has one: an id that follows from the tenant's."""
        return str(uuid5(UUID(self.tenant), "idp"))

    @property
    def oauth_client(self) -> str:
        """The same for its OAuth client."""
        return f"gfc_{uuid5(UUID(self.tenant), 'oauth').hex[:12]}"

    @property
    def api_key(self) -> str:
        """The same for the public part of a key."""
        return uuid5(UUID(self.tenant), "key").hex[:8]


@dataclass
class Side:
    """One tenant: who it is, what stands in it, and its files."""

    code: str
    words: Canaries
    tenant: AccessibleTenantId
    victim: Victim
    talking: str
    """An interaction that an agent talks in."""
    files: dict[str, bytes] = field(default_factory=dict)


@dataclass
class World:
    """Both tenants."""

    a: Side
    b: Side


async def tables(connection: Connection) -> list[str]:
    """Return every table and view with a ``tenant_id``, partitions' children apart."""
    rows = await connection.fetch(
        "SELECT n.nspname || '.' || quote_ident(c.relname) AS name FROM pg_class c"
        " JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute t ON t.attrelid = c.oid"
        " WHERE t.attname = 'tenant_id' AND NOT t.attisdropped AND c.relkind IN ('r', 'p', 'v', 'm', 'f')"
        " AND NOT c.relispartition AND n.nspname IN ('gf', 'control', 'public') ORDER BY 1"
    )
    return [row["name"] for row in rows]


async def rows_of(connection: Connection, tenant: UUID, schema: str = "") -> dict[str, list[str]]:
    """Return every row of a tenant as text, by table: the catalogue says which tables there are."""
    rows = {}
    for table in await tables(connection):
        if table.startswith(schema):
            found = await connection.fetch(f"SELECT t::text AS row FROM {table} t WHERE tenant_id = $1", tenant)  # noqa: S608 - names of the catalogue
            rows[table] = sorted(row["row"] for row in found)
    return rows


async def state_of(connection: Connection, tenant: UUID, schema: str = "") -> str:
    """Return a hash over a tenant's rows."""
    one = "SELECT '{0}' AS name, md5(string_agg(t::text, '' ORDER BY t::text)) AS sum FROM {0} t WHERE tenant_id = $1"
    names = [name for name in await tables(connection) if name.startswith(schema)]
    found = await connection.fetch(" UNION ALL ".join(one.format(name) for name in names), tenant)
    return hashlib.sha256(repr([tuple(row.values()) for row in found]).encode()).hexdigest()


def files_state(folder: Path) -> str:
    """Return a hash over the files below a folder."""
    whole = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            whole.update(str(path.relative_to(folder)).encode() + path.read_bytes())
    return whole.hexdigest()


async def checksum(plane: Plane, side: Side, folder: Path) -> str:
    """Return a hash over all of a tenant's rows in its plane, and its files."""
    async with plane.transaction(side.tenant) as scope:
        rows = await state_of(scope, side.tenant, "gf.")
    return rows + files_state(folder / "t" / str(side.tenant))


def name_ids(world: World, mine: dict[str, list[str]], theirs: dict[str, list[str]]) -> None:
    """Find each side's ids: whatever stands in its rows and not in the other's."""
    a, b = ([row for rows in side.values() for row in rows] for side in (mine, theirs))
    world.a.words.ids, world.b.words.ids = own_ids(a, b), own_ids(b, a)
