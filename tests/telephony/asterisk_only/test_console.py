"""Questions to the engine's console wait for their turn: it lets no more than two callers wait."""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path

from telephony.asterisk import console, trim
from telephony.asterisk.local import LocalAsterisk
from telephony.asterisk.trim import Trimmer

AT_ONCE = 12


async def test_many_questions_at_once_are_all_answered(tmp_path: Path) -> None:
    path = tmp_path / "asterisk.ctl"
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listening:
        listening.bind(str(path))
        listening.listen(0)
        asked = [asyncio.create_task(console.ask(path, f"question {n}")) for n in range(AT_ONCE)]
        await asyncio.to_thread(answer, listening)
        assert await asyncio.gather(*asked) == [f"cli quit after question {n}" for n in range(AT_ONCE)]


def answer(listening: socket.socket) -> None:
    for _ in range(AT_ONCE):
        caller, _ = listening.accept()
        with caller:
            caller.sendall(b"hello\n")
            caller.sendall(caller.recv(100))


async def test_the_engine_gives_memory_back_when_a_peak_is_over_and_now_and_then(home: Path, tmp_path: Path) -> None:
    legs = 0
    engine = LocalAsterisk(home, tmp_path / "engine")
    trimmer = Trimmer(engine.console_path, lambda: legs)
    assert not trimmer.is_due(trim.EVERY_S)  # no calls, nothing to give back
    legs = trim.PEAK_LEGS
    assert not trimmer.is_due(15)
    legs //= 2
    assert not trimmer.is_due(15)
    legs //= 2
    assert trimmer.is_due(15)
    assert not trimmer.is_due(15)
    assert trimmer.is_due(trim.EVERY_S)
    await trimmer.trim()  # it is not there: nothing happens
    await engine.start()
    await trimmer.trim()
    assert "No such command" not in await engine.console(trim.COMMAND)
    await engine.stop()
