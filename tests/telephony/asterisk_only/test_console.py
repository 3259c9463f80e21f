"""Questions to the engine's console wait for their turn: it lets no more than two callers wait."""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path

from telephony.asterisk import console

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
