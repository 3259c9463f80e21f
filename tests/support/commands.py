"""The command line in processes of its own, forked from one that has imported it: the imports cost three seconds each.

A process of its own because it is killed, or must not know what the test knows; the imports are nobody's point.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import TextIO

_COMMANDS = "app.cli"
_CONTEXT = get_context("forkserver")
_CONTEXT.set_forkserver_preload([_COMMANDS])


class Command:
    """A running command; what it says, on either stream, is read at ``stdout``."""

    def __init__(self, words: Sequence[str], folder: Path, environment: Mapping[str, str]) -> None:
        said, says = _CONTEXT.Pipe(duplex=False)
        self._process: BaseProcess = _CONTEXT.Process(target=_become, args=(says, words, folder, dict(environment)))
        self._process.start()
        says.close()
        self.stdout: TextIO = os.fdopen(os.dup(said.fileno()), encoding="utf-8")
        said.close()

    def poll(self) -> int | None:
        """Return the exit code, below zero the signal's number; None while it runs."""
        return self._process.exitcode

    def kill(self) -> None:
        """End it as a power cut would."""
        self._process.kill()

    def terminate(self) -> None:
        """Ask it to end, as a shell does."""
        self._process.terminate()

    def finish(self) -> tuple[int, str]:
        """Wait for its end; return the exit code, as above, and what it said since it was last read."""
        with self.stdout:
            said = self.stdout.read()
        self._process.join()
        assert self._process.exitcode is not None
        return self._process.exitcode, said


def _become(says: Connection, words: Sequence[str], folder: Path, environment: dict[str, str]) -> None:
    """Be the command: its words, folder, environment and streams, and signals as a shell leaves them."""
    for stream in (1, 2):
        os.dup2(says.fileno(), stream)
    says.close()
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    sys.argv = ["glassfloor", *words]
    import_module(_COMMANDS).main()
