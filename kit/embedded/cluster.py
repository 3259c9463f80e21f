"""A PostgreSQL data folder from outside: its version, its lock file, and the settings that it is started with."""

from __future__ import annotations

import sys
from pathlib import Path

from kit.embedded.errors import EmbeddedServerError
from kit.embedded.machine import LOOPBACK, require_idle


def server_settings(port: int, max_connections: int, *, durable: bool) -> dict[str, str]:
    """Return the settings of an embedded server: loopback only, small, in UTC; without durability fast as well."""
    settings = {
        "listen_addresses": LOOPBACK,
        "port": str(port),
        "unix_socket_directories": "",
        "max_connections": str(max_connections),
        "shared_buffers": "128MB",
        "password_encryption": "scram-sha-256",
        "timezone": "UTC",
        "log_timezone": "UTC",
        "jit": "off",
        "cluster_name": "glassfloor",
    }
    durability = "on" if durable else "off"
    return settings | dict.fromkeys(("fsync", "synchronous_commit", "full_page_writes"), durability)


def release_stale_lock(data: Path) -> None:
    """Remove the lock file of a server that was killed; raise FolderInUse while a server works on the folder.

    PostgreSQL itself refuses to start when another program has meanwhile got the process id in the file, as happens
    after a restart of a container. Every PostgreSQL process has the data folder as its working directory, so when
    none is there the lock is stale, whatever process id it names. Where processes cannot be seen (not Linux), nothing
    is removed and PostgreSQL judges alone.
    """
    if sys.platform != "linux":
        return
    require_idle("PostgreSQL", "postgres", data)
    (data / "postmaster.pid").unlink(missing_ok=True)


def require_version(data: Path, major: str) -> None:
    """Raise EmbeddedServerError when another major version of PostgreSQL made the folder, or none did."""
    version = data / "PG_VERSION"
    found = version.read_text(encoding="ascii").strip() if version.is_file() else "of unknown version"
    if found != major:
        raise EmbeddedServerError(
            f"{data} was made by PostgreSQL {found}, and this is {major}. Export it with the old version, or remove "
            "the folder to start empty."
        )
