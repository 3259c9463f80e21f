"""A fuzzer reads the published document and finds no 500 and nothing that the document does not say.

``make fuzz`` does the same for longer, through sequences of requests too.
"""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

import pytest

from tests.api.test_examples import Ground
from tests.support.site import Site

CONFIG = Path(__file__).with_name("schemathesis.toml")
LONG = int(os.environ.get("GLASSFLOOR_FUZZ_EXAMPLES", "0"))


@pytest.mark.timeout(0 if LONG else 240)
async def test_the_api_is_what_its_document_says(site: Site, tmp_path: Path) -> None:
    machine = await site.machine("galaxy")
    ground = Ground(site)
    await ground.lay("", "")
    env = {
        **os.environ, "FUZZ_KEY": machine.headers["Authorization"].removeprefix("Bearer "),
        "FUZZ_WORK_ORDER": ground.places["work_order_id"],
    }  # fmt: skip
    running = await asyncio.create_subprocess_exec(
        Path(sys.executable).with_name("schemathesis"), f"--config-file={CONFIG}", "run",
        f"{site.url}/v1/openapi.json", "--no-color", f"--max-examples={LONG or 4}",
        f"--phases={'examples,coverage,fuzzing,stateful' if LONG else 'coverage,fuzzing'}",
        env=env, cwd=tmp_path, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    told, _ = await running.communicate()
    assert running.returncode == 0, told.decode()[-20_000:]
