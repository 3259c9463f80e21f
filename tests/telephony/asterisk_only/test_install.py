"""Which mirror the installer takes, and that an installation which is there is left alone."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path

import pytest

from telephony.asterisk import packages
from telephony.asterisk.hearing import tones_in
from telephony.asterisk.music import music_folder

SCRIPT = Path(__file__).parents[3] / "scripts" / "phone-engine"
DEB822 = """\
# URIs: http://comment.example/debian
Types: deb
# a comment inside
URIs: http://third-party.example/x
Suites: nodistro
Components: main

Types: deb deb-src
URIs: http://mirror.example/debian
Suites: {codename} {codename}-updates
Components: main
 contrib
Signed-By: /usr/share/keyrings/some.gpg

Types: deb
Enabled: no
URIs: http://off.example/debian
Suites: {codename}
"""


def test_the_release_decides_not_the_first_entry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packages, "codename", lambda: "bookworm")
    (tmp_path / "sources.list.d").mkdir()
    (tmp_path / "sources.list.d/a.list").write_text("deb [arch=amd64] http://other.example/deb stable main\n")
    (tmp_path / "sources.list.d/b.sources").write_text(DEB822.format(codename="bookworm"))
    found = packages.machine_source(tmp_path)
    assert found == ("http://mirror.example/debian", ("bookworm", "bookworm-updates"), "/usr/share/keyrings/some.gpg")


def test_one_line_files_are_read_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packages, "codename", lambda: "bookworm")
    (tmp_path / "sources.list.d").mkdir()
    (tmp_path / "sources.list").write_text(
        "# deb http://old.example bookworm main\ndeb-src http://mirror.example/debian bookworm main\n"
        "deb [signed-by=/k.gpg arch=amd64] http://mirror.example/debian bookworm main\n"
    )
    assert packages.machine_source(tmp_path) == ("http://mirror.example/debian", ("bookworm",), "/k.gpg")


def test_a_machine_without_its_own_entry_is_told_so(tmp_path: Path) -> None:
    with pytest.raises(packages.Problem, match="no entry for the suite"):
        packages.machine_source(tmp_path)


def test_installing_again_does_nothing_quickly(home: Path) -> None:
    before = (home / "installed.json").stat().st_mtime_ns
    started = time.monotonic()
    done = subprocess.run([SCRIPT, "install"], capture_output=True, text=True, check=True)
    assert time.monotonic() - started < 5
    assert "is installed in" in done.stderr
    assert (home / "installed.json").stat().st_mtime_ns == before


def test_status_tells_by_its_exit_code(tmp_path: Path) -> None:
    command = [str(SCRIPT), "status", "--home", str(tmp_path / "nothing"), "--folder", str(tmp_path / "engine")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, "phone-engine install" in done.stderr) == (4, True)


def test_an_engine_started_by_the_script_is_stopped_by_it(home: Path, tmp_path: Path) -> None:
    def run(command: str) -> int:
        words = [str(SCRIPT), command, "--home", str(home), "--folder", str(tmp_path / "engine")]
        return subprocess.run(words, capture_output=True, check=False).returncode

    assert [run(command) for command in ("status", "start", "status", "start", "stop", "status", "stop")] == [
        3, 0, 0, 0, 0, 3, 0,
    ]  # fmt: skip
    assert not (tmp_path / "engine/engine.json").exists()


def test_the_waiting_music_is_heard_as_697_hertz(home: Path) -> None:
    assert tones_in(music_folder(home) / "waiting.wav") == {697}
