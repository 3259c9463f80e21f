"""Everything that the process writes to its log, or that Redis is told, while the block runs, as text."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Iterator, MutableMapping
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import redis.asyncio as aioredis
import structlog


class _Keep(logging.Handler):
    def __init__(self, lines: list[str]) -> None:
        super().__init__()
        self._lines = lines

    def emit(self, record: logging.LogRecord) -> None:
        self._lines.append(self.format(record))


@contextmanager
def captured() -> Iterator[list[str]]:
    """Collect lines. The list of processors is changed in place: loggers that were used before hold it already."""
    lines: list[str] = []

    def keep(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        lines.append(json.dumps(event, default=str, ensure_ascii=False))
        return event

    processors = structlog.get_config()["processors"]
    handler = _Keep(lines)
    processors.insert(len(processors) - 1, keep)
    logging.getLogger().addHandler(handler)
    try:
        yield lines
    finally:
        processors.remove(keep)
        logging.getLogger().removeHandler(handler)


@asynccontextmanager
async def overheard(url: str) -> AsyncIterator[list[str]]:
    """Collect every command that the server gets."""
    lines: list[str] = []
    client = aioredis.from_url(url, socket_timeout=None)
    async with client.monitor() as monitor:

        async def listen() -> None:
            async for command in monitor.listen():
                lines.append(str(command["command"]))  # noqa: PERF401 - read while it grows

        listening = asyncio.create_task(listen())
        yield lines
        if listening.done():
            listening.result()
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)
    await client.aclose()
