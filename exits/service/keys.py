"""A tenant's keys under way: rotated, wrapped anew, handed to the client's own server."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from exits.facts import KeyRotated, KeyServerNamed
from exits.service import reseal
from exits.service.spent import waiting_under
from journal import service as journal
from journal.core.facts import Actor
from kit.db import AccessibleTenantId, Plane, Scope
from kit.keyserver import KeyServer
from kit.vault import DATA, Vault

_ALL = """
SELECT id, purpose, key_id, server_key_id, wrapped, made_at, retired_at FROM gf.tenant_key
WHERE tenant_id = $1 ORDER BY id
"""
_SERVER = "SELECT url, secret FROM gf.key_server WHERE tenant_id = $1"
_REWRAP = """
UPDATE gf.tenant_key SET key_id = $3, server_key_id = $4, wrapped = $5 WHERE tenant_id = $1 AND id = $2
"""


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
    """Seal with a new data key from now on; what older ones sealed stays readable.

    The worker seals that anew (:mod:`exits.service.reseal`). Return the new key's id.
    """
    async with plane.transaction(tenant_id) as scope:
        await vault.keys(scope, sealing=True)
    async with plane.transaction(tenant_id) as scope:
        await scope.fetch(
            "UPDATE gf.tenant_key SET retired_at = $2 WHERE tenant_id = $1 AND purpose = $3 AND retired_at IS NULL",
            tenant_id, by.at, DATA,
        )  # fmt: skip
        key_id = await vault.add(scope)
        await scope.fetch(reseal.ASK, tenant_id, key_id, by.at)
        _tell(scope, KeyRotated("data", str(key_id), by.name), by)
    vault.forget(tenant_id)
    return key_id


async def rotate_tenant(vault: Vault, plane: Plane, tenant_id: AccessibleTenantId, by: By, data: Path) -> str:
    """Wrap every data key under a new key of the tenant, and destroy its old ones. Return the new one's id.

    Interrupted before the end it leaves both, and the next rotation destroys them. So does one under which facts wait
    in a spool below the data folder: what was accepted is not lost to a rotation.
    """
    async with plane.transaction(tenant_id) as scope:
        await vault.keys(scope, sealing=True)
    key_id = await vault.store.rotate(tenant_id)
    async with plane.transaction(tenant_id) as scope:
        await _rewrap(vault, scope, vault.server(tenant_id, await scope.fetch(_SERVER, tenant_id)))
        _tell(scope, KeyRotated("tenant", key_id, by.name), by)
    waiting = await asyncio.to_thread(waiting_under, data, tenant_id)
    await vault.store.retire(tenant_id, keep=[key_id, *waiting])
    return key_id


async def name_server(
    vault: Vault, plane: Plane, tenant_id: AccessibleTenantId, named: Named, by: By, data: Path
) -> None:
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
    await rotate_tenant(vault, plane, tenant_id, by, data)


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
