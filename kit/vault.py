"""The vault: opens a tenant's data keys for as long as they are needed, makes them, rotates them (docs/keys.md).

Three layers. The installation's master key wraps each tenant's own key, in a file (:mod:`kit.keystore`); that wraps the
tenant's data keys, rows of ``gf.tenant_key`` beside the data; those seal values and files. A client with a key server
of its own (``gf.key_server``) has its data keys wrapped there first. Open keys stay in memory for :data:`LIFE_S`.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from kit.db import Scope
from kit.errors import KeysAway, KeysDestroyed
from kit.ids import new_id
from kit.keyserver import KeyServer
from kit.keystore import LocalKeyStore, Wrapped
from kit.secretbox import SecretBox, Unreadable
from kit.tenantkeys import TenantKeys, UnknownKey

LIFE_S = 300.0
"""So long open data keys stay in memory, in seconds: a client that closes its key server is obeyed within that."""
AWAY_S = 10.0
"""So long a key server that did not answer is not asked again, in seconds: the others must not wait for it."""

DATA, INDEX = "data", "index"

_ROWS = """
SELECT k.id, k.purpose, k.key_id, k.server_key_id, k.wrapped, k.retired_at IS NULL AS active, s.url, s.secret
FROM (SELECT 1) AS one LEFT JOIN gf.tenant_key AS k ON k.tenant_id = $1
  LEFT JOIN gf.key_server AS s ON s.tenant_id = $1
