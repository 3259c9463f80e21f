"""What a floor remembers of tenants with a database of their own, on the disk: it may be away when we start.

A sealed file for each, beside the spool and under a key of its tenant. It is written when the configuration is read and
something in it is new; so its moment is the one since when it was like that. It is removed when the tenant lives in the
shared database or has left the floor.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from uuid import UUID

import structlog
from pydantic import TypeAdapter, ValidationError

from kit.durable import sync_folder
from kit.errors import KeysAway, KeysDestroyed
from kit.keystore import LocalKeyStore
from kit.sealedlines import LineSealer
from kit.tenantkeys import Tampered
from tenants.core.configuration import FloorConfiguration, Remembered

_FORM = TypeAdapter(Remembered)
_ENDS = ".configuration"

log = structlog.get_logger(__name__)


class Memory:
    """The files of one floor. Everything here blocks."""

    def __init__(self, folder: Path, floor: str, keys: LocalKeyStore) -> None:
        """Take the folder, made when the first tenant is remembered."""
        self._folder, self._floor, self._keys = folder, floor, keys
        self._written: dict[UUID, bytes] = {}

    def keep(self, configuration: FloorConfiguration, now: datetime) -> None:
        """Remember the present tenants that live apart, and forget who does not. What cannot be written is logged."""
        present = set(configuration.present) & configuration.apart
        for tenant in configuration.tenants:
            if tenant.id in present:
                self._keep(configuration.memory_of(tenant, now))
        there = present | configuration.absent
        for path in self._folder.glob(f"{self._floor}.*{_ENDS}"):
            if path.name not in {self._path(tenant).name for tenant in there}:
                path.unlink(missing_ok=True)

    def of(self, tenants: Iterable[UUID]) -> list[Remembered]:
        """Return what is remembered of these tenants; what does not open or is not understood is not remembered."""
        found = []
        for tenant in tenants:
            try:
                (line,) = self._sealer(tenant).open([self._path(tenant).read_bytes()])
                memory = _FORM.validate_json(line)
            except FileNotFoundError:
                continue
            except (OSError, KeysAway, KeysDestroyed, Tampered, ValidationError) as error:
                log.warning("configuration_not_remembered", tenant=str(tenant), error=type(error).__name__)
                continue
            if memory.tenant.id == tenant:
                found.append(memory)
        return found

    def _keep(self, memory: Remembered) -> None:
        tenant = memory.tenant.id
        digest = hashlib.sha256(_FORM.dump_json(memory, exclude={"at"})).digest()
        if self._written.get(tenant) == digest and self._path(tenant).exists():
            return
        try:
            (sealed,) = self._sealer(tenant).seal([_FORM.dump_json(memory)])
            self._write(self._path(tenant), sealed)
        except (OSError, KeysAway, KeysDestroyed) as error:
            log.warning("configuration_not_kept", tenant=str(tenant), error=repr(error))
        else:
            self._written[tenant] = digest

    def _write(self, path: Path, content: bytes) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        made = path.with_name(f".{path.name}.new")
        with os.fdopen(os.open(made, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        made.replace(path)
        sync_folder(path.parent)

    def _path(self, tenant: UUID) -> Path:
        return self._folder / f"{self._floor}.{tenant}{_ENDS}"

    def _sealer(self, tenant: UUID) -> LineSealer:
        return LineSealer(self._keys, tenant, f"configuration of {self._floor}")
