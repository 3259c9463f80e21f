"""The worker's part of files on work orders: which scanner there is, and the jobs that scan and delete."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from uuid import UUID

from interactions.endpoints import is_own
from kit.clock import now
from kit.db import Scope
from kit.objects import Objects
from kit.scanning.clamd import Clamd
from kit.scanning.embedded import Embedded
from kit.scanning.port import InTurn, Scanner
from kit.settings import Settings
from workorders.attachments.service import scanning


class _Installed:
    means: scanning.Means | None = None


def scanner_of(settings: Settings) -> Scanner:
    """Return the scanner of this installation: the embedded one always, and clamd after it where there is one.

    Raises ``ValueError`` for an address that is none.
    """
    return InTurn((Embedded(), Clamd(settings.clamd))) if settings.clamd else Embedded()


def install(objects: Objects, scanner: Scanner) -> None:
    """Let this process scan, and delete what it must."""
    _Installed.means = scanning.Means(objects, scanner)


async def scan(scope: Scope, payload: Mapping[str, object]) -> None:
    """Scan an attachment."""
    await scanning.scan(scope, UUID(str(payload["subject"])), _means(), now())


async def erase(scope: Scope, payload: Mapping[str, object]) -> None:
    """Delete a file that no row names any more, in its tenant's own folder. Raises ``OSError``: it is tried again."""
    key = str(payload["key"])
    if is_own(key, scope.tenant_id):
        await asyncio.to_thread(_means().objects.delete, key)


def _means() -> scanning.Means:
    if _Installed.means is None:
        raise RuntimeError("nobody installed what files are scanned by: app.scanning.install")
    return _Installed.means
