"""`glassfloor demo` keeps its promises: ready in time, the same data the second time, nothing left after Ctrl-C."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from kit.embedded.postgres import EmbeddedPostgres
from kit.embedded.redis import EmbeddedRedis
from telephony.asterisk.local import LocalAsterisk
from tests.story.centre import (
    ENGINE_HOME,
    ROOT,
    demo_environment,
    install_engine,
    running_demo,
    started_demo,
    until_no_process_is_left,
    wait_for,
)
from tests.story.glass import board_is_the_journal

pytestmark = pytest.mark.timeout(300)

AGAIN_WITHIN_S = 30
"""Ten seconds on an idle machine; this one runs other tests beside."""


def test_the_demo_comes_up_again_with_its_data_restarts_what_dies_and_leaves_no_process(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    with running_demo(folder, "--phones", "simulator") as centre:
        assert {t["code"] for t in centre.facts["tenants"]} == {"galaxy", "harbour-light"}
        assert {"portal", "postgres", "redis", "simulator", "client_system_galaxy"} <= set(centre.facts["ports"])
        key = centre.tenant("galaxy")["api_key"]
        before = _until_answered(centre.url, key, [])
        assert asyncio.run(board_is_the_journal(centre, "galaxy")) > 0
        refused = _demo("--folder", str(folder))
        assert refused.returncode == 1
        assert "already runs" in refused.stderr
    began = time.monotonic()
    with started_demo(folder, "--phones", "simulator") as (process, output):
        wait_for(output, "\nready: ", process)
        assert time.monotonic() - began < AGAIN_WITHIN_S
        facts = json.loads((folder / "demo.json").read_text(encoding="utf-8"))
        assert next(each["api_key"] for each in facts["tenants"] if each["code"] == "galaxy") == key
        after = _until_answered(facts["url"], key, before)
        assert {i["id"] for i in before} <= {i["id"] for i in after}
        _what_dies_is_started_again(tmp_path, facts, process, output)
        process.kill()
        process.wait()
        until_no_process_is_left(folder)


def _what_dies_is_started_again(
    tmp_path: Path, facts: dict[str, Any], process: subprocess.Popen[str], output: Path
) -> None:
    taken = _demo("--folder", str(tmp_path / "two"), "--port", str(facts["port"]))
    assert taken.returncode == 1
    assert str(facts["port"]) in taken.stderr
    for name in ("web", "engine"):
        os.kill(_child(process.pid, f"app.start {name}"), signal.SIGKILL)
        wait_for(output, f"{name} is back", process)
    with urllib.request.urlopen(f"{facts['url']}/readyz?floor=1", timeout=10) as answer:
        assert answer.status == 200


@pytest.mark.parametrize("step", ["PostgreSQL", "database:", "processes:"])
def test_ctrl_c_while_it_prepares_leaves_nothing_even_when_pressed_twice(tmp_path: Path, step: str) -> None:
    folder = tmp_path / "demo"
    with started_demo(folder, "--phones", "simulator") as (process, output):
        wait_for(output, step, process)
        process.send_signal(signal.SIGINT)
        time.sleep(0.2)  # as a person presses it again
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 0, output.read_text()
        assert "stopped; everything is kept" in output.read_text()
        assert "Traceback" not in output.read_text()
    until_no_process_is_left(folder)
    assert not (folder / "demo.lock").exists()


async def test_servers_that_the_environment_names_are_used_instead(tmp_path: Path) -> None:
    install_engine()
    engine = LocalAsterisk(ENGINE_HOME, tmp_path / "engine")
    await engine.start()
    try:
        with EmbeddedPostgres(tmp_path / "pg", durable=False) as postgres, EmbeddedRedis(tmp_path / "bell") as redis:
            given = {
                "DATABASE_URL": postgres.create_database("theirs"),
                "REDIS_URL": redis.url,
                "ARI_URL": engine.ari_url,
                "ARI_USER": engine.ari_user,
                "ARI_PASSWORD": engine.ari_password,
                "GF_SIP_ADDRESS": f"{engine.bind}:{engine.sip_port}",
                "GF_MEDIA_ADDRESS": engine.bind,
                "GF_ENGINE_RECORDINGS": str(engine.recordings_folder),
                "GF_CEL_PATH": str(engine.cel_path),
            }
            with running_demo(tmp_path / "demo", **given) as centre:
                ports = centre.facts["ports"]
                assert (ports["postgres"], ports["redis"], ports["ari"]) == (
                    postgres.port,
                    redis.port,
                    engine.http_port,
                )
                assert not {"postgres", "valkey", "asterisk"} & {each.name for each in centre.folder.iterdir()}
                answered = _until_answered(centre.url, centre.tenant("galaxy")["api_key"], [])
                assert all(i["contact"].startswith("+861") for i in answered)
    finally:
        await engine.stop()


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    result = _demo("--folder", str(blocked / "demo"))
    assert result.returncode == 1
    assert str(blocked) in result.stderr


def _demo(*options: str) -> subprocess.CompletedProcess[str]:
    """Run a demo that is refused."""
    command = [sys.executable, "-m", "app.cli", "demo", *options]
    return subprocess.run(
        command, cwd=ROOT, env=demo_environment(), capture_output=True, text=True, check=False, timeout=60
    )


def _until_answered(url: str, key: str, before: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Wait until a call that was not there before was answered and has ended; return all."""
    known = {i["id"] for i in before}
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        found = _interactions(url, key)
        if any(i["outcome"] == "answered" and i["id"] not in known for i in found):
            return found
        time.sleep(0.5)
    raise AssertionError("no call was answered within two minutes")


def _interactions(url: str, key: str) -> list[dict[str, Any]]:
    request = urllib.request.Request(f"{url}/v1/interactions", headers={"Authorization": f"Bearer {key}"})
    with urllib.request.urlopen(request, timeout=10) as answer:
        data: list[dict[str, Any]] = json.loads(answer.read())["data"]
    return data


def _child(parent: int, words: str) -> int:
    """Return the id of a child of a process by its command line."""
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            line = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            above = (entry / "stat").read_text().rpartition(")")[2].split()[1]
        except OSError:
            continue
        if words in line and above == str(parent):
            return int(entry.name)
    raise AssertionError(f"process {parent} has no child {words!r}")