ORDER BY k.id
"""
_INSERT = """
INSERT INTO gf.tenant_key (tenant_id, id, purpose, key_id, server_key_id, wrapped) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (tenant_id, purpose) WHERE retired_at IS NULL DO NOTHING
"""

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class _Kept:
    keys: TenantKeys
    read_at: float


@dataclass(slots=True)
class Vault:
    """The open keys of one process, and where they come from."""

    store: LocalKeyStore
    box: SecretBox
    _kept: dict[UUID, _Kept] = field(default_factory=dict)
    _away: dict[UUID, float] = field(default_factory=dict)

    async def keys(self, scope: Scope, *, sealing: bool = False, fresh: bool = False) -> TenantKeys:
        """Return the keys of the scope's tenant; with ``sealing`` they are made when there are none.

        Raises :class:`KeysAway`. Destroyed keys are returned as such: what they sealed reads as erased.
        """
        kept = None if fresh else self.kept(scope.tenant_id)
        if kept is not None and (not sealing or kept.active is not None or kept.destroyed):
            return kept
        if self.store.destroyed(scope.tenant_id):
            keys = TenantKeys.gone(scope.tenant_id)
        else:
            keys = await self._read(scope)
            if sealing and keys.active is None:
                return await self._made(scope)
        self._kept[scope.tenant_id] = _Kept(keys, time.monotonic())
        return keys

    def kept(self, tenant_id: UUID) -> TenantKeys | None:
        """Return the tenant's keys if they are open in memory: what must go on while the database is away."""
        kept = self._kept.get(tenant_id)
        return kept.keys if kept is not None and time.monotonic() - kept.read_at < LIFE_S else None

    async def opened(self, scope: Scope, work: Callable[[TenantKeys], _T]) -> _T:
        """Return what ``work`` does with the keys, read again when one is unknown. Raises :class:`KeysAway`."""
        try:
            return work(await self.keys(scope))
        except UnknownKey:
            try:
                return work(await self.keys(scope, fresh=True))
            except UnknownKey as error:
                raise KeysAway("a value of this client is sealed under a key that is not there") from error

    def forget(self, tenant_id: UUID) -> None:
        """Drop a tenant's open keys."""
        self._kept.pop(tenant_id, None)

    async def add(self, scope: Scope, purpose: str = DATA) -> UUID:
        """Make a data key in this transaction; used once it has committed."""
        rows = await scope.fetch("SELECT url, secret FROM gf.key_server WHERE tenant_id = $1", scope.tenant_id)
        key_id = new_id()
        wrapped = await self.wrap(scope.tenant_id, key_id, secrets.token_bytes(32), self.server(scope.tenant_id, rows))
        await scope.fetch(_INSERT, scope.tenant_id, key_id, purpose, *wrapped)
        return key_id

    async def destroy(self, tenant_id: UUID, at: datetime) -> list[str]:
        """Destroy the tenant's own keys for ever; return their ids."""
        self.forget(tenant_id)
        return await self.store.destroy(tenant_id, at)

    def server(self, tenant_id: UUID, rows: Any) -> KeyServer | None:  # noqa: ANN401 - rows of gf.key_server
        """Return the client's key server, if it has one."""
        if not rows or rows[0]["url"] is None:
            return None
        try:
            secret = self.box.open(bytes(rows[0]["secret"]), f"key_server|secret|{tenant_id}").decode()
        except Unreadable as error:
            raise KeysAway("the secret of this client's key server does not open under GF_MASTER_KEY") from error
        return KeyServer(rows[0]["url"], secret)

    async def wrap(
        self, tenant_id: UUID, key_id: UUID, key: bytes, server: KeyServer | None
    ) -> tuple[str, str | None, bytes]:
        """Wrap a data key: by the client's server first, if it has one, then by our own key. For ``gf.tenant_key``."""
        where, inner, server_key = f"tenant_key|wrapped|{key_id}", key, None
        if server is not None:
            told = await server.wrap(tenant_id, key, where)
            inner, server_key = told.value, told.key_id
        wrapped = await self.store.wrap(tenant_id, inner, where)
        return wrapped.key_id, server_key, wrapped.value

    async def unwrap(self, tenant_id: UUID, row: Mapping[str, Any], server: KeyServer | None) -> bytes:
        """Return the data key of a row of ``gf.tenant_key``."""
        where = f"tenant_key|wrapped|{row['id']}"
        inner = await self.store.unwrap(tenant_id, Wrapped(row["key_id"], bytes(row["wrapped"])), where)
        if row["server_key_id"] is None:
            return inner
        if server is None:
            raise KeysAway("a data key of this client is wrapped by a key server that is not named any more")
        return await server.unwrap(tenant_id, Wrapped(row["server_key_id"], inner), where)

    async def _read(self, scope: Scope) -> TenantKeys:
        tenant_id = scope.tenant_id
        if self._away.get(tenant_id, 0.0) > time.monotonic():
            raise KeysAway("the client's key server did not answer a moment ago")
        rows = await scope.fetch(_ROWS, tenant_id)
        server, found = self.server(tenant_id, rows), [row for row in rows if row["id"] is not None]
        try:
            opened = await asyncio.gather(*(self.unwrap(tenant_id, row, server) for row in found))
        except KeysDestroyed:
            return TenantKeys.gone(tenant_id)
        except KeysAway:
            if server is not None:
                self._away[tenant_id] = time.monotonic() + AWAY_S
            raise
        keys = {UUID(str(row["id"])): key for row, key in zip(found, opened, strict=True)}
        purposes = {(row["purpose"], row["active"]): UUID(str(row["id"])) for row in found}
        index = purposes.get((INDEX, True))
        return TenantKeys(tenant_id, keys, purposes.get((DATA, True)), keys[index] if index else None)

    async def _made(self, scope: Scope) -> TenantKeys:
        """Make the first keys. They are kept in memory once they are in the database, not before."""
        await self.add(scope, DATA)
        await self.add(scope, INDEX)
        keys = await self._read(scope)

        async def keep() -> None:
            self._kept[scope.tenant_id] = _Kept(keys, time.monotonic())

        scope.after_commit.append(keep)
        return keys


@dataclass(slots=True)
class _Installed:
    vault: Vault | None = None


_installed = _Installed()


def install(vault: Vault | None) -> None:
    """Make this the process's vault."""
    _installed.vault = vault


def vault() -> Vault:
    """Return the process's vault."""
    if _installed.vault is None:
        raise RuntimeError("no vault is installed: app.wiring does it for every process")
    return _installed.vault


async def sealing(scope: Scope) -> TenantKeys:
    """Return the keys to seal with. Raises :class:`KeysAway` and :class:`KeysDestroyed`."""
    keys = await vault().keys(scope, sealing=True)
    if keys.destroyed:
        raise KeysDestroyed
    return keys


async def opened(scope: Scope, work: Callable[[TenantKeys], _T]) -> _T:
    """Return what ``work`` does with the keys of the scope's tenant. Raises :class:`KeysAway`."""
    return await vault().opened(scope, work)
