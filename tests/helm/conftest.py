"""The real helm, both majors, and what the chart renders to."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import yaml

CHECKOUT = Path(__file__).resolve().parents[2]
CHART = CHECKOUT / "helm" / "glassfloor"
KUBERNETES = "1.33"

Manifest = dict[str, Any]
Render = Callable[..., list[Manifest]]


@pytest.fixture(scope="session")
def helms() -> list[Path]:
    done = subprocess.run([sys.executable, CHECKOUT / "scripts" / "helm"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return [Path(line) for line in done.stdout.splitlines()]


@pytest.fixture(scope="session", params=[3, 4], ids=["helm3", "helm4"])
def helm(request: pytest.FixtureRequest, helms: list[Path]) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run one major of helm and return what it did, successful or not."""

    def run(*words: str | Path) -> subprocess.CompletedProcess[str]:
        binary = helms[request.param - 3]
        return subprocess.run([binary, *words], capture_output=True, text=True, check=False, timeout=60)

    assert run("version", "--short").stdout.startswith(f"v{request.param}.")
    return run


@pytest.fixture(scope="session")
def render(helm: Callable[..., subprocess.CompletedProcess[str]]) -> Render:
    """Render the chart with further options of ``helm template``; fails with helm's words when helm refuses.

    The same options are rendered once: nothing in a chart changes while it is tested. Each caller has its own copy.
    """
    rendered: dict[tuple[str | Path, ...], list[Manifest]] = {}

    def run(*options: str | Path) -> list[Manifest]:
        if options not in rendered:
            done = helm("template", "x", CHART, "--kube-version", f"{KUBERNETES}.0", *options)
            assert done.returncode == 0, done.stderr
            found = yaml.load_all(done.stdout, yaml.CSafeLoader)  # the safe loader, in C
            rendered[options] = [manifest for manifest in found if manifest]
        return deepcopy(rendered[options])

    return run
