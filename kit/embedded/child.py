"""One supervised child process: started, awaited, stopped, and never left behind, however its parent dies."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from kit.embedded.errors import BinaryMissing, ChildFailed

POLL_S = 0.02
TAIL_BYTES = 4000
TAIL_LINES = 15

# The kernel sends the parent-death signal when the *thread* that started the child ends, not only its process.
# So one thread that lives as long as the interpreter starts every child, whichever thread asks for it.
_launcher = ThreadPoolExecutor(max_workers=1, thread_name_prefix="child-launcher")

# The shell stands between the request for the death signal and the program, to notice a parent that died before it.
_UNLESS_ORPHANED = 'test "$PPID" = "$0" || exit 1; exec "$@"'


def dies_with_parent(command: Sequence[str], death_signal: signal.Signals) -> list[str]:
    """Wrap ``command`` so that the kernel sends it ``death_signal`` when this process ends, even by SIGKILL (Linux)."""
    if sys.platform != "linux" or shutil.which("setpriv") is None:
        return list(command)
    watch = ["setpriv", "--pdeathsig", death_signal.name.removeprefix("SIG"), "--"]
    return [*watch, "/bin/sh", "-c", _UNLESS_ORPHANED, str(os.getpid()), *command]


class ChildProcess:
    """A program run as a child in a process group of its own, its output appended to a log file.

    Blocking and thread-safe enough to be driven by ``asyncio.to_thread``. A terminal's Ctrl-C does not reach the child:
    the parent decides in which order its children stop.
    """

    def __init__(  # noqa: PLR0913 - how a program is started and stopped, all by keyword
        self,
        name: str,
        command: Sequence[str],
        *,
        log: Path,
        prefix: Sequence[str] = (),
        env: Mapping[str, str] | None = None,
        folder: Path | None = None,
        stop_signals: Sequence[signal.Signals] = (signal.SIGTERM,),
        death_signal: signal.Signals = signal.SIGKILL,
        patience: timedelta = timedelta(seconds=10),
    ) -> None:
        """Describe the child; nothing is started yet.

        ``prefix``: a launcher that execs the command (for example ``unshare``). ``env``: the whole environment, or None
        to hand down ours. ``folder``: the working directory. ``stop_signals``: sent in this order by ``stop``, each
        given ``patience``, before SIGKILL. ``death_signal``: what the kernel sends when the parent dies.
        """
        self.name = name
        self.log = log
        self._command = [*prefix, *dies_with_parent(command, death_signal)]
        self._env = env
        self._folder = folder
        self._stop_signals = tuple(stop_signals)
        self._patience = patience
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the program; it must not be running. Raises BinaryMissing when there is no such program."""
        if self.running:
            raise RuntimeError(f"{self.name} is already running as process {self.pid}")
        self.log.parent.mkdir(parents=True, exist_ok=True)
        self._process = _launcher.submit(self._spawn).result()

    def wait_ready(self, ready: Callable[[], bool], timeout: timedelta = timedelta(seconds=30)) -> None:
        """Return as soon as ``ready()`` holds; raise ChildFailed when the child ends first or ``timeout`` passes."""
        deadline = time.monotonic() + timeout.total_seconds()
        while not ready():
            if not self.running:
                raise ChildFailed(self.name, f"ended with exit code {self.exit_code}", self.log, self.log_tail())
            if time.monotonic() > deadline:
                what = f"was not ready after {timeout.total_seconds():g} s"
                raise ChildFailed(self.name, what, self.log, self.log_tail())
            time.sleep(POLL_S)

    def wait(self, timeout: timedelta | None = None) -> int | None:
        """Wait until the child ends and return its exit code; None when ``timeout`` passes first or it never ran."""
        if self._process is None:
            return None
        with suppress(subprocess.TimeoutExpired):
            return self._process.wait(None if timeout is None else timeout.total_seconds())
        return None

    def stop(self) -> int | None:
        """Ask the child to end, ever more firmly, and return its exit code (None when it was never started)."""
        for number in self._stop_signals:
            if not self.running:
                break
            self.send(number)
            self.wait(self._patience)
        if self.running:
            self.kill()
        return self.wait()

    def kill(self) -> None:
        """End the child and whatever it started in its process group, at once."""
        if self._process is not None and self.running:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()

    def send(self, number: signal.Signals) -> None:
        """Send one signal to the child, if it still runs."""
        if self._process is not None:
            self._process.send_signal(number)

    @property
    def pid(self) -> int | None:
        """The process id, None before the first start."""
        return None if self._process is None else self._process.pid

    @property
    def running(self) -> bool:
        """Whether the child was started and has not ended."""
        return self._process is not None and self._process.poll() is None

    @property
    def exit_code(self) -> int | None:
        """The exit code (negative: the signal that ended it); None while it runs or before it was started."""
        return None if self._process is None else self._process.poll()

    def log_tail(self) -> str:
        """Return the last lines of the log, for messages."""
        with suppress(OSError), self.log.open("rb") as file:
            file.seek(max(0, self.log.stat().st_size - TAIL_BYTES))
            return "\n".join(file.read().decode(errors="replace").splitlines()[-TAIL_LINES:])
        return ""

    def _spawn(self) -> subprocess.Popen[bytes]:
        with self.log.open("ab") as output:
            try:
                return subprocess.Popen(  # noqa: S603 - the command comes from our own code
                    self._command,
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    env=self._env,
                    cwd=self._folder,
                    start_new_session=True,
                )
            except FileNotFoundError as error:
                raise BinaryMissing(str(error.filename), self.name) from error
