"""Two clients in one database: A (galaxy) has an example of everything, every text a canary; B has a few rows."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import yaml

from app.flows import check_flow
from kit.db import AccessibleTenantId
from tenants.access import for_system
from tenants.service.blueprints import Order, apply_blueprint
from tenants.service.centre import apply_centre
from tenants.service.floors import list_tenants
from tests.crawl.canaries import Canaries, own_ids
from tests.support.house import House

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
A, B = "galaxy", "harbour-light"
NOW = datetime.now(UTC)


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


def _blueprint(name: str, words: Canaries) -> str:
    """Return an example with every name and text replaced by canaries, and the people that the crawl needs."""
    document: Any = yaml.safe_load((EXAMPLES / f"{name}.yaml").read_text(encoding="utf-8"))
    document["tenant"]["name"] = words.word("tenant")
    for calendar in document["calendars"]:
        calendar.pop("exceptions", None)  # PyYAML reads the key "on" as true
    for part in ("queues", "skills", "connections"):
        for n, row in enumerate(document[part]):
            row["name"] = words.word(f"{part} {n}")
            for choice in row.get("dispositions", ()):
                choice["name"] = words.word("disposition " + choice["code"])
    document["queues"][0]["dispositions"][0]["code"] = words.word("disposition code")
    for n, seat in enumerate(document["seats"]):
        seat["alias"] = words.word(f"alias {n}")
    for prompt in document["prompts"]:
        prompt["text"] = {language: words.word("prompt " + prompt["code"]) for language in prompt["text"]}
    for person in document["people"]:
        person["name"] = words.word("person " + person["role"])
        words.kinds[person["email"]] = "e-mail"
    for number in document["numbers"]:
        words.kinds[number["number"]] = "dialled number"
    return yaml.safe_dump(document, allow_unicode=True)


async def settle(house: House, words: dict[str, Canaries]) -> dict[str, AccessibleTenantId]:
    """Apply the centre and both blueprints."""
    await apply_centre(house.control, house.app, (EXAMPLES / "centre.yaml").read_text(encoding="utf-8"), NOW)
    order = Order(by="tests", at=NOW, check_flow=check_flow)
    for code in (A, B):
        await apply_blueprint(house.control, house.app, _blueprint(code, words[code]), order)
    return {t.code: for_system(t.id, "tests") for t in await list_tenants(house.control)}


async def rows_of(admin_dsn: str, tenant: UUID) -> dict[str, list[str]]:
    """Return every row of a tenant as text, by table: the catalogue says which tables there are."""
    connection = await asyncpg.connect(admin_dsn)
    try:
        rows = {}
        for table in await tables(connection):
            found = await connection.fetch(f"SELECT t::text AS row FROM {table} t WHERE tenant_id = $1", tenant)
            rows[table] = sorted(row["row"] for row in found)
        return rows
    finally:
        await connection.close()


async def tables(connection: asyncpg.Connection[Any]) -> list[str]:
    """Return every table and view with a ``tenant_id``, partitions' children apart."""
    rows = await connection.fetch(
        "SELECT n.nspname || '.' || quote_ident(c.relname) AS name FROM pg_class c"
        " JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute t ON t.attrelid = c.oid"
        " WHERE t.attname = 'tenant_id' AND NOT t.attisdropped AND c.relkind IN ('r', 'p', 'v', 'm', 'f')"
        " AND NOT c.relispartition AND n.nspname IN ('gf', 'control', 'public') ORDER BY 1"
    )
    return [row["name"] for row in rows]


async def checksum(admin_dsn: str, side: Side, folder: Path) -> str:
    """Return a hash over all of a tenant's rows and its files."""
    connection = await asyncpg.connect(admin_dsn)
    try:
        one = (
            "SELECT '{0}' AS name, md5(string_agg(t::text, '' ORDER BY t::text)) AS sum FROM {0} t WHERE tenant_id = $1"
        )
        found = await connection.fetch(
            " UNION ALL ".join(one.format(name) for name in await tables(connection)), side.tenant
        )
    finally:
        await connection.close()
    whole = hashlib.sha256(repr(found).encode())
    for path in sorted(folder.rglob("*")):  # noqa: ASYNC240 - a handful of small files
        if path.is_file():
            whole.update(str(path.relative_to(folder)).encode() + path.read_bytes())
    return whole.hexdigest()


async def name_ids(admin_dsn: str, world: World) -> None:
    """Find each side's ids: whatever stands in its rows and not in the other's."""
    mine = [row for rows in (await rows_of(admin_dsn, world.a.tenant)).values() for row in rows]
    theirs = [row for rows in (await rows_of(admin_dsn, world.b.tenant)).values() for row in rows]
    world.a.words.ids, world.b.words.ids = own_ids(mine, theirs), own_ids(theirs, mine)
