from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from datetime import timedelta
from pathlib import Path

import pytest

from kit.embedded.child import ChildProcess
from kit.embedded.errors import BinaryMissing, ChildFailed

STUBBORN = "trap 'echo asked' TERM; echo ready; while :; do sleep 0.05; done"


def alive(pid: int) -> bool:
    """A zombie that nobody has collected yet is not alive."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def gone_within(pid: int, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while alive(pid):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def shell(tmp_path: Path, script: str, **options: object) -> ChildProcess:
    return ChildProcess("a shell", ["/bin/sh", "-c", script], log=tmp_path / "shell.log", **options)  # type: ignore[arg-type]


def test_a_child_is_started_awaited_and_stopped(tmp_path: Path) -> None:
    child = shell(tmp_path, "echo ready; exec sleep 60")
    assert (child.pid, child.running, child.exit_code, child.stop()) == (None, False, None, None)
    child.start()
    child.wait_ready(lambda: "ready" in child.log_tail())
    assert child.running
    assert child.wait(timedelta(milliseconds=10)) is None
    assert child.stop() == -signal.SIGTERM
    assert not child.running


def test_starting_twice_is_refused(tmp_path: Path) -> None:
    child = shell(tmp_path, "exec sleep 60")
    child.start()
    try:
        with pytest.raises(RuntimeError, match="already running"):
            child.start()
    finally:
        child.stop()


def test_a_child_that_ends_early_says_so_with_its_log(tmp_path: Path) -> None:
    child = shell(tmp_path, "echo no such table; exit 7")
    child.start()
    with pytest.raises(ChildFailed, match=r"(?s)exit code 7.*no such table"):
        child.wait_ready(lambda: False)


def test_a_child_that_is_never_ready_says_so(tmp_path: Path) -> None:
    child = shell(tmp_path, "exec sleep 60")
    child.start()
    try:
        with pytest.raises(ChildFailed, match=r"not ready after 0.1 s"):
            child.wait_ready(lambda: False, timedelta(seconds=0.1))
    finally:
        child.stop()


def test_a_program_that_does_not_exist_is_named(tmp_path: Path) -> None:
    child = ChildProcess("a ghost", ["true"], prefix=["/no/such/launcher"], log=tmp_path / "log")
    with pytest.raises(BinaryMissing, match="/no/such/launcher"):
        child.start()


def test_stop_goes_on_to_kill_when_the_child_does_not_listen(tmp_path: Path) -> None:
    child = shell(tmp_path, STUBBORN, patience=timedelta(seconds=0.3))
    child.start()
    child.wait_ready(lambda: "ready" in child.log_tail())
    assert child.stop() == -signal.SIGKILL
    assert "asked" in child.log_tail()


def test_kill_takes_the_grandchildren_too(tmp_path: Path) -> None:
    child = shell(tmp_path, "sleep 60 & echo $!; wait")
    child.start()
    child.wait_ready(lambda: child.log_tail().strip().isdigit())
    grandchild = int(child.log_tail())
    child.kill()
    assert gone_within(grandchild, 5)


def test_a_child_outlives_the_thread_that_asked_for_it(tmp_path: Path) -> None:
    child = shell(tmp_path, "exec sleep 60")
    thread = threading.Thread(target=child.start)
    thread.start()
    thread.join()
    assert child.wait(timedelta(seconds=0.3)) is None
    assert child.running
    child.stop()


@pytest.mark.parametrize("ending", [signal.SIGKILL, signal.SIGTERM, None])
def test_no_child_outlives_its_parent(tmp_path: Path, ending: signal.Signals | None) -> None:
    script = f"""
import sys
from pathlib import Path
from kit.embedded.child import ChildProcess
child = ChildProcess("sleeper", ["sleep", "60"], log=Path({str(tmp_path)!r}) / "log")
child.start()
print(child.pid, flush=True)
sys.stdin.read()
"""
    with subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=Path.cwd()
    ) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        assert alive(child)
        if ending is None:
            parent.communicate(b"", timeout=20)
        else:
            os.kill(parent.pid, ending)
    assert gone_within(child, 5)
