"""Each bench runs with tiny counts and prints its lines. No figure is looked at: a bench is never a timed test."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
WITHIN_S = 170
NUMBERS = {
    "journal": ("I1", "I2", "I2a", "I2b"),
    "routing": ("R2", "R4", "R5"),
    "workorders": ("A1", "A1t", "A3", "A4", "A5", "A6", "A7", "A8", "F1"),
    "deliveries": ("D1", "D2", "D3", "D4"),
    "sealing": ("K1", "K2"),
    "fanout": ("L2", "L3", "L3a", "L4", "L6", "L7"),
    "calls": ("T9", "T9r", "C1", "C2", "C3"),
    "soak": ("S1", "S2", "S3", "S4"),
}


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bench", *arguments],
        cwd=ROOT, capture_output=True, text=True, timeout=WITHIN_S, check=False,
    )  # fmt: skip


@pytest.mark.parametrize("name", NUMBERS)
def test_a_bench_prints_a_line_for_each_of_its_figures(name: str) -> None:
    if name == "calls":
        subprocess.run([ROOT / "scripts" / "phone-engine", "install"], check=True, capture_output=True)
    done = run(name, "--quick")
    assert done.returncode == 0, done.stdout + done.stderr[-3000:]
    printed = {line.split()[0] for line in done.stdout.splitlines() if re.match(r"[A-Z]\d", line)}
    assert printed == set(NUMBERS[name])
    assert "Traceback" not in done.stderr
    assert "DIFFER" not in done.stdout


def test_help_teaches_and_an_unknown_name_is_refused() -> None:
    told = run("--help")
    assert told.returncode == 0
    assert all(name in told.stdout for name in NUMBERS)
    refused = run("nothing")
    assert refused.returncode == 2
    assert all(name in refused.stderr for name in NUMBERS)
