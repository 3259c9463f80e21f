"""The engine's process: private, side by side, gone with its parent and when stopped."""

from __future__ import annotations

import asyncio
import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import aiohttp

from telephony.asterisk.local import LocalAsterisk

CHECKOUT = Path(__file__).parents[3]
PARENT = """
import asyncio, pathlib, sys
from telephony.asterisk.local import LocalAsterisk

async def main():
    engine = LocalAsterisk(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]))
    await engine.start()
    print(engine.pid, flush=True)
    await asyncio.sleep(60)

asyncio.run(main())
"""


def status_of(pid: int) -> str:
    return Path(f"/proc/{pid}/status").read_text(encoding="utf-8")


def alive(pid: int) -> bool:
    try:
        return "\nState:\tZ" not in status_of(pid)
    except FileNotFoundError:
        return False


async def gone(pid: int) -> bool:
    for _ in range(100):
        if not alive(pid):
            return True
        await asyncio.sleep(0.05)
    return False


async def test_engines_run_side_by_side_and_stop_without_a_trace(home: Path, tmp_path: Path) -> None:
    engines = [LocalAsterisk(home, tmp_path / str(number)) for number in range(3)]
    await asyncio.gather(*(engine.start() for engine in engines))
    pids = [engine.pid for engine in engines]
    assert len({engine.sip_port for engine in engines}) == len({engine.http_port for engine in engines}) == 3
    assert len({engine.ari_password for engine in engines}) == 3
    await asyncio.gather(*(engine.stop() for engine in engines))
    assert not any(alive(pid) for pid in pids)


async def test_an_engine_dies_with_its_parent(home: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-c", PARENT, str(home), str(tmp_path / "engine")]
    with subprocess.Popen(  # noqa: ASYNC220 - the test's parent process
        command, stdout=subprocess.PIPE, text=True, cwd=CHECKOUT
    ) as parent:
        assert parent.stdout is not None
        pid = int(await asyncio.to_thread(parent.stdout.readline))
        assert alive(pid)
        parent.send_signal(signal.SIGKILL)
    assert await gone(pid)


async def test_the_engine_has_no_privileges_and_its_files_are_private(asterisk: LocalAsterisk) -> None:
    status = status_of(asterisk.pid)
    (effective,) = [line.split()[1] for line in status.splitlines() if line.startswith("CapEff")]
    assert int(effective, 16) == 0
    files = [path for path in (asterisk.folder / "etc").iterdir() if path.is_file()]
    assert files
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
    assert stat.S_IMODE(asterisk.folder.stat().st_mode) == 0o700
    assert f"{os.getpid()}" in status.split("PPid:")[1].splitlines()[0]


async def test_a_folder_too_deep_for_a_socket_is_no_obstacle(home: Path, tmp_path: Path) -> None:
    engine = LocalAsterisk(home, tmp_path / ("d" * 60) / ("e" * 60))
    await engine.start()
    assert "fully booted" in await engine.console("core waitfullybooted")
    await engine.stop()


async def test_browsers_reach_sip_at_the_websocket(asterisk: LocalAsterisk) -> None:
    url = f"http://{asterisk.bind}:{asterisk.http_port}/ws"
    async with aiohttp.ClientSession() as session, session.ws_connect(url, protocols=["sip"]) as socket:
        assert socket.protocol == "sip"


async def test_the_log_holds_no_errors(asterisk: LocalAsterisk) -> None:
    log = (asterisk.folder / "log/messages").read_text(encoding="utf-8")
    assert "NOTICE" in log
    assert [line for line in log.splitlines() if "ERROR" in line or "WARNING" in line] == []
