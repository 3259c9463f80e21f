"""What the embedded servers have in common: a folder, a loopback port, one child process, and how it comes up."""

from __future__ import annotations

from abc import ABC, abstractmethod
from datetime import timedelta
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType
from typing import ClassVar, Self

from kit.embedded.child import ChildProcess
from kit.embedded.errors import BinaryMissing, ChildFailed, PortInUse
from kit.embedded.machine import Progress, free_port, port_is_free, require_folder, require_port

READY_WITHIN = timedelta(minutes=2)
"""Longer than any start takes, the recovery after a crash included."""
PORT_TRIES = 5
"""A free port can be snatched between being found and being listened on; so often another one is tried."""


def packaged_program(module: str, package: str, path: str) -> Path:
    """Return a program that lies at ``path`` inside an installed module; raise BinaryMissing, naming its package."""
    spec = find_spec(module)
    if spec is not None and spec.origin is not None:
        program = Path(spec.origin).parent / path
        if program.is_file():
            return program
    raise BinaryMissing(Path(path).name, package)


class EmbeddedServer(ABC):
    """One server with all its files in ``folder``, listening on 127.0.0.1 only.

    All methods block; an event loop drives them with ``asyncio.to_thread``. The server ends with this process, however
    that ends.
    """

    name: ClassVar[str]

    def __init__(self, folder: Path, port: int | None, progress: Progress) -> None:
        self.folder = folder.resolve()
        self.port = port or 0
        self._fixed_port = port is not None
        self._progress = progress
        self._child: ChildProcess | None = None

    def start(self) -> None:
        """Start, making the files at the first time, and return when clients are served.

        Raises PortInUse, FolderNotWritable, FolderInUse, BinaryMissing or ChildFailed.
        """
        require_folder(self.folder)
        if self._fixed_port:
            require_port(self.name, self.port)
        self._prepare()
        self._progress(f"Starting {self.name}")
        tries_left = 1 if self._fixed_port else PORT_TRIES
        while not self._came_up():
            tries_left -= 1
            if not tries_left:
                raise PortInUse(self.name, self.port)

    def revive(self) -> None:
        """Start again after the process died, on the port that it had: clients know no other. Raises as `start`."""
        had_fixed, self._fixed_port = self._fixed_port, True
        try:
            self.start()
        finally:
            self._fixed_port = had_fixed

    def stop(self) -> None:
        """Shut down cleanly: what clients were told is kept lies on disk."""
        if self._child is not None:
            self._child.stop()

    def crash(self) -> None:
        """Kill the server at once, as a power cut would; the next start recovers."""
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
    @abstractmethod
    def log(self) -> Path:
        """The server's log file."""

    def __enter__(self) -> Self:
        """Start."""
        self.start()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        """Stop."""
        self.stop()

    def _came_up(self) -> bool:
        """Launch on the port; return False when somebody else has it, raise ChildFailed when it fails otherwise."""
        if not self._fixed_port:
            self.port = free_port()
        self._child = self._describe()
        self._child.start()
        try:
            self._child.wait_ready(self._ready, READY_WITHIN)
        except ChildFailed:
            self._child.stop()
            if port_is_free(self.port):
                raise
            return False
        return True

    @abstractmethod
    def _prepare(self) -> None:
        """Make what the server needs in its folder; refuse a folder that another server uses."""

    @abstractmethod
    def _describe(self) -> ChildProcess:
        """Describe the child process that serves on ``self.port``."""

    @abstractmethod
    def _ready(self) -> bool:
        """Whether our own process serves clients."""
