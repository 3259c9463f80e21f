"""Install the phone engine into a private folder: unpacked packages that run under their own loader.

Nothing is installed into the system; no root and no container is needed. Standard library only.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import re
import shutil
import subprocess
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from telephony.asterisk.music import music_folder, silence_folder
from telephony.asterisk.packages import Problem, download, say

OLDEST = 20
"""The first release with what the adapter uses; 22 is what was proved."""


@contextlib.contextmanager
def locked(home: Path) -> Iterator[None]:
    """Hold the installer's lock; the kernel drops it with the process, however that ends (flock(2))."""
    home.parent.mkdir(parents=True, exist_ok=True)
    with home.with_name(home.name + ".lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("another installation is running, waiting for it")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def unpack(packages: Iterable[Path], root: Path) -> int:
    """Unpack every package below ``root`` and return how many there were."""
    archives = sorted(packages)
    shutil.rmtree(root, ignore_errors=True)
    root.mkdir()
    for number, archive in enumerate(archives, 1):
        subprocess.run(["dpkg", "-x", str(archive), str(root)], check=True)  # noqa: S603, S607 - the system's own
        if number % 50 == 0 or number == len(archives):
            say(f"unpacked {number} of {len(archives)} packages")
    return len(archives)


WRAPPER = """#!/bin/sh
# Runs {program} of the private phone engine under its own loader and libraries.
R=$(CDPATH= cd -- "$(dirname -- "$0")/../root" && pwd)
L="$R/{libraries}"
ESPEAK_DATA_PATH="$L/espeak-ng-data" exec "$L/{loader}" --library-path "$L:$L/pulseaudio" "$R/{program}" "$@"
"""


def write_wrappers(home: Path) -> dict[str, str]:
    """Write ``bin/asterisk`` and ``bin/espeak-ng``; return where loader and libraries are, relative to ``root``."""
    loaders = sorted((home / "root/usr/lib").glob("*-linux-gnu/ld-linux*.so.*"))
    if not loaders:
        raise Problem("the packages brought no loader (ld-linux): unknown architecture or layout")
    libraries = str(loaders[0].parent.relative_to(home / "root"))
    (home / "bin").mkdir(exist_ok=True)
    for program in ("usr/sbin/asterisk", "usr/bin/espeak-ng"):
        wrapper = home / "bin" / Path(program).name
        text = WRAPPER.format(program=program, libraries=libraries, loader=loaders[0].name)
        wrapper.write_text(text, encoding="utf-8")
        wrapper.chmod(0o755)
    return {"loader": f"{libraries}/{loaders[0].name}", "libraries": libraries}


def version_of(home: Path) -> str:
    """Ask the engine its version; raises :class:`Problem` when it is too old or cannot run."""
    command = [str(home / "bin/asterisk"), "-V"]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - what we unpacked
    found = re.match(r"Asterisk (\d+)\.\S+", ran.stdout)
    if found is None:
        raise Problem(f"the unpacked engine does not run: {ran.stdout}{ran.stderr}")
    if int(found[1]) < OLDEST:
        raise Problem(f"this mirror has {found[0]}; at least {OLDEST} is needed")
    return found[0].removeprefix("Asterisk ").split("~")[0].split("+")[0]


def build(partial: Path) -> dict[str, object]:
    """Fill ``partial`` with a complete installation; what a killed run has already downloaded is used again."""
    apt = partial / "apt"
    download(apt)
    archives = apt / "var/cache/apt/archives"
    count = unpack(archives.glob("*.deb"), partial / "root")
    facts: dict[str, object] = {**write_wrappers(partial), "packages": count}
    facts["asterisk"] = version_of(partial)
    music_folder(partial)
    silence_folder(partial)
    archives.rename(partial / "packages")
    shutil.rmtree(apt)  # the mirror's name goes with it
    return facts


def installed(home: Path) -> dict[str, object] | None:
    """Return the record of a complete installation, or nothing."""
    try:
        record: dict[str, object] = json.loads((home / "installed.json").read_text(encoding="utf-8"))
    except (FileNotFoundError, json.JSONDecodeError):
        return None
    return record


def install(home: Path, *, upgrade: bool) -> None:
    """Install beside ``home`` and rename, so that an interrupted run is never taken for a complete one."""
    if not upgrade and installed(home):
        say(f"Asterisk {(installed(home) or {})['asterisk']} is installed in {home}")
        return
    with locked(home):
        if not upgrade and installed(home):
            say("the other installation has done it")
            return
        started = time.monotonic()
        partial = home.with_name(home.name + ".partial")
        partial.mkdir(mode=0o755, exist_ok=True)
        shutil.rmtree(partial / "packages", ignore_errors=True)
        facts = build(partial)
        facts["seconds"] = round(time.monotonic() - started, 1)
        (partial / "installed.json").write_text(json.dumps(facts, indent=1) + "\n", encoding="utf-8")
        if home.exists():
            old = home.with_name(home.name + ".old")
            shutil.rmtree(old, ignore_errors=True)
            home.rename(old)
        partial.rename(home)
        shutil.rmtree(home.with_name(home.name + ".old"), ignore_errors=True)
    say(f"Asterisk {facts['asterisk']} installed in {home} ({facts['packages']} packages, {facts['seconds']} s)")
