"""A folder in memory for servers whose data nobody needs afterwards: a database is copied there in a third of the time.

A disk that many tests write to is the slowest part of making a test's own database.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import mkdtemp

IN_MEMORY = Path("/dev/shm")  # noqa: S108 - our own folder in it has a name of its own
_PREFIX = "glassfloor-tests-"
_ENOUGH = 5 * 1024**3
"""Bytes that must be free: several test processes begin at the same time, and each fills less than a tenth of it."""


@contextmanager
def quick_folder(otherwise: Path) -> Iterator[Path]:
    """Make a folder in memory and remove it at the end; ``otherwise`` where memory is short or cannot be used so."""
    if not _plenty():
        yield otherwise
        return
    _sweep()
    made = Path(mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-", dir=IN_MEMORY))
    made.chmod(0o755)
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


def _plenty() -> bool:
    with suppress(OSError):
        memory = dict(line.split(":") for line in Path("/proc/meminfo").read_text(encoding="ascii").splitlines())
        free = min(shutil.disk_usage(IN_MEMORY).free, int(memory["MemAvailable"].split()[0]) * 1024)
        return os.access(IN_MEMORY, os.W_OK) and free > _ENOUGH
    return False


def _sweep() -> None:
    """Remove what test processes left that were killed."""
    for left in IN_MEMORY.glob(f"{_PREFIX}*"):
        if not Path("/proc", left.name.removeprefix(_PREFIX).partition("-")[0]).exists():
            shutil.rmtree(left, ignore_errors=True)
