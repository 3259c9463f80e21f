"""A whole centre as a user starts it: `glassfloor demo` in a folder of its own, without its traffic."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kit.embedded.machine import free_port
from kit.settings import child_environment

ROOT = Path(__file__).resolve().parents[2]
ENGINE_HOME = ROOT / ".glassfloor" / "phone-engine"
READY_WITHIN_S = 120


@dataclass
class Centre:
    """A running demo and what it says of itself."""

    process: subprocess.Popen[str]
    folder: Path
    facts: dict[str, Any]
    ready_after_s: float
    output: Path

    @property
    def url(self) -> str:
        return str(self.facts["url"])

    def account(self, *, scripted: bool = False, last: bool = False) -> dict[str, Any]:
        found: list[dict[str, Any]] = [a for a in self.facts["sip_accounts"] if a["scripted"] is scripted]
        return found[-1] if last else found[0]

    def tenant(self, code: str) -> dict[str, Any]:
        return next(t for t in self.facts["tenants"] if t["code"] == code)

    def user(self, role: str, client: str = "") -> dict[str, Any]:
        return next(u for u in self.facts["users"] if u["role"] == role and client in u["client"])


def install_engine() -> None:
    """Unpack the phone engine where the checkout's other tests have it, once."""
    subprocess.run(
        [ROOT / "scripts" / "phone-engine", "install", "--home", ENGINE_HOME], check=True, capture_output=True
    )


def demo_environment(**given: str) -> dict[str, str]:
    return child_environment({"GLASSFLOOR_PHONE_ENGINE": str(ENGINE_HOME), "PYTHONUNBUFFERED": "1", **given})


@contextmanager
def started_demo(folder: Path, *options: str, **given: str) -> Iterator[tuple[subprocess.Popen[str], Path]]:
    """Start the demo with settings ``given``; whatever the test does with it, it is not left running."""
    output = folder.with_suffix(".out")
    command = [sys.executable, "-m", "app.cli", "demo", "--folder", str(folder), "--port", str(free_port()), *options]
    env = demo_environment(**given)
    with output.open("w") as file:
        process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=file, stderr=subprocess.STDOUT, text=True)
    try:
        yield process, output
    finally:
        process.kill()
        process.wait()


@contextmanager
def running_demo(folder: Path, *options: str, **given: str) -> Iterator[Centre]:
    """Start the demo, wait for its line `ready:`, end it by Ctrl-C, and check that nothing of it is left."""
    if "simulator" not in options:
        install_engine()
    began = time.monotonic()
    with started_demo(folder, *options, **given) as (process, output):
        wait_for(output, "\nready: ", process)
        facts = json.loads((folder / "demo.json").read_text(encoding="utf-8"))
        yield Centre(process, folder, facts, time.monotonic() - began, output)
        assert process.poll() is None, f"the demo ended by itself:\n{output.read_text()[-3000:]}"
        process.send_signal(signal.SIGINT)
        process.wait(60)
        assert process.returncode == 0, output.read_text()[-3000:]
        assert "Traceback" not in output.read_text()
        assert "Unclosed" not in output.read_text()
    until_no_process_is_left(folder)
    assert not (folder / "demo.lock").exists()


def wait_for(output: Path, word: str, process: subprocess.Popen[str], within_s: float = READY_WITHIN_S) -> None:
    """Wait until the demo has said so."""
    deadline = time.monotonic() + within_s
    while word not in output.read_text():
        if process.poll() is not None or time.monotonic() > deadline:
            raise AssertionError(f"the demo did not say {word!r}:\n{output.read_text()[-4000:]}")
        time.sleep(0.1)


def until_no_process_is_left(folder: Path) -> None:
    """What was told to end may need a moment on a busy machine."""
    deadline = time.monotonic() + 15
    while left := processes_about(folder):
        assert time.monotonic() < deadline, left
        time.sleep(0.1)


def processes_about(folder: Path) -> list[str]:
    """Every process whose command line, working folder or open files name the folder."""
    found = []
    for entry in Path("/proc").iterdir():
        if re.fullmatch(r"\d+", entry.name):
            try:
                line = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
                at = str((entry / "cwd").readlink())
            except OSError:
                continue
            if str(folder) in line or at.startswith(str(folder)):
                found.append(f"{entry.name}: {line}")
    return found
