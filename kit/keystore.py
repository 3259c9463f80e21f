"""Where a tenant's own key is kept: the key that wraps its data keys, and whose end is the end of its data.

The store of this installation is a folder of small files, one for each tenant, in no database: a backup of the
database alone opens nothing, and a file that is destroyed takes everything with it that was ever sealed under it, in
every copy. A client that keeps its own key adds a second lock (:mod:`kit.keyserver`); ours always stays as well.
"""

from __future__ import annotations

import asyncio
import json
import os
import secrets
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from kit.durable import sync_folder
from kit.errors import KeysAway, KeysDestroyed
from kit.ids import new_id
from kit.secretbox import SecretBox, Unreadable

_NONCE = 12


@dataclass(frozen=True, slots=True)
class Wrapped:
    """A data key that only the tenant's key opens. ``key_id`` names the tenant's key."""

    key_id: str
    value: bytes


class KeyStore(Protocol):
    """Keeps tenants' keys and never gives one away. Raises :class:`KeysAway` and :class:`KeysDestroyed`."""

    async def wrap(self, tenant_id: UUID, key: bytes, where: str) -> Wrapped:
        """Wrap a data key under the tenant's newest key, which is made when there is none."""

    async def unwrap(self, tenant_id: UUID, wrapped: Wrapped, where: str) -> bytes:
        """Return the data key."""

    async def rotate(self, tenant_id: UUID) -> str:
        """Make a new key for what is wrapped from now on and return its id; older ones still unwrap."""

    async def retire(self, tenant_id: UUID, keep: Collection[str]) -> None:
        """Destroy the tenant's keys but these."""

    async def destroy(self, tenant_id: UUID, at: datetime) -> list[str]:
        """Destroy the tenant's keys for ever; return their ids, also when that was done before."""


