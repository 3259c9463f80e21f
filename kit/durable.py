"""Making a change of a folder last: a synced file is lost with its name, unless its folder is synced as well."""

from __future__ import annotations

import os
from pathlib import Path


def sync_folder(folder: Path) -> None:
    """Let the names in a folder survive a crash of the machine (fsync(2)); blocks until the disk says so."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
