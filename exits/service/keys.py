"""A tenant's keys under way: rotated, wrapped anew, handed to the client's own server; and old data sealed anew."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from exits.facts import KeyRotated, KeyServerNamed
from interactions.audio import where as sound
from journal import service as journal
from journal.core.facts import Actor
from kit import sealedfile
from kit.db import AccessibleTenantId, Plane, Scope
from kit.keyserver import KeyServer
from kit.tenantkeys import ERASED, PREFIX, UNREADABLE, TenantKeys
from kit.vault import DATA, Vault

_ALL = """
SELECT id, purpose, key_id, server_key_id, wrapped, made_at, retired_at FROM gf.tenant_key
WHERE tenant_id = $1 ORDER BY id
"""
_SERVER = "SELECT url, secret FROM gf.key_server WHERE tenant_id = $1"
_REWRAP = """
UPDATE gf.tenant_key SET key_id = $3, server_key_id = $4, wrapped = $5 WHERE tenant_id = $1 AND id = $2
"""

TEXTS = {
    "interaction": ("contact_number", "note"),
    "work_order": ("title", "description", "status_reason", "resolution_summary"),
    "work_order_comment": ("body",),
}
BYTES = {"webhook_event": ("body",)}
FOUND_BY = {
    ("interaction", "contact_number"): ("contact_bidx", "contact_number"),
    ("work_order", "title"): ("title_bidx", "work_order.title"),
    ("work_order", "status_reason"): ("status_reason_bidx", "work_order.status_reason"),
}
"""Blind indexes: the column, and what it is an index of."""
_PAGE = 200


@dataclass(frozen=True, slots=True)
class By:
    """Who changes keys, and when."""

    name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Named:
    """A client's own key server (docs/keys.md): its address, and the secret that it knows us by."""

    url: str
    secret: str


async def status(scope: Scope) -> list[dict[str, Any]]:
    """Return the tenant's data keys, oldest first, without what they are."""
    rows = await scope.fetch(_ALL, scope.tenant_id)
    return [{name: value for name, value in row.items() if name != "wrapped"} for row in rows]


async def rotate_data(vault: Vault, plane: Plane, tenant_id: AccessibleTenantId, by: By) -> UUID:
    """Seal with a new data key from now on; what older ones sealed stays readable. Return its id."""
    async with plane.transaction(tenant_id) as scope:
        await vault.keys(scope, sealing=True)
    async with plane.transaction(tenant_id) as scope:
        await scope.fetch(
            "UPDATE gf.tenant_key SET retired_at = $2 WHERE tenant_id = $1 AND purpose = $3 AND retired_at IS NULL",
            tenant_id, by.at, DATA,
        )  # fmt: skip
        key_id = await vault.add(scope)
        _tell(scope, KeyRotated("data", str(key_id), by.name), by)
    vault.forget(tenant_id)
    return key_id


async def rotate_tenant(vault: Vault, plane: Plane, tenant_id: AccessibleTenantId, by: By) -> str:
    """Wrap every data key under a new key of the tenant, and destroy its old ones. Return the new one's id.

    Interrupted before the end it leaves both, and the next rotation destroys them.
    """
    async with plane.transaction(tenant_id) as scope:
        await vault.keys(scope, sealing=True)
    key_id = await vault.store.rotate(tenant_id)
    async with plane.transaction(tenant_id) as scope:
        await _rewrap(vault, scope, vault.server(tenant_id, await scope.fetch(_SERVER, tenant_id)))
        _tell(scope, KeyRotated("tenant", key_id, by.name), by)
    await vault.store.retire(tenant_id, keep=[key_id])
    return key_id


async def name_server(vault: Vault, plane: Plane, tenant_id: AccessibleTenantId, named: Named, by: By) -> None:
    """Have every data key wrapped by the client's own server first. Raises ``KeysAway``; nothing is changed then."""
    url, secret = named.url, named.secret
    sealed = vault.box.seal(secret.encode(), f"key_server|secret|{tenant_id}")
    async with plane.transaction(tenant_id) as scope:
        await vault.keys(scope, sealing=True)
    async with plane.transaction(tenant_id) as scope:
        await _rewrap(vault, scope, KeyServer(url, secret))
        await scope.fetch(
            "INSERT INTO gf.key_server (tenant_id, url, secret) VALUES ($1, $2, $3) ON CONFLICT (tenant_id)"
            " DO UPDATE SET url = excluded.url, secret = excluded.secret, named_at = clock_timestamp()",
            tenant_id, url, sealed,
        )  # fmt: skip
        _tell(scope, KeyServerNamed(urlsplit(url).hostname or "", by.name), by)
    await rotate_tenant(vault, plane, tenant_id, by)


async def forget_server(vault: Vault, plane: Plane, tenant_id: AccessibleTenantId, by: By) -> None:
    """Wrap the data keys by our own key alone again; the client's server unwraps them for the last time."""
    async with plane.transaction(tenant_id) as scope:
        await _rewrap(vault, scope, None)
        await scope.fetch("DELETE FROM gf.key_server WHERE tenant_id = $1", tenant_id)
        _tell(scope, KeyServerNamed("", by.name), by)


