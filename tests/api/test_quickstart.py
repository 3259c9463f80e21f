"""Every command and program of docs/quickstart.md is run, as a developer would: one after the other, in one folder."""

from __future__ import annotations

import asyncio
import os
import re
from pathlib import Path

from kit.embedded.machine import free_port
from tests.api.test_examples import Ground
from tests.architecture.rules import ROOT
from tests.support.site import Site

PAGE = ROOT / "docs" / "quickstart.md"
BLOCK = re.compile(r"^```(bash|python) ?([\w.]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


async def test_the_quarter_of_an_hour_works(site: Site, tmp_path: Path) -> None:
    machine, ground = await site.machine("galaxy"), Ground(site)
    await ground.lay("", "acknowledge")
    commands = ["set -euo pipefail"]
    for language, name, text in BLOCK.findall(PAGE.read_text(encoding="utf-8")):
        if language == "python":
            (tmp_path / name).write_text(text, encoding="utf-8")
        else:
            commands.append(text)
    assert len(commands) >= 5
    env = {
        "PATH": os.environ["PATH"], "GLASSFLOOR_URL": site.url, "PORT": str(free_port()),
        "GLASSFLOOR_KEY": machine.headers["Authorization"].removeprefix("Bearer "),
    }  # fmt: skip
    commands.append(commands[-1])  # once more: it goes on where it stopped
    running = await asyncio.create_subprocess_exec(
        "bash", "-c", "\n".join(commands), cwd=tmp_path, env=env, stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    told, _ = await running.communicate()
    assert running.returncode == 0, told.decode()
    assert "resolved" in told.decode()
    assert "17 passed, 0 failed, 0 not seen" in told.decode()
    forwarded = re.findall(r"work_order\.(\w+) .* -> 204", told.decode())
    assert (forwarded.count("created"), forwarded.count("resolved")) == (2, 1)  # the seat's and ours, each once
    async with machine.get(f"/v1/work-orders/{ground.places['work_order_id']}") as got:
        assert (await got.json())["resolution"]["summary"] == "The money is back today."
