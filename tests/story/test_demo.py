"""`glassfloor demo` keeps its promises: ready in time, the same data the second time, nothing left after Ctrl-C."""

from __future__ import annotations

import json
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from kit.settings import child_environment
from tests.story.centre import ENGINE_HOME, ROOT, running_demo


def test_the_demo_runs_on_the_simulator_with_traffic_and_comes_up_again_with_its_data(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    with running_demo(folder, "--phones", "simulator") as centre:
        assert {t["code"] for t in centre.facts["tenants"]} == {"galaxy", "harbour-light"}
        answered = _until_answered(centre.url, centre.tenant("galaxy")["api_key"])
        refused = subprocess.run(
            [sys.executable, "-m", "app.cli", "demo", "--folder", str(folder)],
            cwd=ROOT, env=child_environment({}), capture_output=True, text=True, check=False, timeout=30,
        )  # fmt: skip
        assert refused.returncode == 1
        assert "already runs" in refused.stderr
    with running_demo(folder, "--phones", "simulator", "--no-traffic") as again:
        assert again.ready_after_s < 20
        key = again.tenant("galaxy")["api_key"]
        assert key == centre.tenant("galaxy")["api_key"]
        assert len(_interactions(again.url, key)) >= answered


def _until_answered(url: str, key: str) -> int:
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline:
        found = _interactions(url, key)
        if any(i["outcome"] for i in found):
            return len(found)
        time.sleep(1)
    raise AssertionError("no interaction came to an end within 90 s")


def _interactions(url: str, key: str) -> list[dict[str, object]]:
    request = urllib.request.Request(f"{url}/v1/interactions", headers={"Authorization": f"Bearer {key}"})
    with urllib.request.urlopen(request, timeout=10) as answer:
        data: list[dict[str, object]] = json.loads(answer.read())["data"]
    return data


def test_a_port_in_use_is_named(tmp_path: Path) -> None:
    with running_demo(tmp_path / "one", "--phones", "simulator", "--no-traffic") as centre:
        port = str(centre.facts["port"])
        second = subprocess.run(
            [sys.executable, "-m", "app.cli", "demo", "--folder", str(tmp_path / "two"), "--port", port],
            cwd=ROOT, env=child_environment({"GLASSFLOOR_PHONE_ENGINE": str(ENGINE_HOME)}),
            capture_output=True, text=True, check=False, timeout=60,
        )  # fmt: skip
    assert second.returncode == 1
    assert port in second.stderr


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    command = [sys.executable, "-m", "app.cli", "demo", "--folder", str(blocked / "demo")]
    result = subprocess.run(command, cwd=ROOT, env=child_environment({}), capture_output=True, text=True, check=False)
    assert result.returncode == 1
    assert str(blocked) in result.stderr
