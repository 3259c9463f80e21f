"""A real provider in a process of its own, and what a site needs to use it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import pytest

from kit.embedded.machine import free_port
from tests.oidc.evil import Evil, serving
from tests.portal.front.conftest import browser, front_site

__all__ = ["browser", "front_site"]

PROGRAM = Path(__file__).parent / "provider" / "site.py"


@dataclass(frozen=True)
class RealProvider:
    """Where it answers and what it calls us."""

    origin: str
    issuer: str
    client_id: str
    client_secret: str


Starter = Callable[[str, UUID], RealProvider]


@pytest.fixture
def real_provider(tmp_path: Path) -> Iterator[Starter]:
    """Return what starts one provider for a site's address and a connection's id; it ends with the test."""
    running: list[subprocess.Popen[str]] = []

    def start(site: str, idp_id: UUID) -> RealProvider:
        folder = tmp_path / f"provider{len(running)}"
        folder.mkdir()
        port = free_port()
        known = {"redirect_uris": [f"{site}/sign-in/idp/{idp_id}/callback"], "logout_uris": [f"{site}/sign-in"]}
        process = subprocess.Popen(
            [sys.executable, str(PROGRAM), str(folder), str(port), json.dumps(known)],
            stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        running.append(process)
        assert process.stdout is not None
        told = json.loads(process.stdout.readline())
        origin = f"http://127.0.0.1:{port}"
        return RealProvider(origin, f"{origin}/o", told["client_id"], told["client_secret"])

    yield start
    for process in running:
        process.terminate()
        process.wait(10)


@pytest.fixture
async def evil() -> AsyncIterator[Evil]:
    """Serve a provider that can be wrong in every way."""
    async with serving() as made:
        yield made
