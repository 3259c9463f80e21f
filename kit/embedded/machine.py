"""What an embedded server needs from the machine: a loopback port, a folder, a secret, a process's whereabouts."""

from __future__ import annotations

import os
import secrets
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from kit.embedded.errors import FolderInUse, FolderNotWritable, PortInUse

LOOPBACK = "127.0.0.1"
LEAVING_S = 5.0
"""How long a server that has lost its parent may need to end, and the helpers of a killed one to notice."""

Progress = Callable[[str], None]
"""Receives one short sentence for each step that takes noticeable time."""


def silent(_step: str) -> None:
    """Ignore the progress."""


def free_port() -> int:
    """Return a loopback TCP port that nobody uses at this moment."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
        return port


def port_is_free(port: int) -> bool:
    """Whether a server could listen on the loopback TCP port now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as servers do: a closed connection is no obstacle
        with suppress(OSError):
            probe.bind((LOOPBACK, port))
            return True
    return False


def require_port(name: str, port: int) -> None:
    """Raise PortInUse, naming server and port, unless the port is free."""
    if not port_is_free(port):
        raise PortInUse(name, port)


def require_folder(folder: Path) -> None:
    """Make the folder, private to us, and prove that it can be written; raise FolderNotWritable."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        probe = folder / f".probe-{secrets.token_hex(4)}"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise FolderNotWritable(folder, error.strerror or str(error)) from error


def kept_secret(file: Path) -> str:
    """Return the secret kept in the file, drawn at the first call; only the owner can read the file."""
    with suppress(FileNotFoundError):
        return file.read_text(encoding="ascii").strip()
    require_folder(file.parent)
    secret = secrets.token_urlsafe(24)
    write_private(file, secret + "\n")
    return secret


def write_private(file: Path, text: str) -> None:
    """Write a file that nobody but the owner could read at any moment, whole or not at all."""
    draft = file.with_name(f"{file.name}.{os.getpid()}")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as output:
        output.write(text)
    draft.replace(file)


def require_idle(name: str, program: str, folder: Path) -> None:
    """Raise FolderInUse while processes of ``program`` work in the folder; those that are leaving get a moment."""
    deadline = time.monotonic() + LEAVING_S
    while users := processes_in(folder, program):
        if time.monotonic() > deadline:
            raise FolderInUse(name, folder, users[0])
        time.sleep(0.05)


def processes_in(folder: Path, program: str) -> list[int]:
    """Return the ids of the program's processes that work in the folder (Linux; elsewhere none are seen)."""
    wanted = str(folder.resolve())
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if (entry / "comm").read_text().strip() == program and str((entry / "cwd").readlink()) == wanted:
                found.append(int(entry.name))
    return sorted(found)