class LocalKeyStore:
    """Keys in files, each wrapped by the installation's master key (``GF_MASTER_KEY``)."""

    def __init__(self, folder: Path, box: SecretBox) -> None:
        """Take the folder, made when the first key is, and the box of the master key."""
        self._folder = folder
        self._box = box

    async def wrap(self, tenant_id: UUID, key: bytes, where: str) -> Wrapped:
        """Wrap a data key."""
        keys, active = await asyncio.to_thread(self._made, tenant_id)
        nonce = secrets.token_bytes(_NONCE)
        return Wrapped(active, nonce + AESGCM(keys[active]).encrypt(nonce, key, where.encode()))

    async def unwrap(self, tenant_id: UUID, wrapped: Wrapped, where: str) -> bytes:
        """Return the data key."""
        keys, _ = await asyncio.to_thread(self._read, tenant_id)
        if wrapped.key_id not in keys:
            raise KeysAway(f"key {wrapped.key_id} of this client is not in the folder of keys; restore that folder")
        try:
            return AESGCM(keys[wrapped.key_id]).decrypt(wrapped.value[:_NONCE], wrapped.value[_NONCE:], where.encode())
        except (InvalidTag, ValueError) as error:
            raise KeysAway("a data key of this client was changed, or belongs to another place") from error

    def derived(self, tenant_id: UUID, what: str, key_id: str | None = None) -> tuple[str, bytes]:
        """Return a key for something that must open while every database is away, and the id of what it comes from.

        HKDF-SHA256 (RFC 5869) of the tenant's key: the newest (made when there is none), or the one of ``key_id``.
        Blocks. Raises :class:`KeysAway` and :class:`KeysDestroyed`.
        """
        keys, active = self._made(tenant_id) if key_id is None else self._read(tenant_id)
        chosen = key_id or active
        if chosen not in keys:
            raise KeysAway(f"key {chosen} of this client is not in the folder of keys; restore that folder")
        return chosen, HKDF(SHA256(), 32, None, f"glassfloor {what}|{tenant_id}".encode()).derive(keys[chosen])

    async def rotate(self, tenant_id: UUID) -> str:
        """Make a new key."""
        return await asyncio.to_thread(self._rotate, tenant_id)

    async def retire(self, tenant_id: UUID, keep: Collection[str]) -> None:
        """Destroy the tenant's keys but these and the newest."""
        await asyncio.to_thread(self._retire, tenant_id, keep)

    async def destroy(self, tenant_id: UUID, at: datetime) -> list[str]:
        """Destroy the tenant's keys for ever. From the moment that the tombstone is on the disk there is no way back.

        The tombstone comes first: a process that dies in between has destroyed them, and the next call cleans up.
        """
        return await asyncio.to_thread(self._destroy, tenant_id, at)

    def destroyed(self, tenant_id: UUID) -> bool:
        """Say whether this tenant's keys were destroyed."""
        return self._tombstone(tenant_id).exists()

    # --------------------------------------------------------------------------------------------------------- on disk

    def _file(self, tenant_id: UUID) -> Path:
        return self._folder / f"{tenant_id}.key"

    def _tombstone(self, tenant_id: UUID) -> Path:
        return self._folder / f"{tenant_id}.destroyed"

    def _read(self, tenant_id: UUID) -> tuple[dict[str, bytes], str]:
        if self.destroyed(tenant_id):
            raise KeysDestroyed
        try:
            stored = json.loads(self._file(tenant_id).read_bytes())
            keys = {
                key_id: self._box.open(bytes.fromhex(sealed), f"key|{tenant_id}|{key_id}")
                for key_id, sealed in stored["keys"].items()
            }
        except (OSError, ValueError, KeyError, TypeError, AttributeError, Unreadable) as error:
            raise KeysAway(
                "the file of this client's key is missing, damaged or of another installation; restore the folder of"
                " keys, and see that GF_MASTER_KEY is this installation's"
            ) from error
        return keys, str(stored["active"])

    def _made(self, tenant_id: UUID) -> tuple[dict[str, bytes], str]:
        if not self.destroyed(tenant_id) and not self._file(tenant_id).exists():
            key_id = new_id().hex
            with suppress(FileExistsError):  # another process was first: its key is the tenant's
                self._write(tenant_id, {key_id: secrets.token_bytes(32)}, key_id, new=True)
        return self._read(tenant_id)

    def _rotate(self, tenant_id: UUID) -> str:
        keys, _ = self._made(tenant_id)
        key_id = new_id().hex
        self._write(tenant_id, {**keys, key_id: secrets.token_bytes(32)}, key_id)
        return key_id

    def _retire(self, tenant_id: UUID, keep: Collection[str]) -> None:
        keys, active = self._read(tenant_id)
        kept = {key_id: key for key_id, key in keys.items() if key_id == active or key_id in keep}
        if kept != keys:
            self._write(tenant_id, kept, active)

    def _write(self, tenant_id: UUID, keys: dict[str, bytes], active: str, *, new: bool = False) -> None:
        sealed = {key_id: self._box.seal(key, f"key|{tenant_id}|{key_id}").hex() for key_id, key in keys.items()}
        made = self._durable(self._file(tenant_id), json.dumps({"active": active, "keys": sealed}).encode())
        try:
            if new:
                os.link(made, self._file(tenant_id))
            else:
                made.replace(self._file(tenant_id))
        finally:
            made.unlink(missing_ok=True)
        sync_folder(self._folder)

    def _durable(self, place: Path, content: bytes) -> Path:
        """Write a synced file beside ``place`` and return it."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = place.with_name(f".{place.name}.{secrets.token_hex(8)}")
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        return path

    def _destroy(self, tenant_id: UUID, at: datetime) -> list[str]:
        file, tombstone = self._file(tenant_id), self._tombstone(tenant_id)
        if not tombstone.exists():
            ids = _ids_in(file)
            self._durable(tombstone, json.dumps({"at": at.isoformat(), "key_ids": ids}).encode()).replace(tombstone)
            sync_folder(self._folder)
        if file.exists():
            with file.open("r+b") as overwritten:
                overwritten.write(secrets.token_bytes(file.stat().st_size))
                overwritten.flush()
                os.fsync(overwritten.fileno())
            file.unlink()
            sync_folder(self._folder)
        return list(json.loads(tombstone.read_bytes())["key_ids"])


def _ids_in(file: Path) -> list[str]:
    """Return the ids in a key file, without opening the keys; a damaged one has none that could be named."""
    try:
        return sorted(json.loads(file.read_bytes())["keys"])
    except (OSError, ValueError, KeyError, TypeError):
        return []
