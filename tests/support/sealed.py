"""Recordings as tests listen to them: opened with the tenant's keys into a plain file."""

from __future__ import annotations

from pathlib import Path

from interactions.audio import where
from kit import sealedfile, vault
from kit.db import AccessibleTenantId, Database
from kit.tenantkeys import TenantKeys


async def opened_recording(plane: Database, tenant: AccessibleTenantId, stored: Path) -> Path:
    """Write the plain sound beside the sealed one and return its path."""
    async with plane.transaction(tenant) as scope:
        keys = await vault.vault().keys(scope)
    return _opened(stored, keys)


def _opened(stored: Path, keys: TenantKeys) -> Path:
    assert sealedfile.look(stored).key_id is not None, "the recording is not sealed"
    assert b"RIFF" not in stored.read_bytes()[:200]
    plain = stored.with_suffix(".plain.wav")
    plain.write_bytes(b"".join(sealedfile.read(stored, keys, where(stored.stem))))
    return plain
