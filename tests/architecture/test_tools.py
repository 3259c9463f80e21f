"""The linters' own rules are switched on: each finds an offence that is planted into a copy of the sources."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.rules import ROOMS, ROOT

BIN = Path(sys.executable).parent

UPWARD = [
    ("kit/planted.py", "import journal.service\n", "Floors"),
    ("routing/planted.py", "import ivr.core\n", "Floors"),
    ("journal/core/planted.py", "import asyncio\n", "Cores are pure"),
    ("interactions/planted.py", "import fastapi\n", "No web framework"),
    ("switchboard/planted.py", "import telephony.asterisk.adapter\n", "Only app chooses adapters"),
    ("telephony/simulator/planted.py", "import telephony.asterisk.local\n", "adapters are independent"),
    ("journal/core/planted.py", "import journal.service\n", "Inside a room"),
]


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    tree = tmp_path_factory.mktemp("house")
    for room in ROOMS:
        shutil.copytree(ROOT / room, tree / room, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tree)
    return tree


def lint_imports(tree: Path) -> subprocess.CompletedProcess[str]:
    command = [str(BIN / "lint-imports"), "--no-cache"]
    env = {"PYTHONPATH": str(tree), "PATH": "/usr/bin:/bin"}
    return subprocess.run(command, cwd=tree, env=env, capture_output=True, text=True, check=False)


def test_the_house_keeps_its_import_contracts(copied: Path) -> None:
    result = lint_imports(copied)
    assert result.returncode == 0, result.stdout[-3000:]


@pytest.mark.parametrize(("path", "text", "contract"), UPWARD, ids=[f"{p}:{c}" for p, _, c in UPWARD])
def test_a_planted_import_breaks_its_contract(copied: Path, path: str, text: str, contract: str) -> None:
    planted = copied / path
    planted.write_text(text, encoding="utf-8")
    try:
        result = lint_imports(copied)
    finally:
        planted.unlink()
    broken = [line for line in result.stdout.splitlines() if "BROKEN" in line]
    assert result.returncode == 1
    assert any(contract in line for line in broken), result.stdout[-2000:]


def test_ruff_and_mypy_find_a_planted_offence(tmp_path: Path) -> None:
    planted = tmp_path / "planted.py"
    planted.write_text("def f(x):\n    return x == None\n", encoding="utf-8")
    config = str(ROOT / "pyproject.toml")
    ruff = subprocess.run(
        [BIN / "ruff", "check", "--no-cache", "--config", config, planted], capture_output=True, text=True, check=False
    )
    assert ruff.returncode == 1
    assert {"ANN001", "E711", "D100"} <= {word for line in ruff.stdout.split() for word in [line.strip(":")]}
    mypy = subprocess.run(
        [BIN / "mypy", "--config-file", config, "--cache-dir", tmp_path / "cache", planted],
        capture_output=True, text=True, check=False, cwd=ROOT,
    )  # fmt: skip
    assert mypy.returncode == 1
    assert "no-untyped-def" in mypy.stdout
