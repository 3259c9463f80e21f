"""What the owner of a floor is called: so that a later process on the same machine sees that it is gone.

A process is known by its machine's start (``boot_id``), its namespace of process ids, its id there, and the moment it
began (proc(5)). Only where the first two are our own can we look, and ids are given again: hence the moment. Whoever
cannot tell for sure says that the owner may live; then its lease is waited for.
"""

from __future__ import annotations

import os
import socket
from pathlib import Path

_BOOT = Path("/proc/sys/kernel/random/boot_id")
_IDS = Path("/proc/self/ns/pid")
_DEAD = frozenset("ZXx")
_STATE, _THREADS, _STARTED = 0, 17, 19
"""Where these stand in ``/proc/<id>/stat``, behind the name."""


def own_name() -> str:
    """Return what we are called: ``host:pid``, then how we are recognised, where the system tells that."""
    place, pid = _place(), os.getpid()
    stat = _stat(pid)
    known = f":{place}:{stat[_STARTED]}" if place and stat else ""
    return f"{socket.gethostname()}:{pid}{known}"


def is_gone(owner: str) -> bool:
    """Whether the process of this name is surely not there any more."""
    parts = owner.rsplit(":", 3)
    place = _place()
    if len(parts) != 4 or not place or parts[2] != place or not parts[1].isdecimal():  # noqa: PLR2004 - the parts above
        return False
    try:
        stat = _stat(int(parts[1]))
    except OSError:
        return False
    return stat is None or stat[_STARTED] != parts[3] or (stat[_STATE] in _DEAD and stat[_THREADS] in {"0", "1"})


def _place() -> str:
    """Return the machine's start and our namespace of process ids; empty where the system does not tell."""
    try:
        return f"{_BOOT.read_text(encoding='ascii').strip()}.{_IDS.stat().st_ino}"
    except OSError:
        return ""


def _stat(pid: int) -> list[str] | None:
    """Return the fields behind the name; None: there is no such process. Raises ``OSError``: it is hidden from us."""
    try:
        told = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        try:
            os.kill(pid, 0)  # sends nothing
        except ProcessLookupError:
            return None
        raise
    return told.rpartition(")")[2].split()
