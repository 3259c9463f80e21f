"""Child processes that measure or serve: one JSON object per line in, one out. They end when we do."""

from __future__ import annotations

import asyncio
import json
import logging
import signal
import sys
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, Self

import structlog
import uvloop

from kit.embedded.child import dies_with_parent
from kit.settings import child_environment

ROOT = Path(__file__).resolve().parent.parent
ANSWER_WITHIN_S = 120.0
LONGEST_LINE = 1 << 24

Answerer = Callable[[dict[str, Any]], Awaitable[dict[str, Any]]]


class ChildBroken(RuntimeError):
    """A child ended or said that something failed."""


class Child:
    """One process of ours: ``python -m MODULE``."""

    def __init__(self, module: str) -> None:
        """Describe it."""
        self._module = module
        self._process: asyncio.subprocess.Process | None = None

    async def __aenter__(self) -> Self:
        """Start it."""
        command = dies_with_parent([sys.executable, "-m", self._module], signal.SIGKILL)
        self._process = await asyncio.create_subprocess_exec(
            *command, cwd=ROOT, env=child_environment({"PYTHONPATH": str(ROOT)}), limit=LONGEST_LINE,
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
        return self

    async def __aexit__(self, *_: object) -> None:
        """Ask it to end by closing its input, and insist."""
        process = self._running()
        if process.stdin is not None:
            process.stdin.close()
        try:
            await asyncio.wait_for(process.wait(), 5)
        except TimeoutError:
            process.kill()
            await process.wait()

    @property
    def pid(self) -> int:
        """The process id."""
        return self._running().pid

    async def ask(self, do: str, **fields: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
        """Send a command and return its answer. Raises :class:`ChildBroken`."""
        process = self._running()
        if process.stdin is None or process.stdout is None:
            raise ChildBroken(self._module)
        process.stdin.write(json.dumps({"do": do, **fields}).encode() + b"\n")
        line = await asyncio.wait_for(process.stdout.readline(), ANSWER_WITHIN_S)
        if not line:
            raise ChildBroken(f"{self._module} ended during {do}")
        answer: dict[str, Any] = json.loads(line)
        if "broken" in answer:
            raise ChildBroken(f"{self._module}, {do}: {answer['broken']}")
        return answer

    def _running(self) -> asyncio.subprocess.Process:
        if self._process is None:
            raise ChildBroken(f"{self._module} is not running")
        return self._process


async def until(condition: Callable[[], bool], within_s: float = 30.0, every_s: float = 0.01) -> bool:
    """Look again and again until it holds; tell whether it does."""
    give_up_at = time.monotonic() + within_s
    while not condition():
        if time.monotonic() > give_up_at:
            return False
        await asyncio.sleep(every_s)
    return True


def quiet() -> None:
    """Log errors only, and not among the results."""
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


def obey(answerer: Answerer) -> None:
    """Be such a child: answer each line until the input ends."""
    quiet()
    with suppress(KeyboardInterrupt):
        uvloop.run(_obey(answerer))


async def _obey(answerer: Answerer) -> None:
    reader = asyncio.StreamReader(limit=LONGEST_LINE)
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := await reader.readline():
        try:
            answer = await answerer(json.loads(line))
        except Exception as error:  # noqa: BLE001 - told to the parent, which stops the run
            answer = {"broken": f"{type(error).__name__}: {error}"}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()
