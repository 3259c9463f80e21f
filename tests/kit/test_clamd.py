"""A real clamd with one signature of our own: it fetches nothing, and is there within a tenth of a second."""

from __future__ import annotations

import io
import socket
import subprocess
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from kit.embedded.machine import free_port
from kit.scanning.clamd import Clamd
from kit.scanning.embedded import EICAR
from kit.scanning.port import Content, InTurn, ScannerAway, Verdict

CLAMD = "/usr/sbin/clamd"


def content(octets: bytes) -> Content:
    return Content(len(octets), lambda start, end: (octets[n : n + 65536] for n in range(start, end, 65536)))


Daemon = tuple[str, str, "subprocess.Popen[bytes]"]
"""A running daemon: its two addresses and its process."""


@pytest.fixture(scope="module")
def daemon(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Daemon]:
    with running(tmp_path_factory.mktemp("clamd")) as made:
        yield made


@contextmanager
def running(folder: Path) -> Iterator[Daemon]:
    """Start a daemon of its own, and stop it afterwards."""
    port = free_port()
    (folder / "db").mkdir()
    (folder / "db" / "own.ndb").write_text(f"Eicar-Test-Signature:0:*:{EICAR.hex()}\n")
    (folder / "clamd.conf").write_text(
        f"LocalSocket {folder}/s\nTCPSocket {port}\nTCPAddr 127.0.0.1\nDatabaseDirectory {folder}/db\nForeground yes\n"
        "AlertEncrypted yes\nAlertExceedsMax yes\nStreamMaxLength 1M\nMaxThreads 2\nSelfCheck 0\n"
    )
    with subprocess.Popen([CLAMD, "-c", folder / "clamd.conf"], stdout=subprocess.DEVNULL) as process:
        unix, end = Clamd(f"unix:{folder}/s"), time.monotonic() + 20
        while True:
            try:
                unix.name()
                break
            except ScannerAway:
                assert process.poll() is None, "clamd does not start"
                assert time.monotonic() < end, "clamd takes too long"
                time.sleep(0.02)
        yield f"unix:{folder}/s", f"tcp://127.0.0.1:{port}", process
        process.terminate()


def encrypted() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.txt", b"hidden " * 20)
    made = bytearray(out.getvalue())
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        made[made.index(mark) + at] |= 1
    return bytes(made)


@pytest.mark.parametrize("way", [0, 1])
def test_it_says_what_it_found(daemon: tuple[str, str, object], way: int) -> None:
    clamd = Clamd(str(daemon[way]))
    assert clamd.name().startswith("ClamAV ")
    assert clamd.scan(content(b"hello " * 50_000)) == Verdict()
    assert clamd.scan(content(b"")) == Verdict()
    found = clamd.scan(content(b"x" * 70_000 + EICAR))
    assert (found.reason, found.found) == ("malware", "Eicar-Test-Signature.UNOFFICIAL")
    assert clamd.scan(content(encrypted())).reason == "encrypted"
    assert InTurn((clamd, clamd)).scan(content(EICAR)).reason == "malware"


def test_what_it_does_not_look_at_is_not_clean(daemon: tuple[str, str, object]) -> None:
    with pytest.raises(ScannerAway):
        Clamd(daemon[0]).scan(content(b"y" * 3_000_000))


def test_nobody_there_and_nobody_answering(tmp_path: Path) -> None:
    for address in (f"unix:{tmp_path}/none", f"tcp://127.0.0.1:{free_port()}"):
        with pytest.raises(ScannerAway):
            Clamd(address).scan(content(b"hello"))
    for wrong in ("", "unix:", "tcp://host", "http://host:1"):
        with pytest.raises(ValueError, match="neither"):
            Clamd(wrong)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        slow = Clamd(f"tcp://127.0.0.1:{silent.getsockname()[1]}", answers_within_s=0.1)
        with pytest.raises(ScannerAway):
            slow.scan(content(b"hello"))
        with pytest.raises(ScannerAway):
            slow.name()


def test_one_that_is_killed_in_the_middle(tmp_path: Path) -> None:
    with running(tmp_path) as (address, _, process):

        def octets(_start: int, _end: int) -> Iterator[bytes]:
            yield b"x" * 1000
            process.kill()
            process.wait()
            yield b"y" * 1000

        with pytest.raises(ScannerAway):
            Clamd(address).scan(Content(2000, octets))