async def _rewrap(vault: Vault, scope: Scope, server: KeyServer | None) -> None:
    before = vault.server(scope.tenant_id, await scope.fetch(_SERVER, scope.tenant_id))
    for row in await scope.fetch(_ALL, scope.tenant_id):
        key = await vault.unwrap(scope.tenant_id, row, before)
        wrapped = await vault.wrap(scope.tenant_id, UUID(str(row["id"])), key, server)
        await scope.fetch(_REWRAP, scope.tenant_id, row["id"], *wrapped)


def _tell(scope: Scope, fact: KeyRotated | KeyServerNamed, by: By) -> None:
    journal.append(scope, fact, subject=scope.tenant_id, at=by.at, actor=Actor("command", by.name))


# ----------------------------------------------------------------------------------------------------------- old data


async def reseal(vault: Vault, plane: Plane, tenant_id: AccessibleTenantId, folder: Path) -> dict[str, int]:
    """Seal under the newest key what was stored before there were keys, or under older ones; return how much.

    Facts are never rewritten: those from before there were keys stay as they are. ``folder`` holds the recordings.
    """
    changed: dict[str, int] = {}
    async with plane.transaction(tenant_id) as scope:
        await vault.keys(scope, sealing=True)
    vault.forget(tenant_id)
    for table, columns in {**TEXTS, **BYTES}.items():
        changed[table] = await _reseal_table(vault, plane, tenant_id, (table, columns))
    changed["recording"] = await _reseal_files(vault, plane, tenant_id, folder)
    return changed


async def _reseal_table(
    vault: Vault, plane: Plane, tenant_id: AccessibleTenantId, what: tuple[str, tuple[str, ...]]
) -> int:
    (table, columns), after, changed = what, UUID(int=0), 0
    page = f"SELECT id, {', '.join(columns)} FROM gf.{table} WHERE tenant_id = $1 AND id > $2 ORDER BY id LIMIT {_PAGE}"  # noqa: S608 - our own names
    while True:
        async with plane.transaction(tenant_id) as scope:
            rows = await scope.fetch(page, tenant_id, after)
            if not rows:
                return changed
            after = rows[-1]["id"]
            for row in rows:
                for column in columns:
                    changed += await _reseal_value(vault, scope, (table, column), row)


async def _reseal_value(vault: Vault, scope: Scope, what: tuple[str, str], row: Any) -> int:  # noqa: ANN401 - a row
    """Seal one value anew and store it, unless it was changed meanwhile; return how many were."""
    table, column = what
    sealed = await vault.opened(scope, lambda keys: _sealed(keys, what, row))
    if sealed is None:
        return 0
    more, args = "", [scope.tenant_id, row["id"], row[column], sealed]
    if what in FOUND_BY:
        index, name = FOUND_BY[what]
        more, where = f", {index} = $5", f"{table}|{column}|{row['id']}"
        args.append(await vault.opened(scope, lambda keys: keys.blind(keys.open(row[column], where), name)))
    sql = f"UPDATE gf.{table} SET {column} = $4{more} WHERE tenant_id = $1 AND id = $2 AND {column} = $3 RETURNING id"  # noqa: S608 - our own names
    return len(await scope.fetch(sql, *args))


def _sealed(keys: TenantKeys, what: tuple[str, str], row: Any) -> str | bytes | None:  # noqa: ANN401 - a row
    """Return the value sealed anew; None when there is nothing to do, or nothing that could be opened."""
    value, where = row[what[1]], f"{what[0]}|{what[1]}|{row['id']}"
    if not value or keys.is_newest(value):
        return None
    if isinstance(value, bytes):
        return keys.seal_bytes(keys.open_bytes(value, where), where)
    plain = keys.open(value, where)
    return None if plain in {ERASED, UNREADABLE} and value.startswith(PREFIX) else keys.seal(plain, where)


async def _reseal_files(vault: Vault, plane: Plane, tenant_id: AccessibleTenantId, folder: Path) -> int:
    after, changed = UUID(int=0), 0
    sql = f"SELECT id, key FROM gf.recording WHERE tenant_id = $1 AND id > $2 ORDER BY id LIMIT {_PAGE}"  # noqa: S608 - our own names
    while True:
        async with plane.transaction(tenant_id) as scope:
            rows, keys = await scope.fetch(sql, tenant_id, after), await vault.keys(scope)
        if not rows:
            return changed
        after = rows[-1]["id"]
        for row in rows:
            changed += await asyncio.to_thread(_reseal_file, keys, folder / row["key"], row["id"])


def _reseal_file(keys: TenantKeys, path: Path, recording: UUID) -> int:
    """Seal a file that lies there plain; one that is sealed stays under its key, which is kept."""
    if not path.is_file() or sealedfile.look(path).key_id is not None:
        return 0
    sealedfile.seal(path, path, keys, sound(recording))
    return 1
