"""How loud a recording is: measured once, when somebody first looks at it, and kept sealed like the recording."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from interactions.audio import where as sound_at
from interactions.errors import RecordingAway, RecordingUnreadable
from kit import sealedfile, vault
from kit.db import AccessibleTenantId, Plane, Scope
from kit.errors import NotFound
from kit.objects import Kept, Objects
from kit.peaks import NoSound, Peaks, measure, unpacked
from kit.tenantkeys import Tampered, TenantKeys, UnknownKey

_AT_ONCE = asyncio.Semaphore(1)
"""An hour takes seconds of a core: one at a time in a process."""
_STORE = """
INSERT INTO gf.recording_peaks (tenant_id, id, peaks)
SELECT $1, id, $3 FROM gf.recording WHERE tenant_id = $1 AND id = $2 AND deleted_at IS NULL ON CONFLICT DO NOTHING
"""


def where(recording: UUID | str) -> str:
    """Return where a recording's peaks are sealed for."""
    return f"recording_peaks|peaks|{recording}"


async def of(plane: Plane, tenant_id: AccessibleTenantId, objects: Objects, recording: Mapping[str, Any]) -> Peaks:
    """Return the peaks of a recording (a row of ``interactions.service.recordings``), made if there are none yet.

    Raises ``NotFound``, :class:`RecordingAway`, :class:`RecordingUnreadable`, ``KeysAway`` and ``KeysDestroyed``.
    """
    async with plane.transaction(tenant_id) as scope:
        known = await _stored(scope, recording["id"])
    if known is not None:
        return known
    async with _AT_ONCE:
        kept = Kept(objects, recording["key"])
        try:
            told = await asyncio.to_thread(sealedfile.look, kept)
            async with plane.transaction(tenant_id) as scope:
                keys = await vault.sealing(scope)
            reading = keys.require(told.key_id) if told.key_id else None
            found = await asyncio.to_thread(_measured, kept, reading, recording["id"])
        except (FileNotFoundError, NoSound) as error:
            raise NotFound from error  # no longer kept, or nothing that has a wave
        except (Tampered, UnknownKey) as error:
            raise RecordingUnreadable from error
        except OSError as error:
            raise RecordingAway from error
        async with plane.transaction(tenant_id) as scope:
            sealed = keys.seal_bytes(found.packed(), where(recording["id"]))
            await scope.fetch(_STORE, tenant_id, UUID(str(recording["id"])), sealed)
    return found


async def _stored(scope: Scope, recording: str) -> Peaks | None:
    rows = await scope.fetch(
        "SELECT peaks FROM gf.recording_peaks WHERE tenant_id = $1 AND id = $2", scope.tenant_id, UUID(recording)
    )
    if not rows:
        return None
    sealed = bytes(rows[0]["peaks"])
    try:
        return unpacked(await vault.opened(scope, lambda keys: keys.open_bytes(sealed, where(recording))))
    except (Tampered, NoSound) as error:
        raise RecordingUnreadable from error


def _measured(kept: Kept, keys: TenantKeys | None, recording: str) -> Peaks:
    return measure(io.BytesIO(b"".join(sealedfile.read(kept, keys, sound_at(recording)))))
