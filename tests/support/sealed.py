"""Recordings as tests listen to them: opened with the tenant's keys into a WAV, as the phone engine wrote it."""

from __future__ import annotations

import io
import wave
from pathlib import Path

import soundfile

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
    assert b"fLaC" not in stored.read_bytes()[:200]
    plain = stored.with_suffix(".plain.wav")
    plain.write_bytes(as_wav(b"".join(sealedfile.read(stored, keys, where(stored.stem)))))
    return plain


def as_wav(flac: bytes) -> bytes:
    """The sound as a phone engine writes it."""
    samples, rate = soundfile.read(io.BytesIO(flac), dtype="int16")
    made = io.BytesIO()
    with wave.open(made, "wb") as file:
        file.setparams((samples.ndim, 2, rate, 0, "NONE", ""))
        file.writeframes(samples.tobytes())
    return made.getvalue()
