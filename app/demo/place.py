"""The demo's one folder: everything that it keeps, locked while it runs, with secrets that survive a restart."""

from __future__ import annotations

import fcntl
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from kit.embedded.machine import require_folder, write_private
from migrations.logins import LOGINS

KEYS = ("context_key", "signing_key", "master_key")
"""Keys of 32 bytes that a demo makes for itself; kit.settings says what each is for."""


class AlreadyRunning(Exception):
    """Another demo uses the folder."""

    def __init__(self, folder: Path) -> None:
        """Say which folder, and what to do."""
        super().__init__(f"A demo already runs in {folder}. End it with Ctrl-C, or give another --folder.")


class Place:
    """Paths and secrets of one demo."""

    def __init__(self, folder: Path) -> None:
        """Take the folder; :meth:`locked` makes it."""
        self.folder = folder.resolve()

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the folder. The lock is the kernel's: a killed demo leaves none behind."""
        require_folder(self.folder)
        with (self.folder / "demo.lock").open("w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise AlreadyRunning(self.folder) from error
            try:
                yield
            finally:
                os.unlink(file.name)  # noqa: PTH108 - while it is still locked

    def log(self, name: str) -> Path:
        """Return the log file of a child."""
        return self.folder / "logs" / f"{name}.log"

    def secrets(self) -> dict[str, Any]:
        """Return the passwords and keys of this installation, made once."""
        file = self.folder / "secrets.json"
        if file.exists():
            kept: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
            missing = {name: secrets.token_hex(32) for name in KEYS if name not in kept}  # an older demo's folder
            if missing:
                self.keep(kept | missing)
            return kept | missing
        made = {
            "logins": {login: secrets.token_urlsafe(24) for login in LOGINS},
            **{name: secrets.token_hex(32) for name in KEYS},
            "password": f"glass-{secrets.token_hex(3)}",
            "keys": {},
        }
        self.keep(made)
        return made

    def keep(self, made: dict[str, Any]) -> None:
        """Store the secrets, readable by the owner only."""
        write_private(self.folder / "secrets.json", json.dumps(made, indent=1))

    def publish(self, facts: dict[str, Any]) -> Path:
        """Write what scripts need to know about the running demo; returns the file."""
        file = self.folder / "demo.json"
        write_private(file, json.dumps(facts, indent=1, ensure_ascii=False))
        return file
