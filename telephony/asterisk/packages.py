"""The engine's packages, fetched by the machine's own apt client into private state.

The mirror is read from the machine's apt sources at run time and written down nowhere else. Standard library only:
``scripts/phone-engine`` runs before anything is installed.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

PACKAGES = ("asterisk", "asterisk-core-sounds-en-wav", "espeak-ng")
FALLBACK_SUITE = "sid"
"""Debian 12 has no Asterisk of its own; the package of the development suite runs under its own C library."""
DEBIAN_KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"


class Problem(Exception):
    """Something that the person at the keyboard can act on; printed without a traceback."""


def say(text: str) -> None:
    """One line of progress."""
    sys.stderr.write(f"phone-engine: {text}\n")
    sys.stderr.flush()


class Source(NamedTuple):
    """One entry of the machine's apt sources, cut down to what we need."""

    uri: str
    suites: tuple[str, ...]
    signed_by: str


def codename() -> str:
    """``VERSION_CODENAME`` of os-release(5)."""
    found = re.search(
        r'^VERSION_CODENAME="?([\w-]+)', Path("/etc/os-release").read_text(encoding="utf-8"), re.MULTILINE
    )
    if found is None:
        raise Problem("/etc/os-release names no VERSION_CODENAME: this installer knows Debian and Ubuntu only")
    return found[1]


def deb822_sources(text: str) -> Iterator[Source]:
    """Entries of a ``.sources`` file (sources.list(5), deb822 style)."""
    kept = "\n".join(line for line in text.splitlines() if not line.startswith("#"))
    for stanza in re.split(r"\n\s*\n", kept):
        fields = {
            name.lower(): " ".join(value.split())
            for name, value in re.findall(r"^([\w-]+):[ \t]*(.*(?:\n[ \t].*)*)", stanza, re.MULTILINE)
        }
        if "deb" in fields.get("types", "").split() and fields.get("enabled", "yes") != "no":
            key = fields.get("signed-by", "")
            for uri in fields.get("uris", "").split():
                yield Source(uri, tuple(fields.get("suites", "").split()), key if key.startswith("/") else "")


def one_line_sources(text: str) -> Iterator[Source]:
    """Entries of a ``.list`` file (sources.list(5), one-line style)."""
    for options, uri, suite in re.findall(r"^deb\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)", text, re.MULTILINE):
        key = re.search(r"signed-by=(/\S+)", options)
        yield Source(uri, (suite,), key[1] if key else "")


def machine_source(folder: Path = Path("/etc/apt")) -> Source:
    """Return the distribution's own entry, by its suite: the first entry is often a third party's."""
    wanted = codename()
    files = [folder / "sources.list", *sorted((folder / "sources.list.d").glob("*"))]
    for file in files:
        if file.is_file() and file.suffix in {".list", ".sources"}:
            read = deb822_sources if file.suffix == ".sources" else one_line_sources
            for source in read(file.read_text(encoding="utf-8")):
                if wanted in source.suites:
                    return source
    raise Problem(f"no entry for the suite {wanted} in this machine's apt sources ({folder})")


def has_own_candidate() -> bool:
    """Whether the machine's own suites carry the engine (Ubuntu, newer Debian)."""
    policy = subprocess.run(  # noqa: S603 - fixed words
        ["apt-cache", "policy", PACKAGES[0]],  # noqa: S607 - the system's
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "LC_ALL": "C"},
    )
    found = re.search(r"Candidate: (\S+)", policy.stdout)
    return found is not None and found[1] != "(none)"


def write_sources(apt: Path) -> None:
    """Give the private apt its sources: the machine's own, or its mirror with the fallback suite."""
    etc = apt / "etc" / "apt"
    for folder in ("preferences.d", "apt.conf.d", "sources.list.d", "trusted.gpg.d"):
        (etc / folder).mkdir(parents=True, exist_ok=True)
    if has_own_candidate():
        for name in ("sources.list", "sources.list.d", "trusted.gpg.d", "trusted.gpg", "auth.conf.d"):
            there = Path("/etc/apt") / name
            if there.is_dir():
                shutil.copytree(there, etc / name, dirs_exist_ok=True)
            elif there.is_file():
                shutil.copy(there, etc / name)
        return
    source = machine_source()
    key = source.signed_by or DEBIAN_KEYRING
    entry = etc / "sources.list"
    entry.touch(mode=0o600)
    entry.write_text(f"deb [signed-by={key}] {source.uri} {FALLBACK_SUITE} main\n", encoding="utf-8")


def apt_command(apt: Path, *arguments: str) -> list[str]:
    """``apt-get`` on private state; its empty dpkg status brings every dependency, the C library too."""
    for folder in ("var/lib/apt/lists/partial", "var/lib/dpkg", "var/cache/apt/archives/partial"):
        (apt / folder).mkdir(parents=True, exist_ok=True)
    status = apt / "var/lib/dpkg/status"
    status.touch()
    options = [
        f"Dir={apt}",
        f"Dir::State::status={status}",
        "Debug::NoLocking=1",
        "Acquire::Languages=none",
        "APT::Keep-Downloaded-Packages=true",
        "Acquire::Retries=3",
        "Dpkg::Use-Pty=0",
    ]
    if os.geteuid() == 0:
        options.append("APT::Sandbox::User=root")  # the usual _apt could not write into our folder
    return ["apt-get", "-q", *(word for option in options for word in ("-o", option)), *arguments]


def run_apt(apt: Path, *arguments: str) -> str:
    """Run apt-get, show how far the download is, return what it said."""
    said: list[str] = []
    command = apt_command(apt, *arguments)
    environment = {**os.environ, "LC_ALL": "C", "DEBIAN_FRONTEND": "noninteractive"}
    with subprocess.Popen(  # noqa: S603 - our own words
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment
    ) as process:
        for line in process.stdout or ():
            said.append(line)
            if found := re.match(r"Need to get (.+) of archives", line):
                say(f"downloading {found[1]}")
            if (found := re.match(r"Get:(\d+) ", line)) and int(found[1]) % 25 == 0:
                say(f"  {found[1]} packages")
    text = "".join(said)
    if process.returncode:
        raise Problem(f"apt-get {arguments[-1]} failed:\n" + "".join(said[-12:]))
    return text


def download(apt: Path) -> None:
    """Fetch the packages with all that they depend on."""
    write_sources(apt)
    say("reading package lists")
    valid: tuple[str, ...] = ()
    try:
        run_apt(apt, "update")
    except Problem as problem:
        if "expired" not in str(problem):
            raise
        say("the mirror's Release file is expired (a snapshot mirror): accepting it, its signature is still checked")
        valid = ("-o", "Acquire::Check-Valid-Until=false")
        run_apt(apt, *valid, "update")
    run_apt(apt, "autoclean")  # what an interrupted run of another day left
    run_apt(apt, *valid, "install", "-y", "--no-install-recommends", "--download-only", *PACKAGES)
