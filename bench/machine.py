"""On what a figure was measured."""

from __future__ import annotations

import os
import platform
from datetime import UTC, datetime
from pathlib import Path


def conditions() -> str:
    """Return one line: the machine and the versions."""
    model = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
            if line.startswith("model name")
        ),
        platform.machine(),
    )
    return (
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC | {os.cpu_count()} cores, {model} | Linux {platform.release()}"
        f" | Python {platform.python_version()} | loopback, load generator on the same machine"
    )


def pressure() -> str:
    """Return how busy the machine is with everything, ours and others'."""
    one, five, _ = os.getloadavg()
    return f"load average before: {one:.1f} in 1 min, {five:.1f} in 5 min"
